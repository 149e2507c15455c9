"""Making images larger, by repeating or by a transposed convolution, and cropping them."""

from __future__ import annotations

from typing import Any

from .._core.dtypes import CODES
from .._core.errors import MXNetError, check_failed
from .._core.params import Bool, Enum, Int, Shape
from .._core.registry import op
from .kernels.checks import not_floating, require_uniform
from .nn_conv import SPACE, convolve, convolve_weight, deconvolution, geometry_of, mismatch

Way = Enum("nearest", "bilinear")
Joining = Enum("concat", "sum")


def _plain(condition: str, message: str) -> MXNetError:
    return MXNetError(f"UpSamplingNearest: Check failed: {condition}: {message}")


def _factors(shapes: Any, scale: int) -> list[int]:
    """Return by how much each input grows: all become as large as the first."""
    height, width = shapes[0][2] * scale, shapes[0][3] * scale
    found = []
    for n, c, h, w in shapes:
        for axis, whole, part, word in ((2, height, h, "height"), (3, width, w, "width")):
            if whole % part:
                raise _plain(
                    f"o{word[0]}%shape[{axis}] == 0U ({whole % part} vs. 0) ",
                    f"input {word} of {part}does not divide output {word} of {whole}",
                )
        factor = height // h
        if (n, w * factor) != (shapes[0][0], width):
            made, wanted = (n, c, h * factor, w * factor), (shapes[0][0], c, height, width)
            made, wanted = (",".join(map(str, shape)) for shape in (made, wanted))
            raise MXNetError(
                "Assignment: Check failed: eshape[0] == 0 || eshape == dshape: Shape of Tensors "
                f"are not consistent with target, eshape: ({made}) dshape:({wanted})"
            )
        found.append(factor)
    return found


def _kernel(scale: int) -> dict[str, Any]:
    """Return the window of the transposed convolution that interpolates linearly."""
    side, pad = 2 * scale - scale % 2, scale // 2
    return {"kernel": (side, side), "stride": (scale, scale), "pad": (pad, pad)}


def _arity(sample_type: str, num_args: int, **params: Any) -> int:
    return 2 if sample_type == "bilinear" else num_args


def _shape(*data, scale, num_filter, sample_type, multi_input_mode, num_args, workspace=512):
    expected = _arity(sample_type, num_args)
    if len(data) != expected:
        raise check_failed(
            f"num_inputs == infered_num_inputs ({len(data)} vs. {expected}) ",
            f"Operator UpSampling expects {expected} inputs, but got {len(data)} instead.",
        )
    for shape in data[: 1 if sample_type == "bilinear" else None]:
        if len(shape) != 4:
            raise _plain(
                f"shape.ndim() == 4U ({len(shape)} vs. 4) ",
                "Input data should be 4D in (batch, channel, y, x)",
            )
    n, c, height, width = data[0]
    if sample_type == "bilinear":
        weight = (num_filter, 1, *_kernel(scale)["kernel"])
        if data[1] is not None and data[1] != weight:
            raise mismatch(data[1], weight)
        return (data[0], weight), (n, num_filter, height * scale, width * scale)
    _factors(data, scale)
    if multi_input_mode == "concat":
        c = sum(shape[1] for shape in data)
    elif any(shape[1] != c for shape in data):
        raise check_failed(
            "oshape[1] == 0 || oshape[1] == shape[1]",
            "Number of channels must be the same when multi_input_mode==sum",
        )
    return data, (n, c, height * scale, width * scale)


@op("UpSampling", shape=_shape, arity=_arity)
def up_sampling(
    xp, *data, scale: Int(1, 1000, doc="Up sampling scale"), num_filter: Int() = 0,
    sample_type: Way, multi_input_mode: Joining = "concat", num_args: Int(min=1),
    workspace: SPACE = 512,
):  # fmt: skip
    """Make images (n, c, h, w) ``scale`` times as large.

    ``nearest`` repeats pixels; several inputs, each brought to the size of the first one, are
    joined by channel or added. ``bilinear`` takes one image and the weight of a transposed
    convolution (num_filter, 1, k, k), with k = 2 * scale - scale % 2.
    """
    if data[0].dtype.kind != "f":
        raise not_floating(data[0].dtype)
    require_uniform(data[0].dtype, **{f"arg{i}": array for i, array in enumerate(data)})
    _shape(
        *(tuple(array.shape) for array in data), scale=scale, num_filter=num_filter,
        sample_type=sample_type, multi_input_mode=multi_input_mode, num_args=num_args,
    )  # fmt: skip
    if sample_type == "bilinear":
        return deconvolution(
            xp, *data, num_filter=num_filter, num_group=num_filter, **_kernel(scale)
        )
    parts = [
        xp.repeat(xp.repeat(array, factor, axis=2), factor, axis=3)
        for array, factor in zip(data, _factors([a.shape for a in data], scale), strict=True)
    ]
    if multi_input_mode == "concat":
        return xp.concatenate(parts, axis=1)
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return total


def _block_sums(head: Any, factor: int) -> Any:
    """Sum the blocks of ``factor`` by ``factor`` pixels."""
    total = head[..., ::factor].copy()
    for i in range(1, factor):
        total += head[..., i::factor]
    sums = total[..., ::factor, :].copy()
    for i in range(1, factor):
        sums += total[..., i::factor, :]
    return sums


@up_sampling.vjp("data")
def _(xp, ct, out, *data, scale, num_filter, sample_type, multi_input_mode, **params):
    if sample_type == "bilinear":
        geometry = geometry_of(num_group=num_filter, **_kernel(scale))
        image, weight = data
        return [
            convolve(xp, ct, weight, geometry=geometry),
            convolve_weight(xp, image, ct, geometry=geometry),
        ]
    gradients, start = [], 0
    for array, factor in zip(data, _factors([a.shape for a in data], scale), strict=True):
        head = ct
        if multi_input_mode == "concat":
            head = ct[:, start : start + array.shape[1]]
            start += array.shape[1]
        gradients.append(_block_sums(head, factor))
    return gradients


def _place(data, *, num_args, offset, h_w, center_crop):
    """Return where the cropped part begins and its size; raise MXNet's error for a misfit."""
    if len(data) != num_args or num_args > 2:
        raise check_failed(
            f"num_inputs == infered_num_inputs ({len(data)} vs. {num_args}) ",
            f"Operator Crop expects {num_args} inputs, but got {len(data)} instead.",
        )
    if len(data[0]) != 4:
        raise check_failed(
            f"data_shape.ndim() == 4U ({len(data[0])} vs. 4) ",
            "Input data should be 4D in batch-num_filter-y-x",
        )
    given = data[1][2:] if num_args == 2 else h_w
    if len(given) < 2:
        count = len(data[1]) if num_args == 2 else len(given)
        raise check_failed("i >= 0 && i < ndim()", f"index = {count} must be in range [0, {count})")
    whole = data[0][2:]
    if num_args == 2:
        for axis, word in ((0, "height"), (1, "width")):
            if given[axis] > whole[axis]:
                raise check_failed(
                    f"data_shape[{2 + axis}] >= out_shape[{2 + axis}] "
                    f"({whole[axis]} vs. {given[axis]}) ",
                    f"data_shape'{word} should be larger than that of out_shape",
                )
    for axis, word in ((0, "height"), (1, "width")):
        name = f"the crop {word}(h_w[{axis}])"
        if given[axis] < 1:
            raise check_failed(
                f"static_cast<int>(param_.h_w[{axis}]) >= 1 ({given[axis]} vs. 1) ",
                f"{name} should be larger than 1",
            )
        if given[axis] > whole[axis]:
            raise check_failed(
                f"static_cast<int>(param_.h_w[{axis}]) <= static_cast<int>(data_shape[{2 + axis}]) "
                f"({given[axis]} vs. {whole[axis]}) ",
                f"{name} should be less than the input data's {word}",
            )
    if center_crop:
        return tuple((n - m) // 2 for n, m in zip(whole, given, strict=True)), tuple(given)
    for axis, word in ((0, "height"), (1, "width")):
        room = whole[axis] - given[axis]
        if not 0 <= offset[axis] <= room:
            raise check_failed(
                f"param_.offset[{axis}] <= data_shape[{2 + axis}]-out_shape[{2 + axis}] "
                f"({offset[axis]} vs. {room}) ",
                f"offset[{axis}] should be less than the residual space of {word}",
            )
    return offset, tuple(given)


def _key(start: Any, size: Any) -> tuple[Any, ...]:
    return (..., *(slice(first, first + n) for first, n in zip(start, size, strict=True)))


def _crop_shape(*data, **params):
    return data, (*data[0][:2], *_place(data, **params)[1])


@op("Crop", shape=_crop_shape)
def crop(
    xp, *data, num_args: Int(), offset: Shape = (0, 0), h_w: Shape = (0, 0),
    center_crop: Bool = False,
):  # fmt: skip
    """Cut a part of size ``h_w``, or of a second array's height and width, out of images.

    The part begins at ``offset`` (row, column) or lies in the middle.
    """
    if data[0].dtype.kind != "f":
        raise check_failed(
            "in_type->at(i) == mshadow: :default_type_flag || in_type->at(i) == -1",
            f"Unsupported data type {CODES[data[0].dtype]}",
        )
    start, size = _place(
        [array.shape for array in data], num_args=num_args, offset=offset, h_w=h_w,
        center_crop=center_crop,
    )  # fmt: skip
    return data[0][_key(start, size)].copy()


@crop.vjp("data")
def _(xp, ct, out, *data, **params):
    image = data[0]
    start, size = _place([array.shape for array in data], **params)
    for axis in (2, 3):
        first, n = start[axis - 2], size[axis - 2]
        shape = list(ct.shape)
        before, after = (
            xp.zeros((*shape[:axis], k, *shape[axis + 1 :]), ct.dtype)
            for k in (first, image.shape[axis] - first - n)
        )
        ct = xp.concatenate([before, ct, after], axis=axis)
    return [ct] + [xp.zeros_like(other) for other in data[1:]]
