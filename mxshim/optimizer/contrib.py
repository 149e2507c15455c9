"""Optimizers on trial: one learning rate per row."""

from __future__ import annotations

from .. import ndarray as nd
from .._core.missing import module_getattr
from ..ndarray import contrib  # noqa: F401  (MXNet offers it here too)
from ._base import Optimizer
from ._steps import begin

__all__ = ["GroupAdaGrad"]

register = Optimizer.register


@register
class GroupAdaGrad(Optimizer):
    """Do as AdaGrad with one sum of mean squares per row of a matrix; no weight decay."""

    def __init__(self, eps=1e-5, **kwargs):
        super().__init__(**kwargs)
        self.float_stable_eps = eps

    def create_state(self, index, weight):
        """Return one number per row, float32 whatever the weight."""
        assert len(weight.shape) == 2
        return nd.zeros((weight.shape[0], 1), weight.context, stype=weight.stype)

    def update(self, index, weight, grad, state):
        """Update one weight."""
        lr, wd = begin(self, index, weight, grad)
        assert wd == 0, "Weight decay is not supported for GroupAdaGrad"
        if grad.stype == "row_sparse":
            options = self._rule_options(epsilon=self.float_stable_eps)
            nd.contrib.group_adagrad_update(weight, grad, state, out=weight, lr=lr, **options)
            return
        grad = self._prepare(grad)
        state[:] += nd.mean(nd.square(grad), axis=1, keepdims=True)
        weight[:] -= lr * grad / nd.sqrt(state + self.float_stable_eps)


__getattr__ = module_getattr(__name__)
