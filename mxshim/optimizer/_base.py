"""The Optimizer base class: learning rates, weight decay, multipliers and update counts."""

from __future__ import annotations

import warnings

import numpy

from .. import ndarray as nd
from ..util import is_np_array

PUBLIC = "mxshim.optimizer.optimizer"  # where users, messages and pickles find these classes


class Optimizer:
    """Update weights from gradients; subclasses override ``create_state`` and ``update``.

    The gradient is multiplied by ``rescale_grad`` and clipped to ``clip_gradient``; ``param_dict``
    (index to Parameter) or ``param_idx2name`` brings multipliers of learning rate and weight decay.
    """

    __module__ = PUBLIC
    opt_registry = {}

    def __init__(
        self,
        rescale_grad=1.0,
        param_idx2name=None,
        wd=0.0,
        clip_gradient=None,
        learning_rate=None,
        lr_scheduler=None,
        sym=None,
        begin_num_update=0,
        multi_precision=False,
        param_dict=None,
    ):
        self.rescale_grad = rescale_grad
        self.lr_scheduler = lr_scheduler
        self.lr = 0.01 if lr_scheduler is None and learning_rate is None else learning_rate
        given = lr_scheduler is not None and learning_rate is not None
        if given and lr_scheduler.base_lr != learning_rate:
            # mxnet: the warning is printed, not raised as one.
            print(
                UserWarning(
                    "learning rate from ``lr_scheduler`` has been overwritten by "
                    "``learning_rate`` in optimizer."
                )
            )
            lr_scheduler.base_lr = learning_rate
        self.wd = wd
        self.lr_mult = {}
        self.wd_mult = {}
        self.begin_num_update = begin_num_update
        self.num_update = begin_num_update
        self._all_index_update_counts = {0: {}}
        self._index_update_count = self._all_index_update_counts[0]
        self.clip_gradient = clip_gradient
        self.multi_precision = multi_precision
        self.aggregate_num = 0
        names = {} if param_idx2name is None else param_idx2name
        assert isinstance(names, dict), "param_idx2name should be a dict of param indexes to names."
        self.idx2name = names.copy()
        self.sym_info = (sym.attr_dict(), sym.list_arguments()) if sym is not None else ()
        self.param_dict = param_dict or {}
        self.allow_np_array = is_np_array()
        self.set_lr_mult({})
        self.set_wd_mult({})

    @staticmethod
    def register(klass):
        """Register a class under its lower-case name; warn when that replaces another."""
        assert isinstance(klass, type)
        name = klass.__name__.lower()
        known = Optimizer.opt_registry.get(name)
        if known is not None:
            warnings.warn(
                f"WARNING: New optimizer {klass.__module__}.{klass.__name__} is overriding "
                f"existing optimizer {known.__module__}.{known.__name__}",
                stacklevel=2,
            )
        Optimizer.opt_registry[name] = klass
        return klass

    @staticmethod
    def create_optimizer(name, **kwargs):
        """Create an optimizer by its registered name, in any case."""
        klass = Optimizer.opt_registry.get(name.lower())
        if klass is not None:
            return klass(**kwargs)
        raise ValueError(f"Cannot find optimizer {name}")

    @property
    def learning_rate(self):
        """Give the current rate, by the scheduler if there is one."""
        return self.lr if self.lr_scheduler is None else self.lr_scheduler(self.num_update)

    def set_learning_rate(self, lr):
        """Set the rate; UserWarning (an error here) when a scheduler decides it."""
        if self.lr_scheduler is not None:
            raise UserWarning(
                "LRScheduler of the optimizer has already been defined. Note that "
                "set_learning_rate can mutate the value of the learning rate of the optimizer "
                "only when the LRScheduler of the optimizer is undefined."
            )
        self.lr = lr

    # ---- states and updates

    def create_state(self, index, weight):
        """Return what the rule remembers about a weight: arrays, tuples of them or None."""

    def create_state_multi_precision(self, index, weight):
        """Return the state, for a float16 weight under ``multi_precision`` with a float32 copy."""
        if self._is_multi_precision(weight):
            master = weight.astype(numpy.float32)
            return (master, self.create_state(index, master))
        self._warn_about_float16(weight, "the optimizer")
        return self.create_state(index, weight)

    def update(self, index, weight, grad, state):
        """Change ``weight`` and ``state`` in place; subclasses override this."""
        raise NotImplementedError()

    def update_multi_precision(self, index, weight, grad, state):
        """Update the float32 copy and write it back where there is one, else update plainly."""
        if not self._is_multi_precision(weight):
            self.update(index, weight, grad, state)
            return
        master, inner = state
        self.update(index, master, grad.astype(numpy.float32), inner)
        nd.cast(master, dtype=weight.dtype, out=weight)

    def _is_multi_precision(self, weight):
        return self.multi_precision and weight.dtype == numpy.float16

    def _warn_about_float16(self, weight, option_of):
        if weight.dtype == numpy.float16 and not self.multi_precision:
            warnings.warn(
                "Accumulating with float16 in optimizer can lead to poor accuracy or slow "
                "convergence. Consider using multi_precision=True option of "
                f"{option_of}",
                stacklevel=3,
            )

    def _prepare(self, grad):
        """Return the rescaled and clipped gradient."""
        grad = grad * self.rescale_grad
        if self.clip_gradient is not None:
            grad = nd.clip(grad, -self.clip_gradient, self.clip_gradient)
        return grad

    def _rule_options(self, wd=0.0, **options):
        """Return the parameters that the fused update operators share.

        No decay is left out: a call with 0.0 among its parameters has them parsed every time.
        """
        options["rescale_grad"] = self.rescale_grad
        if wd:
            options["wd"] = wd
        if self.clip_gradient:
            options["clip_gradient"] = self.clip_gradient
        return options

    # ---- multipliers and counts

    def set_lr_scale(self, args_lrscale):
        """Refuse; ``set_lr_mult`` took this over."""
        raise DeprecationWarning

    def set_lr_mult(self, args_lr_mult):
        """Set multipliers of the learning rate by index or name, over those of the symbol."""
        self.lr_mult = {**self._from_symbol("__lr_mult__"), **args_lr_mult}

    def set_wd_mult(self, args_wd_mult):
        """Set multipliers of weight decay; names but ..._weight and ..._gamma start with 0."""
        kept = ("_weight", "_gamma")
        plain = {name: 0.0 for name in self.idx2name.values() if not name.endswith(kept)}
        self.wd_mult = {**plain, **self._from_symbol("__wd_mult__"), **args_wd_mult}

    def _from_symbol(self, key):
        if not self.sym_info:
            return {}
        attrs, names = self.sym_info
        return {name: float(attrs[name][key]) for name in names if key in attrs.get(name, ())}

    def _set_current_context(self, device_id):
        """Count the updates of each device apart, so that copies count alike."""
        self._index_update_count = self._all_index_update_counts.setdefault(device_id, {})

    def _update_count(self, index):
        for i in index if isinstance(index, (list, tuple)) else [index]:
            count = self._index_update_count.get(i, self.begin_num_update) + 1
            self._index_update_count[i] = count
            self.num_update = max(count, self.num_update)

    def _get_lrs(self, indices):
        lr = self.learning_rate
        return [lr * self._multiplier(i, "lr_mult") for i in indices]

    def _get_wds(self, indices):
        return [self.wd * self._multiplier(i, "wd_mult") for i in indices]

    def _get_lr(self, index):
        return self._get_lrs([index])[0]

    def _get_wd(self, index):
        return self._get_wds([index])[0]

    def _multiplier(self, index, kind):
        if index in self.param_dict:
            return getattr(self.param_dict[index], kind)
        table = getattr(self, kind)
        if index in table:
            return table[index]
        return table.get(self.idx2name.get(index), 1.0)

    def __getstate__(self):
        return {key: value for key, value in self.__dict__.items() if key != "param_dict"}

    def __setstate__(self, state):
        self.__dict__ = state
        self.param_dict = {}
