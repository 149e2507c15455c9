"""What MXNet cannot be asked about operators written in Python."""

from __future__ import annotations

import pytest

import mxshim as mx
from mxshim import autograd, nd


class Square(mx.operator.CustomOp):
    def forward(self, is_train, req, in_data, out_data, aux):
        self.kept = in_data[0] * 2  # a call of its own keeps what its gradient needs
        self.assign(out_data[0], req[0], in_data[0] * in_data[0])

    def backward(self, req, out_grad, in_data, out_data, in_grad, aux):
        self.assign(in_grad[0], req[0], out_grad[0] * self.kept)


@mx.operator.register("test_square")
class SquareProp(mx.operator.CustomOpProp):
    def __init__(self, fail="no"):
        super().__init__()
        self.fail = fail

    def create_operator(self, ctx, in_shapes, in_dtypes):
        if self.fail == "yes":
            raise ValueError("asked to")
        return Square()


class Twice(mx.gluon.HybridBlock):
    def hybrid_forward(self, F, x):
        return F.Custom(x, op_type="test_square")


@pytest.mark.parametrize("hybrid", [False, True])
def test_calls_keep_apart(hybrid: bool) -> None:
    """Two calls before their gradients do not mix what the operator keeps."""
    net = Twice()
    if hybrid:
        net.hybridize()
    a, b = nd.array([3.0]), nd.array([5.0])
    a.attach_grad()
    b.attach_grad()
    with autograd.record():
        y, z = net(a), net(b)
    z.backward()
    y.backward()
    assert (a.grad.asscalar(), b.grad.asscalar()) == (6.0, 10.0)


def test_error_shows_the_users_own(capsys) -> None:
    with pytest.raises(mx.MXNetError, match="asked to") as caught:
        nd.Custom(nd.ones((2,)), op_type="test_square", fail="yes")
    assert isinstance(caught.value.__cause__, ValueError)
    assert "in create_operator" in capsys.readouterr().out


def test_wrong_parameter_is_an_error() -> None:
    """MXNet dies here."""
    with pytest.raises(mx.MXNetError, match="unexpected keyword argument 'power'"):
        nd.Custom(nd.ones((2,)), op_type="test_square", power=3)


def test_unknown_name_lists_the_known() -> None:
    with pytest.raises(mx.MXNetError, match="test_square"):
        nd.Custom(nd.ones((2,)), op_type="test_sqare")


def test_second_gradient_is_refused() -> None:
    x = nd.array([3.0])
    x.attach_grad()
    with autograd.record():
        y = nd.Custom(x, op_type="test_square")
        (slope,) = autograd.grad(y, [x], create_graph=True)
    assert slope.asscalar() == 6.0
    with pytest.raises(mx.MXNetError, match="non-differentiable"):
        slope.backward()


def test_inside_a_loop() -> None:
    x, s = mx.sym.var("x"), mx.sym.var("s")
    outs, last = mx.sym.contrib.foreach(
        lambda r, t: (mx.sym.Custom(r * t, op_type="test_square"), t + r), x, s
    )
    given = {"x": nd.array([[1.0], [2.0]]), "s": nd.array([3.0])}
    slopes = {"x": nd.zeros((2, 1)), "s": nd.zeros((1,))}
    executor = mx.sym.Group([outs, last]).bind(mx.cpu(), given, slopes)
    executor.forward(is_train=True)
    executor.backward([nd.ones((2, 1)), nd.ones((1,))])
    assert [o.asnumpy().ravel().tolist() for o in executor.outputs] == [[9.0, 64.0], [6.0]]
    # d/dx0 (x0 s)^2 + (x1 (s + x0))^2 + (s + x0 + x1)
    assert slopes["x"].asnumpy().ravel().tolist() == [18.0 + 32.0 + 1, 64.0 + 1]
    assert slopes["s"].asnumpy().tolist() == [6.0 + 32.0 + 1]


def test_numpy_arrays() -> None:
    """An operator registered under np semantics gets NumPy-like arrays."""
    seen = []

    class Exp(mx.operator.CustomOp):
        def forward(self, is_train, req, in_data, out_data, aux):
            seen.append(type(in_data[0]))
            self.assign(out_data[0], req[0], mx.np.exp(in_data[0]))

        def backward(self, req, out_grad, in_data, out_data, in_grad, aux):
            self.assign(in_grad[0], req[0], out_grad[0] * out_data[0])

    mx.npx.set_np()
    try:

        @mx.operator.register("test_exp")
        class ExpProp(mx.operator.CustomOpProp):
            def create_operator(self, ctx, in_shapes, in_dtypes):
                return Exp()

        x = mx.np.array(0.0)
        x.attach_grad()
        with autograd.record():
            y = mx.np._internal.Custom(x, op_type="test_exp")
        y.backward()
        assert y.shape == () and float(y) == 1.0 and float(x.grad) == 1.0
        assert seen == [mx.np.ndarray]
    finally:
        mx.npx.reset_np()


def test_older_node_from_a_file() -> None:
    """A file cannot hold the object that an older operator is."""
    x = mx.sym.var("x")
    text = mx.sym.Custom(x, op_type="test_square").tojson().replace('"Custom"', '"_Native"')
    text = text.replace('"op_type": "test_square"', '"info": "7fff00000000"')
    with pytest.raises(mx.MXNetError, match="lived in the program"):
        mx.sym.load_json(text)
