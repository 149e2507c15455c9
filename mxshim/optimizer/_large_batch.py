"""Update rules for large batches: LARS, LBSGD and LAMB."""

from __future__ import annotations

import logging
import math
import os

import numpy

from .. import ndarray as nd
from ._base import PUBLIC, Optimizer
from ._steps import begin, check_arrays, lazy_stype, zeros_like

register = Optimizer.register


def _descend(weight, grad, state, multi_precision, options):
    """Take a step of gradient descent, with momentum if the state holds it."""
    if multi_precision:
        momentum, master = state
        if momentum is not None:
            nd.mp_sgd_mom_update(weight, grad, momentum, master, out=weight, **options)
        else:
            nd.mp_sgd_update(weight, grad, master, out=weight, **options)
    elif state is not None:
        nd.sgd_mom_update(weight, grad, state, out=weight, **options)
    else:
        nd.sgd_update(weight, grad, out=weight, **options)


@register
class LARS(Optimizer):
    """Descend with a learning rate per layer, by the ratio of weight and gradient norms.

    Parameters named ``...gamma``, ``...beta`` and ``...bias`` keep the plain rate.
    """

    __module__ = PUBLIC

    def __init__(
        self,
        momentum=0.0,
        lazy_update=True,
        eta=0.001,
        eps=0,
        momentum_correction=True,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.momentum = momentum
        self.momentum_correction = momentum_correction
        self.lazy_update = lazy_update
        self.aggregate_num = int(os.getenv("MXNET_OPTIMIZER_AGGREGATION_SIZE", "4"))
        self.eta = eta
        self.eps = eps
        self.skip = 0
        self.last_lr = None
        self.cur_lr = None

    def _get_lrs(self, indices):
        lr = self.learning_rate
        self.last_lr = lr if self.cur_lr is None else self.cur_lr
        self.cur_lr = lr
        return [lr * self._multiplier(i, "lr_mult") for i in indices]

    def set_wd_mult(self, args_wd_mult):
        """Set multipliers of weight decay; names but ..._weight start with 0."""
        plain = {n: 0.0 for n in self.idx2name.values() if not n.endswith("_weight")}
        self.wd_mult = {**plain, **self._from_symbol("__wd_mult__"), **args_wd_mult}

    def create_state_multi_precision(self, index, weight):
        """Return the momentum, with a float32 copy behind it for float16 weights."""
        if self._is_multi_precision(weight):
            master = weight.astype("float32")
            return (self.create_state(index, master), master)
        self._warn_about_float16(weight, "the SGD optimizer")
        return self.create_state(index, weight)

    def create_state(self, index, weight):
        """Return the momentum, None without."""
        return zeros_like(weight, lazy_stype(self, weight)) if self.momentum != 0.0 else None

    def update(self, index, weight, grad, state):
        """Update one weight or a list of them."""
        self._update_all(index, weight, grad, state, False)

    def update_multi_precision(self, index, weight, grad, state):
        """Update one weight or a list of them, float16 ones through their float32 copies."""
        first = weight[0] if isinstance(index, (tuple, list)) else weight
        self._update_all(index, weight, grad, state, self._is_multi_precision(first))

    def _update_all(self, indices, weights, grads, states, multi_precision):
        if not isinstance(indices, (tuple, list)):
            indices, weights, grads, states = [indices], [weights], [grads], [states]
        check_arrays(*weights, *grads)
        self._update_count(indices)
        lrs, wds = self._get_lrs(indices), self._get_wds(indices)
        options = self._rule_options()
        if self.momentum > 0:
            corrects = self.momentum_correction and self.last_lr != 0
            options["momentum"] = self.momentum * (self.cur_lr / self.last_lr if corrects else 1)
        lrs = self._scaled(indices, weights, grads, lrs, wds)
        for weight, grad, state, lr, wd in zip(weights, grads, states, lrs, wds):
            _descend(weight, grad, state, multi_precision, {**options, "lr": lr, "wd": wd})

    def _scaled(self, indices, weights, grads, lrs, wds):
        """Return the learning rates, scaled by the norms where the name asks for it."""
        names = [self.idx2name.get(i, str(i)) for i in indices]
        chosen = [i for i, n in enumerate(names) if not n.endswith(("gamma", "beta", "bias"))]
        if not chosen:
            return lrs
        lrs = numpy.array(lrs, "float32")
        ctx = weights[0].ctx
        rates, decays = (nd.array([v[i] for i in chosen], ctx=ctx) for v in (lrs, wds))
        squares = [
            nd.multi_sum_sq(*[arrays[i] for i in chosen], num_arrays=len(chosen))
            for arrays in (weights, grads)
        ]
        scaled = nd.multi_lars(
            rates, *squares, decays, eta=self.eta, eps=self.eps, rescale_grad=self.rescale_grad
        )
        lrs[chosen] = scaled.asnumpy()
        return lrs.tolist()


@register
class LBSGD(Optimizer):
    """Descend once for every ``batch_scale`` gradients, with a rate that warms up.

    ``warmup_strategy`` is linear, power2, sqrt or lars.
    """

    __module__ = PUBLIC

    def __init__(
        self,
        momentum=0.0,
        multi_precision=False,
        warmup_strategy="linear",
        warmup_epochs=5,
        batch_scale=1,
        updates_per_epoch=32,
        begin_epoch=0,
        num_epochs=60,
        **kwargs,
    ):
        super().__init__(**kwargs)
        logging.info("Running Large-Batch SGD Algorithm")
        logging.info(
            "(Batch_scale=%f, warmup_epochs=%d, warmup_strategy=%s, updates_per_epoch=%d)",
            batch_scale,
            warmup_epochs,
            warmup_strategy,
            updates_per_epoch,
        )
        self.momentum = momentum
        self.multi_precision = multi_precision
        self.warmup_strategy = warmup_strategy
        self.warmup_epochs = warmup_epochs
        self.batch_scale = batch_scale
        self.updates_per_epoch = updates_per_epoch
        self.init_updates = begin_epoch * updates_per_epoch
        self.num_epochs = num_epochs
        self.lbmult = 1
        self.cumgrads = {}
        self.adaptive = False
        self.admult = 1

    def create_state(self, index, weight):
        """Return the momentum (None without), with a float32 copy for float16 weights if asked."""
        momentum = None
        if self._is_multi_precision(weight):
            master = weight.astype("float32")
            return (zeros_like(master) if self.momentum != 0.0 else None, master)
        self._warn_about_float16(weight, "the SGD optimizer")
        if self.momentum != 0.0:
            momentum = zeros_like(weight, weight.stype)
        return momentum

    def _warmup(self, updates):
        """Return the factor of the rate after so many updates."""
        last, most = self.warmup_epochs * self.updates_per_epoch, float(self.batch_scale)
        if updates >= last:
            return most
        shapes = {
            "linear": lambda part: part,
            "power2": lambda part: part * part,
            "sqrt": math.sqrt,
        }
        if last <= 1 or self.warmup_strategy not in shapes:
            return 1.0
        return 1.0 + (most - 1) * shapes[self.warmup_strategy](updates / last)

    def _by_norms(self, weight, grad, wd):
        """Return the ratio of the norms of weight and gradient, between 0.01 and 100."""
        w, g = (float((a * a).asnumpy().sum()) for a in (weight, grad))
        return min(max(math.sqrt(w / (g + wd * w + 1e-18)), 0.01), 100)

    def _gathered(self, index, grad):
        """Add to the gradients gathered for a weight; return their sum and number."""
        # MXNet's form and names: files of states hold it
        gathered = self.cumgrads.get(index)
        if gathered and gathered["num_cums"] > 0:
            total, count = gathered["cum_grad"] + grad, gathered["num_cums"] + 1
        else:
            total, count = grad, self.init_updates + 1
        self.cumgrads[index] = {"cum_grad": total, "num_cums": count}
        return total, count

    def update(self, index, weight, grad, state):
        """Gather the gradient; update when ``batch_scale`` of them came together."""
        lr, wd = self._get_lr(index), self._get_wd(index)
        begin(self, index, weight, grad)
        total, count = self._gathered(index, grad)
        if count % self.batch_scale:
            nd.sgd_update(weight, grad, out=weight, lr=0.0, wd=wd)
            return
        grad = total / self.batch_scale
        by_norms = self.warmup_strategy == "lars"
        lr *= self._by_norms(weight, grad, wd) if by_norms else self._warmup(count)
        options = self._rule_options(lr=lr, wd=wd)
        if self.momentum > 0:
            options["momentum"] = self.momentum
        _descend(weight, grad, state, isinstance(state, (list, tuple)), options)
        self.cumgrads[index]["cum_grad"] = 0


@register
class LAMB(Optimizer):
    """Do as Adam with steps scaled by the ratio of the norms of weight and step."""

    __module__ = PUBLIC

    def __init__(
        self,
        learning_rate=0.001,
        beta1=0.9,
        beta2=0.999,
        epsilon=1e-6,
        lower_bound=None,
        upper_bound=None,
        bias_correction=True,
        **kwargs,
    ):
        super().__init__(learning_rate=learning_rate, **kwargs)
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.lower_bound = lower_bound
        self.upper_bound = upper_bound
        self.bias_correction = bias_correction
        asked = int(os.getenv("MXNET_OPTIMIZER_AGGREGATION_SIZE", "45"))
        self.aggregate_num = max(1, min(45, asked))

    def create_state(self, index, weight):
        """Return the means of the gradient and of its square."""
        return (zeros_like(weight, weight.stype), zeros_like(weight, weight.stype))

    def update(self, index, weight, grad, state):
        """Update one weight or a list of them."""
        self._update_all(index, weight, grad, state, False)

    def update_multi_precision(self, index, weight, grad, state):
        """Update one weight or a list of them, float16 ones through their float32 copies."""
        first = weight[0] if isinstance(index, (tuple, list)) else weight
        self._update_all(index, weight, grad, state, self._is_multi_precision(first))

    def _update_all(self, indices, weights, grads, states, multi_precision):
        if not isinstance(indices, (tuple, list)):
            indices, weights, grads, states = [indices], [weights], [grads], [states]
        for index, weight, grad, state in zip(indices, weights, grads, states):
            lr, wd = begin(self, index, weight, grad)
            direction = self._rule_options(
                beta1=self.beta1,
                beta2=self.beta2,
                epsilon=self.epsilon,
                bias_correction=self.bias_correction,
                t=self._index_update_count[index],
            )
            direction["wd"] = wd
            bounds = {"lower_bound": self.lower_bound, "upper_bound": self.upper_bound}
            bounds = {name: bound for name, bound in bounds.items() if bound}
            if multi_precision:
                master, (mean, var) = state
                step = nd.mp_lamb_update_phase1(weight, grad, mean, var, master, **direction)
                norms = master.norm(), step.norm()
                nd.mp_lamb_update_phase2(
                    weight, step, *norms, master, lr=lr, out=weight, **bounds
                )  # fmt: skip
            else:
                step = nd.lamb_update_phase1(weight, grad, *state, **direction)
                norms = weight.norm(), step.norm()
                nd.lamb_update_phase2(weight, step, *norms, lr=lr, out=weight, **bounds)
