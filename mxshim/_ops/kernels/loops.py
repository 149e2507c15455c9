"""Small parts of loops over graphs: rows, stacks, and what a loop without a step returns."""

from __future__ import annotations

from ..._core.errors import mxnet_error, shape_text
from .bodies import stacked


def row_shape(shape):
    """Return the shape of an array's rows."""
    return shape[1:] or (1,)  # mxnet: rows of a vector have one element


def with_length(length, shape):
    """Return the shape of ``length`` stacked rows, None for an unknown one."""
    return None if shape is None else (length, *shape)


def late(condition, hint):
    """Build the error of a check that MXNet makes while a loop runs."""
    error = mxnet_error(f"Check failed: {condition}", hint)
    error.late = True
    return error


def uneven(shape, length):
    """Build the error for data whose number of rows is not ``length``."""
    return mxnet_error(
        f"Shape inconsistent, Provided = {shape_text(shape)}, inferred shape="
        f"{shape_text((length, *shape[1:]))}",
        "all data of foreach must have the same number of rows",
    )


def truth(xp, results):
    """Read the one number that a condition is; MXNetError for more than one."""
    (array,) = results
    if array.size != 1:
        raise late(
            f"a.shape().Size() == 1U ({array.size} vs. 1) : ",
            f"a condition must be one number, got an array of shape {array.shape}",
        )
    return bool(xp.to_host(array).reshape(-1)[0])


def stack(xp, rows, length):
    """Stack the outputs of the steps, filled up to ``length``; MXNetError when shapes differ."""
    for each in rows:
        if each.shape != rows[0].shape:
            raise late(
                "from.shape() == to.shape(): operands shape mismatch from.shape = "
                f"{shape_text(each.shape)} to.shape={shape_text(rows[0].shape)}",
                "an output of the body must have the same shape in every step",
            )
    return stacked(xp, *rows, length=length)


def joined(xp, rows, like):
    """Stack the gradients of rows, of which some may be missing."""
    if all(each is None for each in rows):
        return None
    blank = xp.zeros(row_shape(like.shape), like.dtype)
    return xp.reshape(xp.stack([blank if r is None else r for r in rows], axis=0), like.shape)


def blanks(xp, flow, shapes, data, length):
    """Make the stacked outputs of a loop that made no step, by inference."""
    body = flow.bodies[-1]
    kinds = flow.types([each.dtype for each in data])[1]
    found = body.shapes(shapes)[1][: flow.num_out_data]
    pairs = zip(found, kinds, strict=False)
    return [xp.zeros((length, *(shape or ())), kind or "float32") for shape, kind in pairs]


def types(given, parts):
    """Infer types through several bodies; the outputs are the last body's."""
    known, outs = list(given), []
    for body, locs in parts:
        found, outs = body.types([known[loc] for loc in locs])
        for loc, dtype in zip(locs, found, strict=True):
            known[loc] = known[loc] or dtype
    return known, outs
