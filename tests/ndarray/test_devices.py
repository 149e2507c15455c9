"""Array classes on a device that refuses every hidden detour through NumPy."""

from __future__ import annotations

import pickle

import numpy
import pytest

import mxshim as mx
from tests.strict_cupy import strict_context

EXPRESSIONS = (
    """
x + x;x + 1;1.5 - x;x / 2;2 / x;x ** 2;x > 1;x == 2;-x;abs(x);x[0];x[-1, 1];x[1:];x[:, 1];x[:, ::2]
x[::-1];x[None];x[..., 0];x[[0, 2]];x[[0, 2], [1, 1]];x[x[:, 0] * 0];x[0, 1];x[2:2];x.copy()
x.astype("int32");x.reshape((4, 3));x.reshape((-1,));x.T;x.sum();x.mean(axis=0);x.detach()
x.as_nd_ndarray();x.as_np_ndarray();x.as_in_context(mx.cpu(0));x.copyto(mx.cpu(1));x[0][1:]
""".replace("\n", ";")
    .strip(";")
    .split(";")
)
WRITES = (
    """
x[0] = 1;x[:] = 2;x[0, 1] = 3;x[1:, 1:] = 4;x[[0, 1]] = 5;x[0] = x[1];x[:] = [1, 2, 3, 4]
x[0] = numpy.arange(4);x[:, 0] = numpy.float32(3);x += 1;x *= x;x -= 0.5;x /= 2;x[::2] = x[1]
x[0] = type(x[0])(x[1] * 2);x[[0, 0]] = [1, 2, 3, 4]
""".replace("\n", ";")
    .strip(";")
    .split(";")
)
MASKED = ("x[x > 3]", "x[x[:, 0] > 3]", "x[:, x[0] > 1]", "x[True]", "x[False]", "bool(x[0, 0])",
          "float(x[1, 1])", "x.item(2)", "x.tolist()", "repr(x)", "str(x)", "x @ x.T")  # fmt: skip


def arrays(kind, ctx):
    host = numpy.arange(12, dtype="float32").reshape(3, 4) + 1
    made = mx.nd.array(host, ctx=ctx)
    return made if kind == "nd" else made.as_np_ndarray()


def host(value):
    return value.asnumpy() if hasattr(value, "asnumpy") else value


@pytest.fixture(params=("nd", "np"))
def kind(request):
    if request.param == "np":
        mx.npx.set_np()
    yield request.param
    mx.npx.reset_np()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_reading(kind, expression):
    seen = [
        eval(expression, {"x": arrays(kind, ctx), "mx": mx}) for ctx in (mx.cpu(), strict_context())
    ]
    numpy.testing.assert_array_equal(host(seen[0]), host(seen[1]))
    assert type(seen[0]) is type(seen[1])


@pytest.mark.parametrize("statement", WRITES)
def test_writing(kind, statement):
    seen = []
    for ctx in (mx.cpu(), strict_context()):
        names = {"x": arrays(kind, ctx), "mx": mx, "numpy": numpy}
        exec(statement, names)
        seen.append(names["x"].asnumpy())
    numpy.testing.assert_array_equal(*seen)


@pytest.mark.parametrize("expression", MASKED)
def test_np_arrays(expression):
    mx.npx.set_np()
    try:
        plain, strict = (
            eval(expression, {"x": arrays("np", ctx)}) for ctx in (mx.cpu(), strict_context())
        )
    finally:
        mx.npx.reset_np()
    if isinstance(plain, str):
        assert plain in strict.replace(f" @{strict_context()}", "").replace(
            f", ctx={strict_context()}", ""
        )
    else:
        numpy.testing.assert_array_equal(host(plain), host(strict))


@pytest.mark.parametrize("expression", [e for e in EXPRESSIONS if "[" in e and "==" not in e])
def test_gradients(kind, expression):
    gradients = []
    for ctx in (mx.cpu(), strict_context()):
        x = arrays(kind, ctx)
        x.attach_grad()
        with mx.autograd.record():
            y = eval(expression, {"x": x}) * 2
        if y.size:
            y.backward()
        gradients.append(x.grad.asnumpy())
    numpy.testing.assert_array_equal(*gradients)


def test_copies_between_devices(kind):
    x = arrays(kind, mx.cpu())
    y = x.copyto(strict_context())
    z = arrays(kind, strict_context())
    y.copyto(x)
    x.copyto(z)
    assert x.ctx == mx.cpu() and z.ctx == y.ctx == strict_context()
    numpy.testing.assert_array_equal(z.asnumpy(), x.asnumpy())


def test_pickles(kind):
    x = arrays(kind, mx.cpu(2))
    y = pickle.loads(pickle.dumps(x))
    assert type(y) is type(x) and y.ctx == mx.cpu(2)
