"""Pooling over windows."""

from __future__ import annotations

import pytest

from compat_tests.inputs import DTYPES, FLOATS, array, attempt, grads

SHAPES = {1: (2, 2, 4), 2: (1, 2, 6, 5), 3: (1, 2, 4, 5, 4)}


def find(mx, front):
    return mx.nd.Pooling if front is mx.nd else mx.npx.pooling


def uneven(front, shape, dtype="float32"):
    return array(front, dtype, shape, seed="head")


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("kind", ["max", "avg", "sum"])
def test_pooling(mx, front, kind, dtype):
    call = find(mx, front)
    x = array(front, dtype, (1, 2, 5, 5))
    head = uneven(front, (1, 2, 2, 2), dtype)
    return grads(mx, lambda a: call(a, kernel=(3, 3), stride=(2, 2), pool_type=kind), x, head=head)


@pytest.mark.parametrize("rank", [1, 2, 3])
@pytest.mark.parametrize("kind", ["max", "avg", "sum"])
def test_pooling_ranks(mx, front, kind, rank):
    call = find(mx, front)
    x = array(front, "float32", SHAPES[rank])
    return grads(mx, lambda a: call(a, kernel=(2, 3, 2)[:rank], pool_type=kind), x)


@pytest.mark.parametrize("convention", ["valid", "full"])
@pytest.mark.parametrize("kind", ["max", "avg", "sum"])
@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("pad", [0, 1])
def test_pooling_windows(mx, convention, kind, stride, pad):
    x = array(mx.nd, "float32", (1, 1, 6, 5))
    return grads(
        mx, lambda a: mx.nd.Pooling(
            a, kernel=(3, 2), stride=(stride, 2), pad=(pad, pad), pool_type=kind,
            pooling_convention=convention,
        ), x,
    )  # fmt: skip


@pytest.mark.parametrize("channels", [1, 1024])
@pytest.mark.parametrize("kind", ["max", "avg", "sum"])
def test_pooling_shifted_off_the_map(mx, kind, channels):
    """One window as large as the map, which padding shifts off it."""
    x = array(mx.nd, "float32", (1, channels, 3, 3))
    call = lambda a: mx.nd.Pooling(  # noqa: E731
        a, kernel=(3, 3), stride=(4, 4), pad=(1, 1), pool_type=kind
    )
    return grads(mx, call, x)


@pytest.mark.parametrize("convention", ["valid", "full"])
@pytest.mark.parametrize("include", [True, False, None])
def test_pooling_count(mx, include, convention):
    x = array(mx.nd, "float32", (1, 1, 6, 5))
    return grads(
        mx, lambda a: mx.nd.Pooling(
            a, kernel=(3, 2), stride=(2, 2), pad=(1, 1), pool_type="avg",
            pooling_convention=convention, count_include_pad=include,
        ), x,
    )  # fmt: skip


@pytest.mark.parametrize("power", [1, 2, 3])
def test_pooling_norms(mx, power):
    x = array(mx.nd, "float32", (1, 2, 5, 5), low=0.2, high=2.0)
    return grads(
        mx, lambda a: mx.nd.Pooling(a, kernel=(3, 3), stride=(2, 2), pool_type="lp", p_value=power),
        x, head=uneven(mx.nd, (1, 2, 2, 2)),
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["max", "avg", "sum", "lp"])
@pytest.mark.parametrize("rank", [1, 2, 3])
def test_pooling_global(mx, front, kind, rank):
    call = find(mx, front)
    x = array(front, "float32", SHAPES[rank])
    params = {"p_value": 2} if kind == "lp" else {}
    return grads(mx, lambda a: call(a, global_pool=True, pool_type=kind, **params), x)


def test_pooling_global_ignores_windows(mx):
    x = array(mx.nd, "float32", (1, 2, 4, 4))
    call = mx.nd.Pooling
    return [
        call(x, global_pool=True, kernel=(2, 2), stride=(2, 2), pad=(1, 1)),
        call(x, global_pool=True, kernel=(2, 2), pool_type="avg"),
    ]


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("pad", [0, 1])
def test_pooling_ties(mx, dtype, pad):
    x = mx.nd.zeros((1, 1, 3, 3), dtype=dtype)
    return grads(mx, lambda a: mx.nd.Pooling(a, kernel=(2, 2), pad=(pad, pad)), x)


def test_pooling_negative_padding(mx):
    x = -1 - mx.nd.ones((1, 1, 3, 3))
    return mx.nd.Pooling(x, kernel=(3, 3), pad=(1, 1), stride=(2, 2))


@pytest.mark.parametrize("layout", ["NCHW", "NHWC", "NCW", "NWC", "NDHWC"])
@pytest.mark.parametrize("kind", ["max", "avg"])
def test_pooling_layouts(mx, layout, kind):
    x = array(mx.nd, "float32", (1, 4, 5, 3))
    return attempt(
        grads, mx, lambda a: mx.nd.Pooling(a, kernel=(2, 2), layout=layout, pool_type=kind), x
    )


@pytest.mark.parametrize("dtype", [d for d in DTYPES if "int" in d])
@pytest.mark.parametrize("kind", ["max", "avg"])
def test_pooling_refuses_whole_numbers(mx, kind, dtype):
    return attempt(mx.nd.Pooling, array(mx.nd, dtype, (1, 1, 3, 3)), kernel=(2, 2), pool_type=kind)


WRONG = {
    "no kernel": {"kernel": None},
    "kernel of one": {"kernel": 2},
    "kernel of three": {"kernel": (2, 2, 2)},
    "large": {"kernel": (6, 2)},
    "pad": {"pad": (2, 2)},
    "no norm": {"pool_type": "lp"},
    "norm of four": {"pool_type": "lp", "p_value": 4},
    "same": {"pooling_convention": "same"},
    "text": {"kernel": "wide"},
    "p text": {"p_value": "x"},
}


@pytest.mark.parametrize("case", sorted(WRONG))
def test_pooling_wrong(mx, case):
    x = array(mx.nd, "float32", (1, 2, 4, 4))
    params = dict({"kernel": (2, 2)}, **WRONG[case])
    params = {key: value for key, value in params.items() if value is not None}
    return attempt(mx.nd.Pooling, x, **params)


@pytest.mark.parametrize("shape", ["4,4", "4", "1,1,2,2,2,2"])
def test_pooling_wrong_ranks(mx, shape):
    x = array(mx.nd, "float32", tuple(map(int, shape.split(","))))
    return attempt(mx.nd.Pooling, x, kernel=(2, 2)), attempt(mx.nd.Pooling, x, kernel=(2,))


def test_pooling_same_in_one_dimension(mx):
    x = array(mx.nd, "float32", (1, 1, 7))
    return attempt(mx.nd.Pooling, x, kernel=(2,), pooling_convention="same")


def test_pooling_out(mx):
    x = array(mx.nd, "float32", (1, 1, 4, 4))
    out = mx.nd.zeros((1, 1, 2, 2))
    mx.nd.Pooling(x, kernel=(2, 2), stride=(2, 2), out=out)
    return out
