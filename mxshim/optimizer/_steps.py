"""What the update rules share: checks, counts, gradients with decay and clipping."""

from __future__ import annotations

from .. import ndarray as nd
from ..ndarray import NDArray


def begin(rule, index, weight, grad):
    """Check the arrays, count the update and return the learning rate and weight decay."""
    check_arrays(weight, grad)
    rule._update_count(index)
    return rule._get_lr(index), rule._get_wd(index)


def check_arrays(*arrays):
    assert all(isinstance(array, NDArray) for array in arrays)


def zeros_like(weight, stype="default"):
    """Return zeros for a state, of the weight's shape and dtype."""
    return nd.zeros(weight.shape, weight.context, dtype=weight.dtype, stype=stype)


def float32_zeros(weight):
    """Return zeros for a state that is float32 whatever the weight, of the weight's storage."""
    return nd.zeros(weight.shape, weight.context, stype=weight.stype)


def lazy_stype(rule, weight):
    """Return the storage type of the states of a rule with ``lazy_update``."""
    return weight.stype if rule.lazy_update else "default"


def laziness(rule, grad):
    """Return the option that tells fused updates to leave rows without gradient alone."""
    return {} if grad.stype == "default" else {"lazy_update": rule.lazy_update}


#: Elements of the pieces of large arrays; a dozen arrays of so many stay in the cache.
PIECE = 1 << 14


def pieces(weight, *arrays):
    """Yield ``(weight, *arrays)``, large arrays on a CPU in pieces that share their memory.

    Rules that are several operations go over memory once so.
    """
    arrays = (weight, *arrays)
    whole = any(a.stype != "default" or a.shape != weight.shape for a in arrays)
    if whole or weight.size <= PIECE or weight.context.device_type == "gpu":
        yield arrays
        return
    flat = [a.reshape((-1,)) for a in arrays]
    for start in range(0, weight.size, PIECE):
        yield [a[start : start + PIECE] for a in flat]


def with_decay(rule, weight, grad, wd):
    """Return the rescaled gradient plus weight decay, clipped together."""
    grad = grad * rule.rescale_grad + wd * weight
    if rule.clip_gradient is not None:
        grad = nd.clip(grad, -rule.clip_gradient, rule.clip_gradient)
    return grad
