"""Parity of the operators that change shapes, repeat, pad or reverse."""

from __future__ import annotations

import pytest

from compat_tests.inputs import FLOATS, arrays, attempt
from compat_tests.ops.families import cases, names, seen

CORE = ("float16", "float32", "float64", "int32")

#: Calls on an array (2, 3, 2).
LEGACY = {
    "reshape": lambda nd, x: nd.reshape(x, shape=(3, 4)),
    "reshape_infer": lambda nd, x: nd.reshape(x, shape=(-1, 2)),
    "reshape_keep": lambda nd, x: nd.reshape(x, shape=(0, -1)),
    "reshape_rest": lambda nd, x: nd.reshape(x, shape=(2, -2)),
    "reshape_merge": lambda nd, x: nd.reshape(x, shape=(-3, 0)),
    "reshape_split": lambda nd, x: nd.reshape(x, shape=(-4, -1, 2, -2)),
    "reshape_reverse": lambda nd, x: nd.reshape(x, shape=(-1, 0), reverse=True),
    "flatten": lambda nd, x: nd.flatten(x),
    "expand_dims": lambda nd, x: nd.expand_dims(x, axis=-1),
    "squeeze": lambda nd, x: nd.squeeze(nd.expand_dims(x, axis=1)),
    "transpose": lambda nd, x: nd.transpose(x),
    "transpose_axes": lambda nd, x: nd.transpose(x, axes=(1, 2, 0)),
    "swapaxes": lambda nd, x: nd.swapaxes(x, 0, -1),
    "moveaxis": lambda nd, x: nd.moveaxis(x, (0, 1), (-1, 0)),
    "broadcast_to": lambda nd, x: nd.broadcast_to(nd.expand_dims(x, 0), shape=(2, 0, 3, 0)),
    "broadcast_axis": lambda nd, x: nd.broadcast_axis(nd.expand_dims(x, 0), axis=0, size=2),
    "flip": lambda nd, x: nd.flip(x, axis=1),
    "reverse": lambda nd, x: nd.reverse(x, axis=(0, 2)),
    "tile": lambda nd, x: nd.tile(x, reps=(2,)),
    "tile_longer": lambda nd, x: nd.tile(x, reps=(2, 1, 1, 2)),
    "repeat": lambda nd, x: nd.repeat(x, repeats=2),
    "repeat_axis": lambda nd, x: nd.repeat(x, repeats=3, axis=-2),
    "diag": lambda nd, x: nd.diag(x, k=-1),
    "diag_axes": lambda nd, x: nd.diag(x, axis1=1, axis2=2),
    "method_reshape": lambda nd, x: x.reshape((3, -1)),
    "method_t": lambda nd, x: x.T,
    "method_flatten": lambda nd, x: x.flatten(),
}


@cases(LEGACY, CORE)
def test_legacy(mx, name, dtype):
    return seen(mx, mx.nd, lambda x: LEGACY[name](mx.nd, x), dtype, (2, 3, 2))


#: Calls on np and an array (2, 3, 2).
NUMPY = {
    "reshape": lambda np, x: np.reshape(x, (3, -1)),
    "ravel": lambda np, x: np.ravel(x),
    "flatten": lambda np, x: x.flatten(),
    "expand_dims": lambda np, x: np.expand_dims(x, 1),
    "squeeze": lambda np, x: np.squeeze(np.expand_dims(x, 0), axis=0),
    "transpose": lambda np, x: np.transpose(x),
    "transpose_axes": lambda np, x: np.transpose(x, (1, -1, 0)),
    "swapaxes": lambda np, x: np.swapaxes(x, 0, -1),
    "moveaxis": lambda np, x: np.moveaxis(x, 0, -1),
    "broadcast_to": lambda np, x: np.broadcast_to(x, (2, 2, 3, 2)),
    "flip": lambda np, x: np.flip(x),
    "flip_axis": lambda np, x: np.flip(x, (0, 1)),
    "flipud": lambda np, x: np.flipud(x),
    "fliplr": lambda np, x: np.fliplr(x),
    "roll": lambda np, x: np.roll(x, 2),
    "roll_axes": lambda np, x: np.roll(x, (1, -1), axis=(0, 1)),
    "roll_shared": lambda np, x: np.roll(x, 1, axis=(0, -1)),
    "rot90": lambda np, x: np.rot90(x),
    "rot90_back": lambda np, x: np.rot90(x, -1, (1, 2)),
    "tile": lambda np, x: np.tile(x, (2, 1, 1, 2)),
    "repeat": lambda np, x: np.repeat(x, 2),
    "repeat_axis": lambda np, x: np.repeat(x, 2, axis=-1),
    "pad": lambda np, x: np.pad(x, ((1, 0), (0, 2), (1, 1))),
    "diagonal": lambda np, x: np.diagonal(x, 1, 1, 2),
    "trace": lambda np, x: np.trace(x),
    "tril": lambda np, x: np.tril(x, -1),
    "copy": lambda np, x: np.copy(x),
    "diag": lambda np, x: np.diag(x[0], k=1),
    "diag_vector": lambda np, x: np.diag(x[0, 0], k=1),
    "diagflat": lambda np, x: np.diagflat(x[0], k=-1),
    "method_t": lambda np, x: x.T,
}


@pytest.mark.np
@cases(NUMPY, CORE)
def test_numpy(mx, name, dtype):
    return seen(mx, mx.np, lambda x: NUMPY[name](mx.np, x), dtype, (2, 3, 2))


EXTENDED = {
    "keep": (-2, -2, -1), "rest": (-4,), "merge": (-5, -4), "split": (-6, 1, 2, -4),
    "split_infer": (-6, -1, 2, -4), "merge_all": (-5, -1), "infer": (-1,), "ones": (1, -1, 1),
}  # fmt: skip


@pytest.mark.np
@cases(EXTENDED, ["float32", "int32"])
def test_extended_codes(mx, name, dtype):
    return seen(mx, mx.np, lambda x: mx.npx.reshape(x, EXTENDED[name]), dtype, (2, 3, 2))


@pytest.mark.np
def test_extended_reverse(mx):
    x = arrays(mx.np, "float32", (2, 3, 4))[0]
    y = arrays(mx.np, "float32", (1, 3, 4))[0]
    reshape = mx.npx.reshape
    return (
        reshape(x, (-1, -2), reverse=True), reshape(x, (-4, 2, 2, -6), reverse=True),
        reshape(y, (-3, -4)), reshape(x, (-2, -6, 3, -1, -2)), mx.npx.batch_flatten(x),
        mx.npx.reshape_like(x, mx.np.zeros((6, 4))),
    )  # fmt: skip


PADS = {
    "constant": {"mode": "constant", "pad_width": (0, 0, 0, 0, 1, 2, 0, 1), "constant_value": 2.5},
    "edge": {"mode": "edge", "pad_width": (0, 0, 0, 0, 1, 2, 0, 1)},
    "reflect": {"mode": "reflect", "pad_width": (0, 0, 0, 0, 1, 1, 2, 1)},
}


@cases(PADS, FLOATS)
def test_pad(mx, name, dtype):
    return seen(mx, mx.nd, lambda x: mx.nd.pad(x, **PADS[name]), dtype, (1, 2, 3, 3))


@pytest.mark.parametrize("mode", ["constant", "edge", "reflect"])
def test_pad_volume(mx, mode):
    width = (0, 0, 0, 0, 1, 0, 0, 1, 1, 1)
    call = lambda x: mx.nd.Pad(x, mode=mode, pad_width=width)  # noqa: E731
    return seen(mx, mx.nd, call, "float32", (1, 1, 2, 2, 3))


@pytest.mark.np
@cases(["constant", "edge", "reflect", "symmetric", "maximum", "minimum"], CORE)
def test_numpy_pad(mx, name, dtype):
    x, v = arrays(mx.np, dtype, (2, 3), (3,))
    pad = mx.np.pad
    return pad(x, ((1, 2), (4, 5)), mode=name), pad(v, (2, 3), mode=name), pad(x, ((0, 0),) * 2)


@cases(["depth_to_space", "space_to_depth"], CORE)
def test_blocks(mx, name, dtype):
    shape = (1, 4, 2, 1) if name == "depth_to_space" else (1, 1, 2, 4)
    return seen(mx, mx.nd, lambda x: getattr(mx.nd, name)(x, 2), dtype, shape)


@pytest.mark.parametrize("dtype", CORE)
def test_like(mx, dtype):
    x, y, z = arrays(mx.nd, dtype, (2, 6), (3, 4), (5, 2, 3))
    one = arrays(mx.nd, dtype, (1, 3))[0]
    nd = mx.nd
    return (
        seen(mx, nd, nd.reshape_like, dtype, (2, 6), (3, 4)),
        nd.reshape_like(x, z, lhs_begin=1, lhs_end=2, rhs_begin=1, rhs_end=3),
        nd.reshape_like(x, z, lhs_begin=-1, rhs_begin=-2),
        seen(mx, nd, nd.broadcast_like, dtype, (1, 3), (2, 3)),
        nd.broadcast_like(one, z, lhs_axes=(0,), rhs_axes=(-1,)), y.shape,
    )  # fmt: skip


@pytest.mark.np
@pytest.mark.parametrize("dtype", CORE)
def test_atleast(mx, dtype):
    np = mx.np
    s, v, m = arrays(np, dtype, (), (3,), (2, 3))
    return (np.atleast_1d(s, v), np.atleast_2d(s, v, m), np.atleast_3d(s, v, m), np.atleast_1d(v))


@pytest.mark.np
@pytest.mark.parametrize("name", ["atleast_1d", "atleast_2d", "atleast_3d"])
def test_atleast_gradient(mx, name):
    return seen(mx, mx.np, lambda x: getattr(mx.np, name)(x), "float32", (2, 3))


@pytest.mark.np
@pytest.mark.parametrize("dtype", CORE)
def test_grids(mx, dtype):
    np = mx.np
    a, b, c, m = arrays(np, dtype, (3,), (2,), (2,), (2, 1))
    return (
        np.meshgrid(a, b), np.meshgrid(a, b, indexing="ij"), np.meshgrid(a), np.meshgrid(a, b, c),
        np.broadcast_arrays(a, m), np.broadcast_arrays(a, a)[0] is a,
    )  # fmt: skip


@pytest.mark.np
def test_zero_dimensions(mx):
    np = mx.np
    s, e = np.array(5.0), np.zeros((0, 3))
    return (
        np.transpose(s), np.expand_dims(s, 0), np.squeeze(np.zeros((1, 1))), np.ravel(s),
        np.reshape(np.array([5.0]), ()), np.reshape(e, (3, 0)), np.reshape(e, (3, -1)), np.flip(s),
        np.tile(s, 3), np.tile(e, 2), np.repeat(e, 2, axis=0), np.roll(s, 1), np.roll(e, 1),
        np.broadcast_to(s, (2, 2)), np.broadcast_to(5, (2,)), np.transpose(e), np.ravel(e),
        np.diag(np.ones((2, 3)), k=9), np.concatenate([e, e]), np.repeat(np.ones((2,)), 0),
    )  # fmt: skip


@pytest.mark.np
def test_numbers(mx):
    np = mx.np
    return (
        np.shape(np.ones((2, 3))), np.size(np.ones((2, 3))), np.ndim(np.ones((2, 3))),
        np.may_share_memory(np.ones(2), np.ones(2)), np.broadcast_to(2.5, (2,)),
    )  # fmt: skip


SHARING = {
    "np.reshape": lambda mx, x: mx.np.reshape(x, (3, 2)),
    "x.reshape": lambda mx, x: x.reshape(3, 2),
    "np.ravel": lambda mx, x: mx.np.ravel(x),
    "np.transpose": lambda mx, x: mx.np.transpose(x, (0, 1)),
    "np.expand_dims": lambda mx, x: mx.np.expand_dims(x, 0),
    "np.squeeze": lambda mx, x: mx.np.squeeze(x),
    "np.broadcast_to": lambda mx, x: mx.np.broadcast_to(x, (2, 3)),
    "np.swapaxes": lambda mx, x: mx.np.swapaxes(x, 0, 0),
    "np.split": lambda mx, x: mx.np.split(x, 1)[0],
    "np.atleast_1d": lambda mx, x: mx.np.atleast_1d(x),
    "np.roll": lambda mx, x: mx.np.roll(x, 0),
    "np.flip": lambda mx, x: mx.np.flip(x, ()),
    "np.rot90": lambda mx, x: mx.np.rot90(x, 0),
    "np.tile": lambda mx, x: mx.np.tile(x, 1),
    "np.nan_to_num": lambda mx, x: mx.np.nan_to_num(x, copy=False),
    "npx.reshape": lambda mx, x: mx.npx.reshape(x, (-4,)),
    "npx.slice": lambda mx, x: mx.npx.slice(x, begin=(0,), end=(2,)),
}


@pytest.mark.np
@names(SHARING)
def test_sharing(mx, name):
    x = arrays(mx.np, "float32", (2, 3))[0]
    y = SHARING[name](mx, x)
    y[:] = 9
    return x


LEGACY_SHARING = {
    "nd.reshape": lambda nd, x: nd.reshape(x, shape=(3, 2)),
    "x.reshape": lambda nd, x: x.reshape((3, 2)),
    "nd.flatten": lambda nd, x: nd.flatten(x),
    "nd.expand_dims": lambda nd, x: nd.expand_dims(x, axis=0),
    "nd.transpose": lambda nd, x: nd.transpose(x, axes=(0, 1)),
    "nd.swapaxes": lambda nd, x: nd.swapaxes(x, 0, 0),
    "nd.broadcast_to": lambda nd, x: nd.broadcast_to(x, shape=(2, 3)),
    "nd.slice_axis": lambda nd, x: nd.slice_axis(x, axis=0, begin=0, end=2),
    "nd.concat": lambda nd, x: nd.concat(x, dim=0),
    "nd.concatenate": lambda nd, x: nd.concatenate([x], always_copy=False),
    "nd.split": lambda nd, x: nd.split(x, num_outputs=1, axis=0),
    "nd.cast": lambda nd, x: nd.cast(x, "float32"),
    "nd.tile": lambda nd, x: nd.tile(x, reps=(1, 1)),
    "nd.reshape_like": lambda nd, x: nd.reshape_like(x, x),
}


@names(LEGACY_SHARING)
def test_legacy_sharing(mx, name):
    x = arrays(mx.nd, "float32", (2, 3))[0]
    y = LEGACY_SHARING[name](mx.nd, x)
    y[:] = 9
    return x


REFUSED = {
    "two_unknown": lambda nd, x: nd.reshape(x, shape=(-1, -1)),
    "keep_too_many": lambda nd, x: nd.reshape(x, shape=(0, 0, 0, 0)),
    "merge_too_many": lambda nd, x: nd.reshape(x, shape=(-3, -3)),
    "split_both": lambda nd, x: nd.reshape(x, shape=(-4, -1, -1, -2)),
    "split_wrong": lambda nd, x: nd.reshape(x, shape=(-4, 2, 2, -2)),
    "code": lambda nd, x: nd.reshape(x, shape=(-5,)),
    "text": lambda nd, x: nd.reshape(x, shape="abc"),
    "transpose_few": lambda nd, x: nd.transpose(x, axes=(0, 1)),
    "transpose_far": lambda nd, x: nd.transpose(x, axes=(0, 1, 5)),
    "transpose_negative": lambda nd, x: nd.transpose(x, axes=(-1, 0, 1)),
    "swapaxes": lambda nd, x: nd.swapaxes(x, 0, 5),
    "expand_dims": lambda nd, x: nd.expand_dims(x, axis=5),
    "expand_dims_none": lambda nd, x: nd.expand_dims(x),
    "squeeze": lambda nd, x: nd.squeeze(x, axis=0),
    "squeeze_far": lambda nd, x: nd.squeeze(x, axis=5),
    "squeeze_twice": lambda nd, x: nd.squeeze(nd.ones((1, 2, 1)), axis=(0, 0)),
    "moveaxis": lambda nd, x: nd.moveaxis(x, 0, 5),
    "moveaxis_twice": lambda nd, x: nd.moveaxis(x, (0, 0), (1, 2)),
    "broadcast_to_rank": lambda nd, x: nd.broadcast_to(x, shape=(2, 3)),
    "broadcast_to": lambda nd, x: nd.broadcast_to(x, shape=(2, 4, 4)),
    "broadcast_axis": lambda nd, x: nd.broadcast_axis(x, axis=1, size=3),
    "broadcast_axis_sizes": lambda nd, x: nd.broadcast_axis(x, axis=(0, 2), size=(2,)),
    "broadcast_axis_far": lambda nd, x: nd.broadcast_axis(x, axis=5, size=2),
    "broadcast_like": lambda nd, x: nd.broadcast_like(x, nd.ones((5, 3))),
    "broadcast_like_sizes": lambda nd, x: nd.broadcast_like(x, nd.ones((2, 3, 5))),
    "reshape_like": lambda nd, x: nd.reshape_like(x, nd.ones((6, 5))),
    "flip": lambda nd, x: nd.flip(x, axis=5),
    "flip_negative": lambda nd, x: nd.flip(x, axis=(0, -1)),
    "flip_none": lambda nd, x: nd.flip(x),
    "tile_zero": lambda nd, x: nd.tile(x, reps=(0,)),
    "tile_negative": lambda nd, x: nd.tile(x, reps=(-1,)),
    "repeat_axis": lambda nd, x: nd.repeat(x, repeats=2, axis=5),
    "repeat_negative": lambda nd, x: nd.repeat(x, repeats=-1),
    "repeat_list": lambda nd, x: nd.repeat(x, repeats=[1, 2]),
    "pad_rank": lambda nd, x: nd.pad(x, mode="constant", pad_width=(0, 0, 0, 0, 1, 1)),
    "pad_mode": lambda nd, x: nd.pad(x, mode="foo", pad_width=(0, 0)),
    "pad_large": lambda nd, x: nd.pad(
        nd.ones((1, 1, 2, 2)), mode="reflect", pad_width=(0, 0, 0, 0, 4, 1, 1, 1)
    ),
    "pad_first": lambda nd, x: nd.pad(
        nd.ones((1, 1, 2, 2)), mode="edge", pad_width=(1, 0, 0, 0, 1, 1, 1, 1)
    ),
    "pad_int": lambda nd, x: nd.pad(
        nd.ones((1, 1, 2, 2), dtype="int32"), mode="edge", pad_width=(0, 0, 0, 0, 1, 1, 1, 1)
    ),
    "depth_rank": lambda nd, x: nd.depth_to_space(x, 2),
    "depth_multiple": lambda nd, x: nd.depth_to_space(nd.ones((1, 4, 2, 3)), 3),
    "depth_zero": lambda nd, x: nd.depth_to_space(nd.ones((1, 4, 2, 3)), 0),
    "space_multiple": lambda nd, x: nd.space_to_depth(nd.ones((1, 1, 4, 6)), 4),
    "space_height": lambda nd, x: nd.space_to_depth(nd.ones((1, 1, 3, 6)), 2),
    "diag_far": lambda nd, x: nd.diag(nd.ones((2, 3)), k=-5),
    "diag_axes": lambda nd, x: nd.diag(x, axis1=1, axis2=1),
}


@names(REFUSED)
def test_refused(mx, name):
    return attempt(REFUSED[name], mx.nd, arrays(mx.nd, "float32", (2, 3, 4))[0])


NUMPY_REFUSED = {
    "reshape": lambda np, x: np.reshape(x, (5, 5)),
    "reshape_infer": lambda np, x: np.reshape(x, (-1, 5)),
    "reshape_two": lambda np, x: np.reshape(x, (-1, -1)),
    "reshape_code": lambda np, x: np.reshape(x, (-2, -1)),
    "reshape_zero": lambda np, x: np.reshape(np.zeros((0, 3)), (-1, 0)),
    "reshape_list": lambda np, x: np.reshape([1, 2], (2, 1)),
    "method": lambda np, x: x.reshape(5, 5),
    "ravel_order": lambda np, x: np.ravel(x, "F"),
    "ravel_list": lambda np, x: np.ravel([1, 2]),
    "expand_dims": lambda np, x: np.expand_dims(x, 4),
    "squeeze": lambda np, x: np.squeeze(x, axis=1),
    "squeeze_far": lambda np, x: np.squeeze(x, axis=5),
    "transpose_few": lambda np, x: np.transpose(x, (0, 1)),
    "transpose_far": lambda np, x: np.transpose(x, (0, 1, 5)),
    "transpose_twice": lambda np, x: np.transpose(x, (0, 1, 1)),
    "swapaxes": lambda np, x: np.swapaxes(x, 0, 3),
    "moveaxis": lambda np, x: np.moveaxis(x, 0, 5),
    "moveaxis_twice": lambda np, x: np.moveaxis(x, (0, 0), (1, 2)),
    "moveaxis_counts": lambda np, x: np.moveaxis(x, (0, 1), (1,)),
    "broadcast_to": lambda np, x: np.broadcast_to(np.ones((3,)), (3, 2)),
    "broadcast_to_rank": lambda np, x: np.broadcast_to(np.ones((3,)), ()),
    "flip": lambda np, x: np.flip(x, 5),
    "flip_negative": lambda np, x: np.flip(x, (0, -1)),
    "flip_list": lambda np, x: np.flip([1, 2]),
    "tile": lambda np, x: np.tile(x, -1),
    "repeat_list": lambda np, x: np.repeat(x, [1, 2], axis=0),
    "repeat_axis": lambda np, x: np.repeat(x, 2, axis=5),
    "roll_counts": lambda np, x: np.roll(x, (1, 2), axis=0),
    "roll_axis": lambda np, x: np.roll(x, 1, axis=5),
    "rot90_same": lambda np, x: np.rot90(x, 1, (0, 0)),
    "rot90_vector": lambda np, x: np.rot90(np.ones((3,))),
    "rot90_far": lambda np, x: np.rot90(x, 1, (0, 5)),
    "pad_number": lambda np, x: np.pad(x, 1),
    "pad_wrap": lambda np, x: np.pad(x, ((1, 1),) * 3, mode="wrap"),
    "pad_word": lambda np, x: np.pad(x, ((1, 1),) * 3, mode="foo"),
    "pad_tuple": lambda np, x: np.pad(x, ((1, 1),) * 3, constant_values=(1, 2)),
    "pad_keyword": lambda np, x: np.pad(x, ((1, 1),) * 3, mode="edge", constant_values=1),
    "pad_odd": lambda np, x: np.pad(x, ((1, 1),) * 3, mode="reflect", reflect_type="odd"),
    "pad_float": lambda np, x: np.pad(x, ((1.5, 1),) * 3),
    "pad_pairs": lambda np, x: np.pad(np.ones((2, 2)), ((1, 1),)),
    "atleast_number": lambda np, x: np.atleast_1d(5),
    "diag_rank": lambda np, x: np.diag(x),
    "diag_0d": lambda np, x: np.diag(np.array(5.0)),
    "diagonal_same": lambda np, x: np.diagonal(x, 0, 1, 1),
    "diagonal_vector": lambda np, x: np.diagonal(np.ones((3,))),
    "tril_0d": lambda np, x: np.tril(np.array(5.0)),
    "copy_number": lambda np, x: np.copy(5),
    "meshgrid_word": lambda np, x: np.meshgrid(x, x, indexing="foo"),
    "meshgrid_sparse": lambda np, x: np.meshgrid(x, x, sparse=True),
    "meshgrid_keyword": lambda np, x: np.meshgrid(x, x, foo=True),
    "meshgrid_copy": lambda np, x: np.meshgrid(x, x, copy=False),
    "broadcast_arrays": lambda np, x: np.broadcast_arrays(np.ones((2,)), np.ones((3,))),
    "shares_number": lambda np, x: np.shares_memory(x, 5),
}


@pytest.mark.np
@names(NUMPY_REFUSED)
def test_numpy_refused(mx, name):
    return attempt(NUMPY_REFUSED[name], mx.np, arrays(mx.np, "float32", (2, 3, 4))[0])


EXTENDED_REFUSED = {
    "split_both": (-6, -1, -1, -4), "split_wrong": (-6, 3, 2, -4), "not_one": (-3, -4),
    "two_unknown": (-1, -1), "code": (-7,), "merge": (-5, -5), "keep": (-2, -2, -2, -2),
    "split_short": (-6, 2), "size": (5, 5), "zero": (0, -1),
}  # fmt: skip


@pytest.mark.np
@names(EXTENDED_REFUSED)
def test_extended_refused(mx, name):
    x = arrays(mx.np, "float32", (2, 3, 4))[0]
    return attempt(mx.npx.reshape, x, EXTENDED_REFUSED[name])


CROSSED = ["reshape", "transpose", "tile", "repeat", "expand_dims"]


@pytest.mark.np
@names(CROSSED)
def test_wrong_front_end(mx, name):
    params = {"reshape": {"shape": (6,)}, "tile": {"reps": (2,)}, "repeat": {"repeats": 2},
              "expand_dims": {"axis": 0}}.get(name, {})  # fmt: skip
    x = mx.np.ones((2, 3))
    return attempt(lambda: getattr(mx.nd, name)(x, **params))
