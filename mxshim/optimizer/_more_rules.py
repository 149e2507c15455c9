"""Further update rules: Signum, FTML, FTRL, delay compensation, Langevin dynamics."""

from __future__ import annotations

import math

from .. import ndarray as nd
from ._base import PUBLIC, Optimizer
from ._steps import begin, float32_zeros, zeros_like

register = Optimizer.register


@register
class Signum(Optimizer):
    """Step by the sign of the gradient, or of its running mean with momentum."""

    __module__ = PUBLIC

    def __init__(self, learning_rate=0.01, momentum=0.9, wd_lh=0.0, **kwargs):
        super().__init__(learning_rate=learning_rate, **kwargs)
        self.momentum = momentum
        self.wd_lh = wd_lh

    def create_state(self, index, weight):
        """Return the momentum, None without."""
        return zeros_like(weight, weight.stype) if self.momentum != 0.0 else None

    def update(self, index, weight, grad, state):
        """Update one weight."""
        lr, wd = begin(self, index, weight, grad)
        options = self._rule_options(wd)
        if state is None:
            # mxnet: these options are given to the plain rule too, which does not know them.
            if self.wd_lh:
                options["wd_lh"] = self.wd_lh
            nd.signsgd_update(weight, grad, out=weight, lr=lr, **options)
            return
        if self.momentum > 0:
            options["momentum"] = self.momentum
        if self.wd_lh:
            options["wd_lh"] = self.wd_lh
        nd.signum_update(weight, grad, state, out=weight, lr=lr, **options)


@register
class FTML(Optimizer):
    """Follow the moving leader."""

    __module__ = PUBLIC

    def __init__(self, beta1=0.6, beta2=0.999, epsilon=1e-8, **kwargs):
        super().__init__(**kwargs)
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon

    def create_state(self, index, weight):
        """Return the averages d, v and z."""
        return (zeros_like(weight), zeros_like(weight), zeros_like(weight))

    def update(self, index, weight, grad, state):
        """Update one weight."""
        lr, wd = begin(self, index, weight, grad)
        options = {
            "beta1": self.beta1,
            "beta2": self.beta2,
            "epsilon": self.epsilon,
            "rescale_grad": self.rescale_grad,
            "t": self._index_update_count[index],
        }
        if self.clip_gradient:
            options["clip_grad"] = self.clip_gradient
        nd.ftml_update(weight, grad, *state, out=weight, lr=lr, wd=wd, **options)


@register
class Ftrl(Optimizer):
    """Follow the regularized leader; ``lamda1`` makes weights exactly zero."""

    __module__ = PUBLIC

    def __init__(self, lamda1=0.01, learning_rate=0.1, beta=1, **kwargs):
        super().__init__(**kwargs)
        self.lamda1 = lamda1
        self.beta = beta
        self.lr = learning_rate

    def create_state(self, index, weight):
        """Return z and n, float32 whatever the weight."""
        return (float32_zeros(weight), float32_zeros(weight))

    def update(self, index, weight, grad, state):
        """Update one weight."""
        lr, wd = begin(self, index, weight, grad)
        options = self._rule_options(wd, lamda1=self.lamda1, beta=self.beta)
        nd.ftrl_update(weight, grad, *state, out=weight, lr=lr, **options)


@register
class DCASGD(Optimizer):
    """Descend with a correction for weights that moved since the gradient was computed."""

    __module__ = PUBLIC

    def __init__(self, momentum=0.0, lamda=0.04, **kwargs):
        super().__init__(**kwargs)
        self.momentum = momentum
        self.weight_previous = {}
        self.lamda = lamda

    def create_state(self, index, weight):
        """Return the momentum (or None) and a copy of the weight."""
        return (None if self.momentum == 0.0 else zeros_like(weight), weight.copy())

    def update(self, index, weight, grad, state):
        """Update one weight."""
        lr, wd = begin(self, index, weight, grad)
        grad = self._prepare(grad)
        momentum, before = state
        step = -lr * (grad + wd * weight + self.lamda * grad * grad * (weight - before))
        # mxnet: asks for the truth of an array, so momentum fails unless there is one number in it.
        if momentum:
            momentum[:] *= self.momentum
            momentum[:] += step
            step = momentum
        else:
            assert self.momentum == 0.0
        before[:] = weight
        weight[:] += step


@register
class SGLD(Optimizer):
    """Descend with noise: stochastic gradient Langevin dynamics."""

    __module__ = PUBLIC

    def __init__(self, **kwargs):
        super().__init__(**kwargs)

    def create_state(self, index, weight):
        """Return None."""

    def update(self, index, weight, grad, state):
        """Update one weight."""
        lr, wd = begin(self, index, weight, grad)
        grad = self._prepare(grad)
        weight[:] += -lr / 2 * (grad + wd * weight)
        weight[:] += nd.random.normal(
            0, math.sqrt(lr), shape=weight.shape, dtype=weight.dtype, ctx=weight.context
        )
