"""Samples of :mod:`mxshim._ops.custom`: an operator of each kind."""

from __future__ import annotations

import mxshim as mx

from . import Sample


class _Product(mx.operator.CustomOp):
    def forward(self, is_train, req, in_data, out_data, aux):
        self.assign(out_data[0], req[0], in_data[0] * in_data[1])

    def backward(self, req, out_grad, in_data, out_data, in_grad, aux):
        self.assign(in_grad[0], req[0], out_grad[0] * in_data[1])
        self.assign(in_grad[1], req[1], out_grad[0] * in_data[0])


@mx.operator.register("sample_product")
class _ProductProp(mx.operator.CustomOpProp):
    def list_arguments(self):
        return ["a", "b"]

    def create_operator(self, ctx, in_shapes, in_dtypes):
        return _Product()


def _squares(kind: type) -> str:
    """Make an operator of an older kind; return the number under which nodes find it."""

    class Squares(kind):
        def forward(self, in_data, out_data):
            out_data[0][:] = in_data[0] * in_data[0]

        def backward(self, out_grad, in_data, out_data, in_grad):
            in_grad[0][:] = out_grad[0] * in_data[0] * 2

    made = Squares.__new__(Squares)  # the initializer warns that the kind is deprecated
    made.need_top_grad_ = True
    made(mx.sym.var("x"))
    return made.info_


SAMPLES = [
    Sample("Custom", [(2, 3), (2, 3)], {"op_type": "sample_product"}, order=1),
    Sample("_Native", [(2, 3)], {"info": _squares(mx.operator.NumpyOp)}, order=1),
    Sample("_NDArray", [(2, 3)], {"info": _squares(mx.operator.NDArrayOp)}, order=1),
]
