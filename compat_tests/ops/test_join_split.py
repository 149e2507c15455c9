"""Parity of joining and splitting."""

from __future__ import annotations

import pytest

from compat_tests.inputs import DTYPES, arrays, attempt
from compat_tests.ops.families import cases, names, seen

LEGACY_JOINS = {
    "concat": lambda nd, x, y: nd.concat(x, y, dim=1),
    "concat_default": lambda nd, x, y: nd.concat(x, y, x),
    "concat_negative": lambda nd, x, y: nd.Concat(x, y, dim=-2),
    "stack": lambda nd, x, y: nd.stack(x, x + x, axis=1),
    "stack_last": lambda nd, x, y: nd.stack(y, y, axis=-1),
}
LEGACY_SPLITS = {
    "split": lambda nd, x: nd.split(x, num_outputs=2, axis=1),
    "split_squeeze": lambda nd, x: nd.split(x, num_outputs=2, axis=0, squeeze_axis=True),
    "split_one": lambda nd, x: nd.split(x, num_outputs=1),
    "split_negative": lambda nd, x: nd.SliceChannel(x, num_outputs=4, axis=-1),
    "split_v2": lambda nd, x: nd.split_v2(x, 2, axis=1),
    "split_v2_at": lambda nd, x: nd.split_v2(x, (1, 3), axis=1),
    "split_v2_squeeze": lambda nd, x: nd.split_v2(x, 2, axis=0, squeeze_axis=True),
}
NUMPY_JOINS = {
    "concatenate": lambda np, x, y: np.concatenate((x, y), axis=1),
    "concatenate_flat": lambda np, x, y: np.concatenate([x, y], axis=None),
    "stack": lambda np, x, y: np.stack([x, x], axis=-1),
    "vstack": lambda np, x, y: np.vstack((x, x[0])),
    "row_stack": lambda np, x, y: np.row_stack((x[0], x)),
    "hstack": lambda np, x, y: np.hstack((x, y)),
    "hstack_vectors": lambda np, x, y: np.hstack((x[0], y[0])),
    "dstack": lambda np, x, y: np.dstack((x, x)),
    "dstack_vectors": lambda np, x, y: np.dstack((x[0], x[1])),
    "column_stack": lambda np, x, y: np.column_stack((x, y)),
    "column_stack_vectors": lambda np, x, y: np.column_stack((x[0], x[1])),
    "append": lambda np, x, y: np.append(x, y),
    "append_axis": lambda np, x, y: np.append(x, y, axis=1),
}
NUMPY_SPLITS = {
    "split": lambda np, x: np.split(x, 2, axis=1),
    "split_at": lambda np, x: np.split(x, (1, 3), axis=-1),
    "split_list": lambda np, x: np.split(x, [1]),
    "array_split": lambda np, x: np.array_split(x, 3, axis=1),
    "array_split_many": lambda np, x: np.array_split(x, 3),
    "hsplit": lambda np, x: np.hsplit(x, 2),
    "hsplit_vector": lambda np, x: np.hsplit(x[0], (1, 2)),
    "vsplit": lambda np, x: np.vsplit(x, 2),
    "dsplit": lambda np, x: np.dsplit(x.reshape(1, 2, 4), 2),
}


@cases(LEGACY_JOINS)
def test_legacy_join(mx, name, dtype):
    shapes = ((2, 3), (2, 3)) if "negative" in name else ((2, 3), (2, 2))
    call = LEGACY_JOINS[name]
    return seen(mx, mx.nd, lambda x, y: call(mx.nd, x, y), dtype, *shapes)


@pytest.mark.parametrize("dtype", DTYPES)
def test_concatenate(mx, dtype):
    x, y = arrays(mx.nd, dtype, (2, 3), (2, 2))
    return mx.nd.concatenate([x, y], axis=1), mx.nd.concatenate([x, x])


@cases(LEGACY_SPLITS)
def test_legacy_split(mx, name, dtype):
    return seen(mx, mx.nd, lambda x: LEGACY_SPLITS[name](mx.nd, x), dtype, (2, 4))


@pytest.mark.np
@cases(NUMPY_JOINS)
def test_numpy_join(mx, name, dtype):
    call = NUMPY_JOINS[name]
    return seen(mx, mx.np, lambda x, y: call(mx.np, x, y), dtype, (2, 3), (2, 2))


@pytest.mark.np
@cases(NUMPY_SPLITS)
def test_numpy_split(mx, name, dtype):
    return seen(mx, mx.np, lambda x: NUMPY_SPLITS[name](mx.np, x), dtype, (2, 4))


@pytest.mark.np
def test_numpy_bool(mx):
    np = mx.np
    x = np.array([True, False], dtype=bool)
    return np.concatenate((x, x)), np.stack([x, x]), np.append(x, x)


@pytest.mark.np
def test_empty_and_scalars(mx):
    np = mx.np
    s, e = np.array(2.0), np.zeros((0, 2))
    return (
        np.stack([s, s]), np.vstack((s, s)), np.hstack((s, s)), np.dstack((s, s)),
        np.column_stack((s, s)), np.concatenate((e, np.ones((1, 2)))), np.stack([e, e]),
        np.split(e, 2, axis=1), np.split(np.ones(3), ()), np.concatenate((s, s), axis=None),
    )  # fmt: skip


def test_gradients_of_some_outputs(mx):
    x = arrays(mx.nd, "float32", (2, 4))[0]
    x.attach_grad()
    with mx.autograd.record():
        parts = mx.nd.split(x, num_outputs=2, axis=1)
        y = parts[0] * 2
    y.backward()
    return x.grad


def test_out(mx):
    x, y = arrays(mx.nd, "float32", (2, 2), (2, 2))
    target = mx.nd.zeros((4, 2))
    returned = mx.nd.concat(x, y, dim=0, out=target)
    parts = [mx.nd.zeros((1, 2)), mx.nd.zeros((1, 2))]
    mx.nd.split(x, num_outputs=2, axis=0, out=parts)
    return target, returned is target, parts


REFUSED = {
    "concat_axis": lambda nd, x: nd.concat(x, x, dim=3),
    "concat_rank": lambda nd, x: nd.concat(x, nd.ones((2, 3)), dim=0),
    "concat_shape": lambda nd, x: nd.concat(x, nd.ones((2, 4, 4)), dim=0),
    "concat_dtype": lambda nd, x: nd.concat(x, x.astype("int32"), dim=0),
    "concat_text": lambda nd, x: nd.concat("a", x),
    "stack_axis": lambda nd, x: nd.stack(x, x, axis=5),
    "stack_shape": lambda nd, x: nd.stack(x, nd.ones((2, 3))),
    "stack_dtype": lambda nd, x: nd.stack(x, x.astype("int32")),
    "split_parts": lambda nd, x: nd.split(x, num_outputs=2, axis=1),
    "split_squeeze": lambda nd, x: nd.split(x, num_outputs=2, axis=2, squeeze_axis=True),
    "split_axis": lambda nd, x: nd.split(x, num_outputs=2, axis=5),
    "split_none": lambda nd, x: nd.split(x),
    "split_v2_parts": lambda nd, x: nd.split_v2(x, 3, axis=2),
    "split_v2_list": lambda nd, x: nd.split_v2(x, [1], axis=2),
    "split_v2_far": lambda nd, x: nd.split_v2(x, (1, 9), axis=2),
    "concatenate_tuple": lambda nd, x: nd.concatenate((x, x)),
    "concatenate_none": lambda nd, x: nd.concatenate([]),
}
NUMPY_REFUSED = {
    "concatenate_axis": lambda np, x: np.concatenate((x, x), axis=3),
    "concatenate_shape": lambda np, x: np.concatenate((x, np.ones((3,))), axis=0),
    "concatenate_dtype": lambda np, x: np.concatenate((x, x.astype("int32"))),
    "concatenate_0d": lambda np, x: np.concatenate([np.array(1.0), np.array(2.0)]),
    "concatenate_lists": lambda np, x: np.concatenate(([1, 2], [3])),
    "stack_axis": lambda np, x: np.stack([x, x], axis=5),
    "stack_shape": lambda np, x: np.stack([x, np.ones((3,))]),
    "stack_dtype": lambda np, x: np.stack([x, x.astype("int32")]),
    "vstack": lambda np, x: np.vstack((np.ones((3,)), np.ones((2, 4)))),
    "split_parts": lambda np, x: np.split(x, 5, axis=1),
    "split_axis": lambda np, x: np.split(x, 2, axis=5),
    "split_far": lambda np, x: np.split(x, [1, 9], axis=2),
    "split_negative": lambda np, x: np.split(x, (-1,), axis=2),
    "split_backwards": lambda np, x: np.split(x, (3, 1), axis=2),
    "split_float": lambda np, x: np.split(x, 2.5),
    "hsplit_0d": lambda np, x: np.hsplit(np.array(1.0), 1),
    "vsplit_vector": lambda np, x: np.vsplit(np.ones((3,)), 3),
    "dsplit_vector": lambda np, x: np.dsplit(np.ones((3,)), 3),
    "append_number": lambda np, x: np.append(x, 5),
    "append_list": lambda np, x: np.append(x, [1, 2]),
}


@names(REFUSED)
def test_refused(mx, name):
    return attempt(REFUSED[name], mx.nd, arrays(mx.nd, "float32", (2, 3, 4))[0])


@pytest.mark.np
@names(NUMPY_REFUSED)
def test_numpy_refused(mx, name):
    return attempt(NUMPY_REFUSED[name], mx.np, arrays(mx.np, "float32", (2, 3, 4))[0])


@pytest.mark.parametrize("dtype", DTYPES)
def test_many(mx, dtype):
    parts = arrays(mx.nd, dtype, *[(1, n + 1) for n in range(5)])
    return mx.nd.concat(*parts), mx.nd.concat(parts[0])
