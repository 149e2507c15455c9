"""``mx.test_utils`` and sparse arrays: drawing, comparing, checking gradients and optimizers."""

from __future__ import annotations

import contextlib
import io

import numpy as np
import pytest

from compat_tests.inputs import array, attempt, numbers


def parts(drawn):
    """Return a drawn array and what it is made of, all dense."""
    held, made = drawn
    return held, [part.asnumpy() if hasattr(part, "asnumpy") else part for part in made]


@pytest.mark.parametrize("density", ["0", "0.3", "1", "None"])
@pytest.mark.parametrize("dtype", ["float32", "float64", "None"])
def test_row_sparse(mx, dtype, density):
    density, dtype = (None if text == "None" else text for text in (density, dtype))
    density = density if density is None else float(density)
    rand = mx.test_utils.rand_sparse_ndarray
    return parts(rand((6, 2), "row_sparse", density=density, dtype=dtype)), parts(
        rand((3, 2, 2), "row_sparse", density=density, dtype=dtype)
    )


def test_row_sparse_options(mx):
    rand = mx.test_utils.rand_sparse_ndarray
    rows = np.array([0, 3])
    return (
        parts(rand((5, 2), "row_sparse", rsp_indices=rows)),
        parts(rand((5, 2), "row_sparse", rsp_indices=rows, data_init=3)),
        parts(
            rand((5, 2), "row_sparse", rsp_indices=rows, data_init=3, modifier_func=lambda v: v / 2)
        ),
        parts(rand((5, 2), "row_sparse", density=1, modifier_func=lambda v: v + 1)),
        parts(rand((5, 2), "row_sparse", density=1, ctx=mx.cpu(1))),
    )


@pytest.mark.parametrize("shape", [(5, 16), (3, 4), (4, 40), (2, 3)], ids=str)
@pytest.mark.parametrize("density", ["0.4", "0.5", "0.7", "1"])
def test_powerlaw(mx, shape, density):
    rand = mx.test_utils.rand_sparse_ndarray
    return attempt(
        lambda: parts(rand(shape, "csr", density=float(density), distribution="powerlaw"))
    )


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_uniform(mx, dtype):
    """The numbers are SciPy's where there is a SciPy: only how many, and of what kind."""
    utils = mx.test_utils
    full, (ends, columns, values) = utils.rand_sparse_ndarray((4, 5), "csr", 1, dtype)
    none, _ = utils.rand_sparse_ndarray((4, 5), "csr", 0.0, dtype)
    return [(each.stype, each.shape, each.dtype, str(each.context)) for each in (full, none)] + [
        ends,
        columns.shape,
        values.shape,
        none.asnumpy().sum(),
    ]


def test_rand_ndarray(mx):
    rand = mx.test_utils.rand_ndarray
    return (
        rand((4, 3), "row_sparse", density=0.5),
        rand((4, 3), "row_sparse", density=1.0, dtype="float64", modifier_func=lambda v: 2.0),
        rand((5, 8), "csr", density=0.6, distribution="powerlaw"),
        rand((2, 2), "csr").stype,
    )


def test_create(mx):
    utils = mx.test_utils
    rows = [3, 0, 2]
    made = (
        utils.create_sparse_array((4, 2), "row_sparse"),
        utils.create_sparse_array((4, 2), "row_sparse", rsp_indices=rows),
        utils.create_sparse_array((4, 2), "row_sparse", 2.5, rows, "float64"),
        utils.create_sparse_array((4, 2), "row_sparse", density=0.0),
        utils.create_sparse_array_zd((4, 2), "row_sparse", 0.9),
        utils.create_sparse_array_zd((4, 2), "row_sparse", 0.9, rsp_indices=rows),
    )
    with contextlib.suppress(AssertionError):
        utils.create_sparse_array_zd((2, 2), "row_sparse", 0.9, rsp_indices=rows)
        made += ("made",)
    return made, utils.create_sparse_array((3, 3), "csr").stype


@pytest.mark.parametrize(
    "stypes", ["row_sparse-row_sparse", "csr-csr", "csr-default", "default-csr"]
)
def test_compare(mx, stypes):
    one, other = stypes.split("-")
    x = array(mx.nd, "float32", (3, 4), low=0)
    y = x * 1.00002
    check = mx.test_utils.assert_almost_equal
    with contextlib.redirect_stdout(io.StringIO()):
        return [
            attempt(check, x.tostype(one), y.tostype(other)),
            attempt(check, x.tostype(one), (y + 1).tostype(other)),
            attempt(check, x.tostype(one), y.asnumpy()),
        ]


@pytest.mark.parametrize("stypes", ["default-row_sparse", "row_sparse-row_sparse", "csr-default"])
@pytest.mark.parametrize("rule", ["SGD", "Adam", "AdaGrad"])
def test_compare_optimizer(mx, rule, stypes):
    weight, gradient = stypes.split("-")
    make = getattr(mx.optimizer, rule)
    options = {"lazy_update": False} if rule != "AdaGrad" else {}
    found = []
    for rate in (0.1, 0.7):
        with contextlib.redirect_stdout(io.StringIO()):
            found.append(
                attempt(
                    mx.test_utils.compare_optimizer,
                    make(learning_rate=0.1, **options),
                    make(learning_rate=rate, **options),
                    (5, 3),
                    "float32",
                    w_stype=weight,
                    g_stype=gradient,
                    compare_states=False,
                )
            )
    return [each if each is None else type(each).__name__ for each in found]


def test_symbolic_backward(mx):
    x = np.array(numbers("float32", (3, 2)), "float32")
    sym = mx.sym.square(mx.sym.Variable("x"))
    check = mx.test_utils.check_symbolic_backward
    with contextlib.redirect_stdout(io.StringIO()):
        return [
            attempt(check, sym, [x], [np.ones_like(x)], [2 * x], grad_stypes={"x": stype})
            for stype in ("default", "row_sparse", None)
        ]


def test_numeric_gradient(mx):
    a = mx.sym.Variable("a", stype="csr")
    b = mx.sym.Variable("b")
    x = mx.nd.array([[0, 1.5, 0], [2.0, 0, 1.0]]).tostype("csr")
    y = array(mx.nd, "float32", (3, 2))
    check = mx.test_utils.check_numeric_gradient
    with contextlib.redirect_stdout(io.StringIO()):
        return [
            attempt(check, mx.sym.sparse.dot(a, b), {"a": x, "b": y}, grad_nodes=["b"], **options)
            for options in ({}, {"rtol": 1e-2, "atol": 1e-2, "grad_stype_dict": {"b": "default"}})
        ]
