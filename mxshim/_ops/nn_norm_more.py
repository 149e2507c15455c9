"""Relatives of batch normalization: over devices, with relu, the old form; and a penalty."""

from __future__ import annotations

from typing import Any

from .._core.errors import MXNetError, check_failed, not_implemented
from .._core.params import Float, Int, Optional, Text, Training
from .._core.registry import op
from .kernels.checks import not_floating
from .nn_norm import Double, batch_norm, inconsistent

((_, _batch_pull),) = batch_norm.pulls


def _visible(params: dict[str, Any]) -> int:
    return 3 if params["output_mean_var"] else 1


def _with_variance(xp: Any, out: Any, eps: float) -> Any:
    """Give the variance out for one over the deviation."""
    return out[0], out[1], 1 / (out[2] * out[2]) - eps


def _inverse_head(ct: Any, inverse: Any) -> Any:
    """Turn the gradient by the variance into that by one over the deviation."""
    return ct[0], ct[1], ct[2] * -2 / (inverse * inverse * inverse)


def _pull_with_variance(xp, ct, out, arrays, *, eps, **params):
    inverse = 1 / xp.sqrt(out[2] + eps)
    seen = (out[0], out[1], inverse)
    rest = {"momentum": 0.9, "axis": 1, **params}
    return _batch_pull(xp, _inverse_head(ct, inverse), seen, *arrays, eps=eps, **rest)


def _one_channel_axis(data, *vectors, **params):
    if len(data) < 2:
        raise check_failed("i >= 0 && i < ndim()", f"index = 1 must be in range [0, {len(data)})")
    channels = (data[1],)
    for vector in vectors:
        if vector is not None and vector != channels:
            raise inconsistent(vector, channels)
    return (data, *(channels,) * 4), [data, channels, channels]


@op("_contrib_SyncBatchNorm", visible=_visible, mutates=("moving_mean", "moving_var"),
    shape=_one_channel_axis)  # fmt: skip
def sync_batch_norm(
    xp, data, gamma, beta, moving_mean, moving_var, *, eps: Float = 1e-3, momentum: Float = 0.9,
    fix_gamma: bool = True, use_global_stats: bool = False, output_mean_var: bool = False,
    ndev: Int() = 1, key: Text, training: Training,
):  # fmt: skip
    """Normalize every channel by the mean and variance of the batch of all devices.

    ``ndev`` devices with the same ``key`` form a batch; here there is one. Outputs are the result,
    the mean and the variance. See BatchNorm for the rest.
    """
    if ndev > 1 and training and not use_global_stats:
        raise not_implemented(f"SyncBatchNorm over ndev={ndev} devices")
    _one_channel_axis(data.shape)
    out = batch_norm(
        xp, data, gamma, beta, moving_mean, moving_var, eps=eps, fix_gamma=fix_gamma,
        use_global_stats=use_global_stats, training=training,
    )  # fmt: skip
    return _with_variance(xp, out, eps)


@sync_batch_norm.vjp("data", "gamma", "beta")
def _(xp, ct, out, *arrays, **params):
    return _pull_with_variance(xp, ct, out, arrays, **params)


def _old_shape(data, *vectors, **params):
    if len(data) not in (2, 4):
        raise MXNetError(
            f"MXNetError: Check failed: dim == ndim() (4 vs. {len(data)}) : dimension do not match "
            f"target dimension 4 vs {len(data)}"
        )
    return _one_channel_axis(data, *vectors)


@op("BatchNorm_v1", visible=_visible, mutates=("moving_mean", "moving_var"), shape=_old_shape)
def batch_norm_v1(
    xp, data, gamma, beta, moving_mean, moving_var, *, eps: Float = 1e-3, momentum: Float = 0.9,
    fix_gamma: bool = True, use_global_stats: bool = False, output_mean_var: bool = False,
    training: Training,
):  # fmt: skip
    """Do BatchNorm on (n, c) or (n, c, h, w); outputs are the result, the mean and the variance."""
    _old_shape(data.shape)
    out = batch_norm(
        xp, data, gamma, beta, moving_mean, moving_var, eps=eps, fix_gamma=fix_gamma,
        use_global_stats=use_global_stats, training=training,
    )  # fmt: skip
    return _with_variance(xp, out, eps)


@batch_norm_v1.vjp("data", "gamma", "beta")
def _(xp, ct, out, *arrays, **params):
    return _pull_with_variance(xp, ct, out, arrays, **params)


@op("_contrib_BatchNormWithReLU", visible=_visible, mutates=("moving_mean", "moving_var"),
    shape=batch_norm.shape_rule)  # fmt: skip
def batch_norm_with_relu(
    xp, data, gamma, beta, moving_mean, moving_var, *, eps: Double = 0.0010000000474974513,
    momentum: Float = 0.9, fix_gamma: bool = True, use_global_stats: bool = False,
    output_mean_var: bool = False, axis: int = 1, cudnn_off: bool = False,
    min_calib_range: Optional(Float()) = None, max_calib_range: Optional(Float()) = None,
    training: Training,
):  # fmt: skip
    """Do BatchNorm, then relu."""
    out, mean, inverse = batch_norm(
        xp, data, gamma, beta, moving_mean, moving_var, eps=eps, fix_gamma=fix_gamma,
        use_global_stats=use_global_stats, axis=axis, training=training,
    )  # fmt: skip
    return xp.maximum(out, 0), mean, inverse


@batch_norm_with_relu.vjp("data", "gamma", "beta")
def _(xp, ct, out, *arrays, **params):
    head = xp.where(out[0] > 0, ct[0], 0)
    return _batch_pull(xp, (head, ct[1], ct[2]), out, *arrays, **params)


Target = Float(min=0, max=1, doc="The sparseness target")
Momentum = Float(min=0, max=1, doc="The momentum for running average")


def _penalty_shape(data, moving_avg=None, **params):
    return (data, data[1:2]), data


@op("IdentityAttachKLSparseReg", mutates=("moving_avg",), shape=_penalty_shape)
def identity_attach_kl_sparse_reg(
    xp, data, moving_avg, *, sparseness_target: Target = 0.1, penalty: Float = 0.001,
    momentum: Momentum = 0.9,
):  # fmt: skip
    """Return the data (n, units) as it is; the gradient adds a penalty for units often active.

    The penalty is the Kullback-Leibler divergence of ``sparseness_target`` from the moving average
    of every unit, which the backward pass updates.
    """
    if data.dtype.kind != "f":
        raise not_floating(data.dtype)
    if data.ndim != 2 or moving_avg.shape != data.shape[1:]:
        raise MXNetError(
            f"IdentityAttachKLSparseReg takes data (n, units) and an average (units,), got "
            f"{data.shape} and {moving_avg.shape}\nMapReduceKeepLowest: Check failed: eshape[1] == "
            f"dshape[0] ({data.shape[-1]} vs. {moving_avg.shape[0]}) : :reduction dimension do not "
            "match"
        )
    return data.copy()


@identity_attach_kl_sparse_reg.vjp("data")
def _(xp, ct, out, data, moving_avg, *, sparseness_target, penalty, momentum):
    mean = data.sum(axis=0) / data.shape[0]
    xp.assign(moving_avg, moving_avg * momentum + mean * (1 - momentum))
    slope = (1 - sparseness_target) / (1 - moving_avg) - sparseness_target / moving_avg
    return ct + slope * penalty


batch_norm_v1.unlisted = ("moving_mean", "moving_var")
identity_attach_kl_sparse_reg.unlisted = ("moving_avg",)
