"""Normalizing layers."""

from __future__ import annotations

from typing import Any

from .._core.errors import check_failed, incompatible, mxnet_error, shape_text
from .._core.params import Float, Optional, Training
from .._core.registry import op
from .kernels.checks import not_floating, require_uniform
from .kernels.norm import along, moments, others, pull, wide

Double = Float("double")


def inconsistent(given, inferred):
    """Build the error for a parameter whose shape does not follow from the data's."""
    return mxnet_error(
        f"Shape inconsistent, Provided = {shape_text(given)}, inferred shape="
        f"{shape_text(inferred)}",
        f"got shape {given}, needed {tuple(inferred)}",
    )


def _channel(data, axis: int) -> int:
    """Return the position of the channel axis; raise MXNet's error when there is none."""
    place = axis + len(data) if axis < 0 else axis
    if not 0 <= place < len(data):
        raise check_failed(
            f"channelAxis < dshape.ndim() ({place} vs. {len(data)}) ",
            f"Channel axis out of range: {axis}",
        )
    return place


def _batch_shape(data, *vectors, axis, **params):
    channels = (data[_channel(data, axis)],)
    for vector in vectors:
        if vector is not None and vector != channels:
            raise inconsistent(vector, channels)
    return (data, channels, channels, channels, channels), [data, channels, channels]


@op(
    "BatchNorm",
    "_npx_batch_norm",
    visible=lambda params: 3 if params["output_mean_var"] else 1,
    mutates=("moving_mean", "moving_var"),
    shape=_batch_shape,
)
def batch_norm(
    xp, data, gamma, beta, moving_mean, moving_var, *, eps: Double = 0.0010000000474974513,
    momentum: Float = 0.9, fix_gamma: bool = True, use_global_stats: bool = False,
    output_mean_var: bool = False, axis: int = 1, cudnn_off: bool = False,
    min_calib_range: Optional(Float()) = None, max_calib_range: Optional(Float()) = None,
    training: Training,
):  # fmt: skip
    """Normalize every channel by the batch's mean and variance, or by the moving ones.

    The moving averages are used outside training and with ``use_global_stats``. In training they
    are updated by the backward pass, not by this one. ``fix_gamma`` sets ``gamma`` to 1 in place.
    Outputs are the result, the mean and one over the standard deviation.
    """
    if data.dtype.kind != "f":
        raise not_floating(data.dtype)
    x = wide(xp, data)
    vectors = {
        "gamma": gamma, "beta": beta, "moving_mean": moving_mean, "moving_var": moving_var
    }  # fmt: skip
    require_uniform(x.dtype, "dtype_param", **vectors)
    place = _channel(data.shape, axis)
    if any(vector.shape != (data.shape[place],) for vector in vectors.values()):
        raise ValueError("channels")
    if fix_gamma:
        gamma[...] = 1  # mxnet: test_batch_norm_fix_gamma
    if training and not use_global_stats:
        mean, var, centred = moments(xp, x, others(place, x.ndim))
    else:
        mean = along(moving_mean.copy(), place, x.ndim)
        var = along(moving_var, place, x.ndim)
        centred = x - mean
    inverse = 1 / xp.sqrt(var + eps)
    out = centred * (inverse * along(gamma, place, x.ndim)) + along(beta, place, x.ndim)
    return out.astype(data.dtype, copy=False), mean.reshape(-1), inverse.reshape(-1)


@batch_norm.vjp("data", "gamma", "beta")
def _(xp, ct, out, data, gamma, beta, moving_mean, moving_var, *, eps, momentum, fix_gamma,
      use_global_stats, axis, training, **params):  # fmt: skip
    place, ndim = axis % data.ndim, data.ndim
    axes = others(place, ndim)
    x, head, inverse = wide(xp, data), wide(xp, ct[0]), out[2]
    centred = x - along(out[1], place, ndim)
    shift = head.sum(axis=axes)
    slope = (head * centred).sum(axis=axes)
    scale = inverse if fix_gamma else inverse * gamma
    given = xp.zeros_like(gamma) if fix_gamma else slope * inverse
    if not training or use_global_stats:
        return head * along(scale, place, ndim), given, shift
    # mxnet: the backward pass updates the averages, test_batch_norm_updates_in_backward
    _update(xp, moving_mean, out[1], momentum)
    _update(xp, moving_var, 1 / (inverse * inverse) - eps, momentum)
    count = float(data.size // data.shape[place])
    # the mean's and the deviation's own gradients come from gradients of gradients
    level = (scale * shift - ct[1]) / count
    tilt = (scale * slope + inverse * ct[2]) * (inverse * inverse) / count
    grad = head * along(scale, place, ndim) - centred * along(tilt, place, ndim)
    return grad - along(level, place, ndim), given, shift


def _update(xp: Any, average: Any, value: Any, momentum: float) -> None:
    xp.assign(average, average * momentum + value * (1 - momentum))


def _layer_shape(data, gamma=None, beta=None, *, axis, **params):
    place = axis + len(data) if axis < 0 else axis
    if not 0 <= place < len(data):
        raise check_failed(
            "axis >= 0 && axis < dshape.ndim()", f"Channel axis out of range: axis={axis}"
        )
    vector = (data[place],)
    for given in (gamma, beta):
        if given is not None and given != vector:
            raise inconsistent(given, vector)
    moment = tuple(1 if i == place else n for i, n in enumerate(data))
    return (data, vector, vector), [data, moment, moment]


@op(
    "LayerNorm",
    "_npx_layer_norm",
    visible=lambda params: 3 if params["output_mean_var"] else 1,
    shape=_layer_shape,
)
def layer_norm(
    xp, data, gamma, beta, *, axis: int = -1, eps: Float = 1e-5, output_mean_var: bool = False
):
    """Normalize along one axis by its own mean and variance.

    ``gamma`` and ``beta`` have the length of the axis. Outputs are the result, the mean and the
    standard deviation.
    """
    if data.dtype.kind != "f":
        raise not_floating(data.dtype)
    size = data.shape[axis]
    for position, vector in ((1, gamma), (2, beta)):
        if vector.shape != (size,):
            raise ValueError("vectors")
        if vector.dtype != data.dtype:
            raise incompatible("input", position, data.dtype.name, vector.dtype.name)
    place = axis % data.ndim
    mean, var, centred = moments(xp, wide(xp, data), (place,))
    deviation = xp.sqrt(var + eps)
    out = centred / deviation * along(gamma, place, data.ndim) + along(beta, place, data.ndim)
    kind = data.dtype
    return tuple(a.astype(kind, copy=False) for a in (out, mean, deviation))


@layer_norm.vjp("data", "gamma", "beta")
def _(xp, ct, out, data, gamma, beta, *, axis, eps, **params):
    place = axis % data.ndim
    axes = others(place, data.ndim)
    x, ct = wide(xp, data), wide(xp, ct[0])
    _, var, centred = moments(xp, x, (place,))
    inverse = 1 / xp.sqrt(var + eps)
    normal = centred * inverse
    grad = pull(xp, ct * along(gamma, place, x.ndim), normal, inverse, (place,))
    return grad, (ct * normal).sum(axis=axes), ct.sum(axis=axes)


def _group_shape(data, gamma=None, beta=None, *, num_groups, **params):
    if len(data) < 3:
        raise check_failed(f"dshape.ndim() >= 3U ({len(data)} vs. 3) ")
    if data[1] % num_groups:
        raise check_failed(
            f"dshape[1] % num_groups == 0 ({data[1] % num_groups} vs. 0) ",
            "# of channels must be divisible by # of groups",
        )
    for given in (gamma, beta):
        if given is not None and given != (num_groups,):
            raise check_failed(
                f"this->shape_.Size() == shape.Size() ({given[0]} vs. {num_groups}) ",
                f"Shape size mismatch {given[0]} v.s. {num_groups}",
            )
    moment = (data[0], num_groups)
    return (data, (num_groups,), (num_groups,)), [data, moment, moment]


def _grouped(x, num_groups):
    return x.reshape((x.shape[0], num_groups, -1))


@op(
    "GroupNorm",
    visible=lambda params: 3 if params["output_mean_var"] else 1,
    shape=_group_shape,
)
def group_norm(
    xp, data, gamma, beta, *, num_groups: int = 1, eps: Float = 1e-5, output_mean_var: bool = False
):
    """Normalize groups of channels of every example by their own mean and variance.

    ``gamma`` and ``beta`` have one number a group. Outputs are the result, the mean and the
    standard deviation, one a group.
    """
    if data.dtype.kind != "f":
        raise not_floating(data.dtype)
    if data.ndim < 3 or data.shape[1] % num_groups or {gamma.shape, beta.shape} != {(num_groups,)}:
        raise ValueError("groups")
    mean, var, centred = moments(xp, _grouped(wide(xp, data), num_groups), (2,))
    deviation = xp.sqrt(var + eps)
    out = centred / deviation * along(gamma, 1, 3) + along(beta, 1, 3)
    small = (data.shape[0], num_groups)
    made = (out.reshape(data.shape), mean.reshape(small), deviation.reshape(small))
    return tuple(a.astype(data.dtype, copy=False) for a in made)


@group_norm.vjp("data", "gamma", "beta")
def _(xp, ct, out, data, gamma, beta, *, num_groups, eps, **params):
    x, ct = _grouped(wide(xp, data), num_groups), _grouped(wide(xp, ct[0]), num_groups)
    _, var, centred = moments(xp, x, (2,))
    inverse = 1 / xp.sqrt(var + eps)
    normal = centred * inverse
    grad = pull(xp, ct * along(gamma, 1, 3), normal, inverse, (2,)).reshape(data.shape)
    return grad, (ct * normal).sum(axis=(0, 2)), ct.sum(axis=(0, 2))


def _instance_shape(data, gamma=None, beta=None, **params):
    if len(data) < 3:
        raise check_failed(
            f"in_data[instance_norm: :kData].ndim() >= 3 ({len(data)} vs. 3) ",
            "InstanceNorm only supports input tensors of rank >= 3.",
        )
    channels = (data[1],)
    for given in (gamma, beta):
        if given is not None and given != channels:
            raise check_failed(
                f"ishape.Size() == shape.Size() ({data[0] * given[0]} vs. {data[0] * data[1]}) ",
                "reshape size must match",
            )
    return (data, channels, channels), data


@op("InstanceNorm", shape=_instance_shape)
def instance_norm(xp, data, gamma, beta, *, eps: Float = 1e-3):
    """Normalize every channel of every example by its own mean and variance."""
    if data.dtype.kind != "f":
        raise not_floating(data.dtype)
    if data.ndim < 3 or {gamma.shape, beta.shape} != {(data.shape[1],)}:
        raise ValueError("channels")
    axes = tuple(range(2, data.ndim))
    _, var, centred = moments(xp, wide(xp, data), axes)
    out = centred / xp.sqrt(var + eps)
    out = out * along(gamma, 1, data.ndim) + along(beta, 1, data.ndim)
    return out.astype(data.dtype, copy=False)


@instance_norm.vjp("data", "gamma", "beta")
def _(xp, ct, out, data, gamma, beta, *, eps):
    spatial = tuple(range(2, data.ndim))
    x, ct = wide(xp, data), wide(xp, ct)
    _, var, centred = moments(xp, x, spatial)
    inverse = 1 / xp.sqrt(var + eps)
    normal = centred * inverse
    grad = pull(xp, ct * along(gamma, 1, x.ndim), normal, inverse, spatial)
    axes = others(1, x.ndim)
    return grad, (ct * normal).sum(axis=axes), ct.sum(axis=axes)
