"""Inference of shapes and element types."""

from __future__ import annotations

import pytest

from compat_tests.inputs import attempt

OPERATORS = {
    "FullyConnected": (("FullyConnected", {"num_hidden": 5}), {"x": (2, 3, 4)}),
    "Convolution": (
        ("Convolution", {"kernel": (3, 3), "num_filter": 2, "pad": (1, 1)}),
        {"x": (1, 3, 5, 5)},
    ),
    "Deconvolution": (("Deconvolution", {"kernel": (2, 2), "num_filter": 2}), {"x": (1, 3, 4, 4)}),
    "BatchNorm": (("BatchNorm", {}), {"x": (2, 3, 4, 4)}),
    "LayerNorm": (("LayerNorm", {}), {"x": (2, 3)}),
    "InstanceNorm": (("InstanceNorm", {}), {"x": (2, 3, 4)}),
    "Embedding": (("Embedding", {"input_dim": 7, "output_dim": 2}), {"x": (2, 3)}),
    "prelu": (("LeakyReLU", {"act_type": "prelu"}), {"x": (2, 3, 4)}),
    "Pooling": (("Pooling", {"kernel": (2, 2), "stride": (2, 2)}), {"x": (1, 2, 6, 6)}),
    "SoftmaxOutput": (("SoftmaxOutput", {}), {"x": (4, 3)}),
    "LinearRegressionOutput": (("LinearRegressionOutput", {}), {"x": (4, 3)}),
    "Flatten": (("Flatten", {}), {"x": (2, 3, 4)}),
    "Reshape": (("Reshape", {"shape": (0, -1)}), {"x": (2, 3, 4)}),
    "transpose": (("transpose", {}), {"x": (2, 3, 4)}),
    "sum": (("sum", {"axis": 1}), {"x": (2, 3, 4)}),
    "mean_all": (("mean", {}), {"x": (2, 3, 4)}),
    "split": (("split", {"num_outputs": 2, "axis": 1}), {"x": (2, 4)}),
    "topk": (("topk", {"k": 2}), {"x": (2, 4)}),
    "argmax": (("argmax", {"axis": 1}), {"x": (2, 4)}),
    "one_hot": (("one_hot", {"depth": 3}), {"x": (2, 4)}),
    "expand_dims": (("expand_dims", {"axis": 1}), {"x": (2, 4)}),
    "tile": (("tile", {"reps": (2, 2)}), {"x": (2, 4)}),
    "slice_axis": (("slice_axis", {"axis": 1, "begin": 1, "end": 3}), {"x": (2, 4)}),
    "Dropout": (("Dropout", {}), {"x": (2, 4)}),
    "softmax": (("softmax", {}), {"x": (2, 4)}),
    "L2Normalization": (("L2Normalization", {}), {"x": (2, 4)}),
}


@pytest.mark.parametrize("name", OPERATORS)
def test_forward(mx, name):
    (op, params), shapes = OPERATORS[name]
    s = getattr(mx.sym, op)(mx.sym.var("x"), name="op", **params)
    return s.infer_shape(**shapes), s.infer_shape_partial(**shapes), s.infer_type(x="float32")


def test_backward_through_sums(mx):
    a, b = mx.sym.var("a"), mx.sym.var("b")
    s = mx.sym.exp(a) + b
    return s.infer_shape(b=(2, 3)), s.infer_shape(a=(2, 3)), attempt(s.infer_shape, a=(2,), b=(3,))


def test_chain(mx):
    x = mx.sym.var("x")
    for i in range(3):
        x = mx.sym.Activation(
            mx.sym.FullyConnected(x, num_hidden=3 + i, name=f"fc{i}"), act_type="relu"
        )
    return x.infer_shape(x=(2, 7)), x.infer_shape_partial(x=(2, 7))


def test_unknown(mx):
    x = mx.sym.var("x")
    s = mx.sym.FullyConnected(x, num_hidden=2, name="f")
    return [
        s.infer_shape_partial(), s.infer_shape_partial(x=(0, 4)), attempt(s.infer_shape),
        attempt(s.infer_shape, y=(2,)), attempt(s.infer_shape, x=[2, 3]),
        attempt(s.infer_shape, x=(3, 4), f_weight=(3, 4)), attempt(s.infer_type),
    ]  # fmt: skip


def test_given_by_the_variable(mx):
    x = mx.sym.var("x", shape=(2, 3), dtype="float64")
    s = mx.sym.FullyConnected(x, num_hidden=2, name="f")
    return s.infer_shape(), s.infer_type(), s.infer_shape(x=(4, 5))


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_types(mx, dtype):
    x = mx.sym.var("x")
    made = [
        mx.sym.FullyConnected(x, num_hidden=2, name="f"), mx.sym.BatchNorm(x, name="b"),
        mx.sym.Cast(x, dtype="int32"), x + 1, mx.sym.exp(x) * x,
    ]  # fmt: skip
    return [each.infer_type(x=dtype) for each in made]


@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
@pytest.mark.parametrize("both_ways", [False, True])
def test_backwards(mx, kind, both_ways):
    """Recurrent layers learn their weights' shapes from the size of all parameters together."""
    layer = getattr(mx.gluon.rnn, kind)(3, num_layers=2, bidirectional=both_ways, prefix="net_")
    made = layer(mx.sym.var("data"))
    return list(zip(made.list_arguments(), made.infer_shape(data=(5, 2, 4))[0]))


@pytest.mark.parametrize("first", [True, False])
def test_equal_shapes_known_in_part(mx, first):
    made, x = mx.sym.zeros((0, 3)), mx.sym.var("x")
    s = made + x if first else x + made
    return s.infer_shape(x=(2, 3)), s.get_internals().infer_shape(x=(2, 3))[1]
