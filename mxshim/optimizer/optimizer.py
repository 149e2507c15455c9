"""Update rules, each by name and class, and the Updater."""

from __future__ import annotations

import math
import os

import numpy

from .. import ndarray as nd
from .._core.errors import incompatible
from .._core.missing import module_getattr
from ._base import Optimizer
from ._large_batch import LAMB, LARS, LBSGD
from ._more_rules import DCASGD, FTML, SGLD, Ftrl, Signum
from ._steps import (
    begin,
    check_arrays,
    float32_zeros,
    laziness,
    lazy_stype,
    pieces,
    with_decay,
    zeros_like,
)
from ._updater import Updater, get_updater

__all__ = [
    "AdaDelta",
    "AdaGrad",
    "Adam",
    "Adamax",
    "DCASGD",
    "FTML",
    "Ftrl",
    "LAMB",
    "LARS",
    "LBSGD",
    "NAG",
    "Nadam",
    "Optimizer",
    "RMSProp",
    "SGD",
    "SGLD",
    "Signum",
    "Test",
    "Updater",
    "ccSGD",
    "create",
    "get_updater",
    "register",
]

register = Optimizer.register
create = Optimizer.create_optimizer


@register
class SGD(Optimizer):
    """Step against the gradient, with momentum if asked.

    ``w -= lr * (grad + wd * w)``, or ``m = momentum * m - lr * (...); w += m``.
    """

    def __init__(self, momentum=0.0, lazy_update=True, **kwargs):
        super().__init__(**kwargs)
        self.momentum = momentum
        self.lazy_update = lazy_update
        self.aggregate_num = int(os.getenv("MXNET_OPTIMIZER_AGGREGATION_SIZE", "4"))

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
            options["momentum"] = self.momentum
        for weight, grad, state, lr, wd in zip(weights, grads, states, lrs, wds):
            target = weight
            if multi_precision:
                state, target = state
                # mxnet: updates through a float32 copy are for all rows (test_multi_precision)
                grad = grad.astype("float32")
                grad = grad if grad.stype == "default" else grad.tostype("default")
            chosen = options | laziness(self, grad)
            if wd:
                chosen["wd"] = wd
            if self.momentum > 0:
                nd.sgd_mom_update(target, grad, state, out=target, lr=lr, **chosen)
            else:
                nd.sgd_update(target, grad, out=target, lr=lr, **chosen)
            if multi_precision:
                nd.cast(target, dtype=weight.dtype, out=weight)


@register
class NAG(Optimizer):
    """Step with Nesterov's momentum: the gradient counts once more on top of the new momentum."""

    def __init__(self, momentum=0.0, **kwargs):
        super().__init__(**kwargs)
        self.momentum = momentum

    def create_state(self, index, weight):
        """Return the momentum, None without."""
        return zeros_like(weight) if self.momentum != 0.0 else None

    def create_state_multi_precision(self, index, weight):
        """Return the momentum, with a float32 copy behind it for float16 weights."""
        if self._is_multi_precision(weight):
            master = weight.astype("float32")
            return (self.create_state(index, master), master)
        self._warn_about_float16(weight, "the NAG optimizer")
        return self.create_state(index, weight)

    def update_multi_precision(self, index, weight, grad, state):
        """Update the float32 copy and write it back where there is one, else update plainly."""
        if not (self._is_multi_precision(weight) and isinstance(state, (tuple, list))):
            self.update(index, weight, grad, state)
            return
        momentum, master = state
        self.update(index, master, grad.astype("float32"), momentum)
        nd.cast(master, dtype=weight.dtype, out=weight)

    def update(self, index, weight, grad, state):
        """Update one weight."""
        lr, wd = begin(self, index, weight, grad)
        if state is None:
            nd.sgd_update(weight, grad, out=weight, lr=lr, **self._rule_options(wd))
            return
        options = self._rule_options(wd)
        if self.momentum > 0:
            options["momentum"] = self.momentum
        nd.nag_mom_update(weight, grad, state, out=weight, lr=lr, **options)


@register
class ccSGD(SGD):
    """Do as SGD; an old name kept."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)


@register
class Adam(Optimizer):
    """Divide the mean of gradients by the root of the mean of their squares, bias corrected."""

    def __init__(
        self,
        learning_rate=0.001,
        beta1=0.9,
        beta2=0.999,
        epsilon=1e-8,
        lazy_update=True,
        **kwargs,
    ):
        super().__init__(learning_rate=learning_rate, **kwargs)
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.lazy_update = lazy_update

    def create_state(self, index, weight):
        """Return the means of the gradient and of its square."""
        return tuple(zeros_like(weight, lazy_stype(self, weight)) for _ in range(2))

    def update(self, index, weight, grad, state):
        """Update one weight."""
        lr, wd = begin(self, index, weight, grad)
        count = self._index_update_count[index]
        lr *= math.sqrt(1.0 - self.beta2**count) / (1.0 - self.beta1**count)
        options = self._rule_options(wd, beta1=self.beta1, beta2=self.beta2, epsilon=self.epsilon)
        options |= laziness(self, grad)
        mean, var = state
        nd.adam_update(weight, grad, mean, var, out=weight, lr=lr, **options)


@register
class AdaGrad(Optimizer):
    """Divide by the root of the sum of all squared gradients so far."""

    def __init__(self, eps=1e-7, **kwargs):
        super().__init__(**kwargs)
        self.float_stable_eps = eps

    def create_state(self, index, weight):
        """Return the sum of squares, float32 whatever the weight."""
        return float32_zeros(weight)

    def update(self, index, weight, grad, state):
        """Update one weight."""
        lr, wd = begin(self, index, weight, grad)
        if grad.stype == "row_sparse":
            options = self._rule_options(wd, epsilon=self.float_stable_eps)
            nd.sparse.adagrad_update(weight, grad, state, out=weight, lr=lr, **options)
            return
        for w, g, squares in pieces(weight, grad, state):
            g = self._prepare(g)
            squares[:] += nd.square(g)
            step = g / nd.sqrt(squares + self.float_stable_eps)
            w[:] += (step + w * wd) * -lr


@register
class RMSProp(Optimizer):
    """Divide by the root of a running mean of squares, ``centered`` by Graves' variance."""

    def __init__(
        self,
        learning_rate=0.001,
        gamma1=0.9,
        gamma2=0.9,
        epsilon=1e-8,
        centered=False,
        clip_weights=None,
        **kwargs,
    ):
        super().__init__(learning_rate=learning_rate, **kwargs)
        self.gamma1 = gamma1
        self.gamma2 = gamma2
        self.centered = centered
        self.epsilon = epsilon
        self.clip_weights = clip_weights

    def create_state(self, index, weight):
        """Return the mean of squares; centered also the mean and the last step."""
        count = 3 if self.centered else 1
        return tuple(float32_zeros(weight) for _ in range(count))

    def update(self, index, weight, grad, state):
        """Update one weight."""
        lr, wd = begin(self, index, weight, grad)
        if state[0].dtype != weight.dtype:
            # mxnet: the state is float32 whatever the weight, and the update wants one dtype.
            kinds = (numpy.dtype(array.dtype).name for array in (weight, state[0]))
            raise incompatible("input", 2, *kinds)
        options = self._rule_options(wd, gamma1=self.gamma1, epsilon=self.epsilon)
        if self.clip_weights:
            options["clip_weights"] = self.clip_weights
        if self.centered:
            options["gamma2"] = self.gamma2
            nd.rmspropalex_update(weight, grad, *state, out=weight, lr=lr, **options)
        else:
            nd.rmsprop_update(weight, grad, *state, out=weight, lr=lr, **options)


@register
class AdaDelta(Optimizer):
    """Scale each step by the ratio of the recent steps' size to the recent gradients' size."""

    def __init__(self, rho=0.90, epsilon=1e-5, **kwargs):
        super().__init__(**kwargs)
        self.rho = rho
        self.epsilon = epsilon

    def create_state(self, index, weight):
        """Return the mean squares of gradients and of steps."""
        return (nd.zeros(weight.shape, weight.context), nd.zeros(weight.shape, weight.context))

    def update(self, index, weight, grad, state):
        """Update one weight; there is no learning rate."""
        _, wd = begin(self, index, weight, grad)
        for w, g, squares, steps in pieces(weight, grad, *state):
            g *= self.rescale_grad  # mxnet: the caller's gradient array is rescaled in place.
            if self.clip_gradient is not None:
                g = nd.clip(g, -self.clip_gradient, self.clip_gradient)
            squares[:] *= self.rho
            squares[:] += (1.0 - self.rho) * g * g
            step = nd.sqrt(steps + self.epsilon) / nd.sqrt(squares + self.epsilon) * g
            steps[:] *= self.rho
            steps[:] += (1.0 - self.rho) * step * step
            w[:] -= step + wd * w


@register
class Adamax(Optimizer):
    """Do as Adam with the largest gradient so far instead of the mean square."""

    def __init__(self, learning_rate=0.002, beta1=0.9, beta2=0.999, **kwargs):
        super().__init__(learning_rate=learning_rate, **kwargs)
        self.beta1 = beta1
        self.beta2 = beta2

    def create_state(self, index, weight):
        """Return the mean and the decayed maximum."""
        return (zeros_like(weight), zeros_like(weight))

    def update(self, index, weight, grad, state):
        """Update one weight."""
        lr, wd = begin(self, index, weight, grad)
        lr /= 1.0 - self.beta1 ** self._index_update_count[index]
        for w, g, mean, largest in pieces(weight, grad, *state):
            g = with_decay(self, w, g, wd)
            mean[:] *= self.beta1
            mean[:] += (1.0 - self.beta1) * g
            largest[:] = nd.maximum(self.beta2 * largest, nd.abs(g))
            w[:] -= lr * mean / largest


@register
class Nadam(Optimizer):
    """Do as Adam with Nesterov's momentum on a schedule."""

    def __init__(
        self,
        learning_rate=0.001,
        beta1=0.9,
        beta2=0.999,
        epsilon=1e-8,
        schedule_decay=0.004,
        **kwargs,
    ):
        super().__init__(learning_rate=learning_rate, **kwargs)
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.schedule_decay = schedule_decay
        self.m_schedule = 1.0

    def create_state(self, index, weight):
        """Return the means of the gradient and of its square."""
        return (zeros_like(weight), zeros_like(weight))

    def _momentum(self, count):
        return self.beta1 * (1.0 - 0.5 * pow(0.96, count * self.schedule_decay))

    def update(self, index, weight, grad, state):
        """Update one weight."""
        lr, wd = begin(self, index, weight, grad)
        count = self._index_update_count[index]
        now, following = self._momentum(count), self._momentum(count + 1)
        # mxnet: one schedule for all weights, so it moves on with every weight updated.
        self.m_schedule = self.m_schedule * now
        for w, g, mean, square in pieces(weight, grad, *state):
            g = with_decay(self, w, g, wd)
            mean[:] *= self.beta1
            mean[:] += (1.0 - self.beta1) * g
            square[:] *= self.beta2
            square[:] += (1.0 - self.beta2) * g * g
            grad_part = (1.0 - now) * (g / (1.0 - self.m_schedule))
            mean_part = following * (mean / (1.0 - self.m_schedule * following))
            root = nd.sqrt(square / (1.0 - pow(self.beta2, count)))
            w[:] -= lr * (grad_part + mean_part) / (root + self.epsilon)


@register
class Test(Optimizer):
    """Add the gradient to the weight and keep the sum as state; for tests of the plumbing."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)

    def create_state(self, index, weight):
        """Return zeros."""
        return nd.zeros(weight.shape, weight.context)

    def update(self, index, weight, grad, state):
        """Update one weight."""
        weight[:] += grad * self.rescale_grad
        state[:] = weight


__getattr__ = module_getattr(__name__, {"NDabs": lambda: nd.abs})
