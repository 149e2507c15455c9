"""Output layers that bring their own loss."""

from __future__ import annotations

import pytest

from compat_tests.inputs import array, arrays, attempt, grads

REGRESSIONS = ["LinearRegressionOutput", "LogisticRegressionOutput", "MAERegressionOutput"]
OPTIONS = {
    "plain": {},
    "scale": {"grad_scale": 2.5},
    "batch": {"normalization": "batch"},
    "valid": {"normalization": "valid"},
    "ignore": {"use_ignore": True, "ignore_label": 2},
    "ignore valid": {"use_ignore": True, "ignore_label": 2, "normalization": "valid"},
    "smooth": {"smooth_alpha": 0.1},
}


@pytest.mark.parametrize("case", sorted(OPTIONS))
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_softmax_output(mx, case, dtype):
    x = array(mx.nd, dtype, (4, 3))
    label = mx.nd.array([0, 2, 1, 2], dtype=dtype)
    head = array(mx.nd, dtype, (4, 3), seed="head")
    return grads(mx, lambda a, b: mx.nd.SoftmaxOutput(a, b, **OPTIONS[case]), x, label, head=head)


@pytest.mark.parametrize("case", ["plain", "scale", "batch", "valid", "ignore valid"])
def test_softmax_output_of_many(mx, case):
    x = array(mx.nd, "float32", (2, 3, 2))
    label = mx.nd.array([[0, 1], [2, 1]])
    return grads(mx, lambda a: mx.nd.SoftmaxOutput(a, label, multi_output=True, **OPTIONS[case]), x)


def test_softmax_output_out_grad(mx):
    x, label = array(mx.nd, "float32", (2, 3)), mx.nd.array([0, 2])
    head = array(mx.nd, "float32", (2, 3), seed="head")
    return grads(mx, lambda a: mx.nd.SoftmaxOutput(a, label, out_grad=True), x, head=head)


def test_softmax_output_shape_kept(mx):
    x = array(mx.nd, "float32", (2, 3, 2))
    label = mx.nd.array([[0, 1, 0], [1, 1, 0]])
    return grads(mx, lambda a: mx.nd.SoftmaxOutput(a, label, preserve_shape=True), x)


def test_softmax_output_probabilities(mx):
    x, label = array(mx.nd, "float32", (2, 3)), mx.nd.array([[0.1, 0.2, 0.7], [1, 0, 0]])
    return grads(mx, lambda a: mx.nd.SoftmaxOutput(a, label), x)


def test_softmax_output_wrong(mx):
    x, x3 = arrays(mx.nd, "float32", (2, 3), (2, 3, 2))
    label = mx.nd.array([0, 2])
    call = mx.nd.SoftmaxOutput
    return [
        attempt(call, x, mx.nd.array([0, 1, 2])),
        attempt(call, x3, label, multi_output=True),
        attempt(call, x, label.astype("int32")),
        attempt(call, x.astype("int32"), label.astype("int32")),
        attempt(call, x, label, normalization="all"),
        attempt(call, x),
    ]


@pytest.mark.parametrize("name", REGRESSIONS)
@pytest.mark.parametrize("scale", [1, 3])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_regression(mx, name, scale, dtype):
    x, label = arrays(mx.nd, dtype, (2, 3), (2, 3))
    call = getattr(mx.nd, name)
    head = array(mx.nd, dtype, (2, 3), seed="head")
    return grads(mx, lambda a, b: call(a, b, grad_scale=scale), x, label, head=head)


@pytest.mark.parametrize("name", REGRESSIONS)
@pytest.mark.parametrize("case", ["line", "column", "cube"])
def test_regression_shapes(mx, name, case):
    shapes = {"line": [(4,), (4,)], "column": [(4, 1), (4,)], "cube": [(2, 3, 2), (2, 3, 2)]}[case]
    return grads(mx, getattr(mx.nd, name), *arrays(mx.nd, "float32", *shapes))


@pytest.mark.parametrize("name", REGRESSIONS)
def test_regression_wrong(mx, name):
    x, label = arrays(mx.nd, "float32", (2, 3), (2,))
    call = getattr(mx.nd, name)
    return [attempt(call, x, label), attempt(call, x)]


LOSSES = {
    "plain": {},
    "scale": {"grad_scale": 2.5},
    "batch": {"normalization": "batch"},
    "valid": {"normalization": "valid", "valid_thresh": 0.5},
}


@pytest.mark.parametrize("case", sorted(LOSSES))
def test_make_loss(mx, case):
    x = array(mx.nd, "float32", (2, 3))
    head = array(mx.nd, "float32", (2, 3), seed="head")
    return grads(mx, lambda a: mx.nd.MakeLoss(a, **LOSSES[case]), x, head=head)


@pytest.mark.parametrize("linear", [True, False])
@pytest.mark.parametrize("margin", [1, 0.5])
def test_svm(mx, linear, margin):
    x, label = array(mx.nd, "float32", (2, 3)), mx.nd.array([0, 2])
    call = mx.nd.SVMOutput
    return grads(
        mx, lambda a: call(a, label, use_linear=linear, margin=margin,
                           regularization_coefficient=0.5) + 0, x,
    )["grads"][0] + 0  # fmt: skip


def test_svm_wrong(mx):
    x = array(mx.nd, "float32", (2, 3))
    return attempt(mx.nd.SVMOutput, x, x)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_softmax_cross_entropy(mx, dtype):
    x, label = array(mx.nd, dtype, (2, 3)), mx.nd.array([0, 2], dtype=dtype)
    head = mx.nd.array([1.5], dtype=dtype)
    return grads(mx, lambda a: mx.nd.softmax_cross_entropy(a, label), x, head=head)


def test_softmax_cross_entropy_wrong(mx):
    x, x3 = arrays(mx.nd, "float32", (2, 3), (2, 3, 2))
    call = mx.nd.softmax_cross_entropy
    return [attempt(call, x, mx.nd.array([0, 1, 2])), attempt(call, x3, mx.nd.array([0, 1]))]
