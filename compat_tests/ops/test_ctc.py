"""The loss of connectionist temporal classification, as operator and as gluon loss."""

from __future__ import annotations

import pytest

from compat_tests.inputs import array, attempt, grads

NAMES = pytest.mark.parametrize("name", ["CTCLoss", "ctc_loss"])
LABELS = {
    "whole": [[1, 2, 3], [2, 2, 1]],
    "padded": [[1, 0, 0], [2, 1, 0]],
    "empty": [[0, 0, 0], [1, 0, 2]],
    "repeats": [[1, 1, 1], [3, 3, 2]],
    "single": [[1], [3]],
}
EVERY = pytest.mark.parametrize("labels", list(LABELS))


def scores(mx, time=5, dtype="float32"):
    """Make scores of two sequences over four classes."""
    return array(mx.nd, dtype, (time, 2, 4))


@NAMES
@EVERY
def test_blank_first(mx, name, labels):
    label = mx.nd.array(LABELS[labels])
    return grads(mx, lambda x: getattr(mx.nd, name)(x, label), scores(mx))


@EVERY
def test_blank_last(mx, labels):
    label = mx.nd.array(LABELS[labels]) - 1
    return grads(mx, lambda x: mx.nd.CTCLoss(x, label, blank_label="last"), scores(mx))


@NAMES
def test_contrib(mx, name):
    label = mx.nd.array(LABELS["whole"])
    return getattr(mx.nd.contrib, name)(scores(mx), label)


TOO_LONG = [[1, 1, 1, 1], [1, 2, 1, 2]]


@pytest.mark.parametrize("length", [3, 4, 5])
def test_too_long(mx, length):
    """Labels that do not fit have the loss 0; their gradient is unset memory in MXNet."""
    x, label = scores(mx), mx.nd.array(TOO_LONG)
    return mx.nd.CTCLoss(x, label), mx.nd.CTCLoss(
        x, label, mx.nd.array([length, 5]), use_data_lengths=True
    )


@pytest.mark.parametrize("labels", ["whole", "padded", "single"])
@pytest.mark.parametrize("blank", ["first", "last"])
def test_lengths(mx, labels, blank):
    label = mx.nd.array(LABELS[labels]) - (blank == "last")
    x, steps, counts = scores(mx), mx.nd.array([4, 5]), mx.nd.array([1, 1])
    return (
        grads(
            mx,
            lambda x: mx.nd.CTCLoss(x, label, steps, use_data_lengths=True, blank_label=blank),
            x,
        ),
        grads(
            mx,
            lambda x: mx.nd.CTCLoss(x, label, counts, use_label_lengths=True, blank_label=blank),
            x,
        ),
        grads(
            mx,
            lambda x: mx.nd.CTCLoss(
                x, label, steps, counts, use_data_lengths=True, use_label_lengths=True,
                blank_label=blank,
            ),
            x,
        ),
        mx.nd.CTCLoss(x, label, label_lengths=counts, use_label_lengths=True, blank_label=blank),
    )  # fmt: skip


def test_head_gradient(mx):
    label = mx.nd.array(LABELS["whole"])
    return grads(
        mx, lambda x: mx.nd.CTCLoss(x, label), scores(mx), head=mx.nd.array([2.0, -3.0])
    )  # fmt: skip


def test_gradient_of_labels(mx):
    x, label = scores(mx), mx.nd.array(LABELS["whole"])
    return grads(mx, lambda x, label: mx.nd.CTCLoss(x, label), x, label)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int32", "int64", "uint8"])
def test_label_dtype(mx, dtype):
    return mx.nd.CTCLoss(scores(mx), mx.nd.array(LABELS["padded"], dtype=dtype))


@pytest.mark.parametrize("dtype", ["float16", "float64"])
def test_other_floats(mx, dtype):
    """MXNet's kernel takes float32 alone."""
    return mx.nd.CTCLoss(scores(mx, dtype=dtype), mx.nd.array(LABELS["padded"], dtype=dtype))


def test_one_step(mx):
    return mx.nd.CTCLoss(scores(mx, 1), mx.nd.array([[1], [0]]))


def test_long_sequence(mx):
    x = array(mx.nd, "float32", (40, 2, 4))
    label = mx.nd.array([[1, 2, 3, 3, 2, 1, 1, 2], [2, 2, 0, 0, 0, 0, 0, 0]])
    return grads(mx, lambda x: mx.nd.CTCLoss(x, label), x)


def test_wrong_shapes(mx):
    x, fn = scores(mx), mx.nd.CTCLoss
    label = mx.nd.array(LABELS["whole"])
    return (
        attempt(lambda: fn(x[0], label)),
        attempt(lambda: fn(x, label[0])),
        attempt(lambda: fn(x, label[:1])),
        attempt(lambda: fn(x, mx.nd.ones((2, 6)))),
        attempt(lambda: fn(x, label, mx.nd.ones(3), use_data_lengths=True)),
        attempt(lambda: fn(x, label, mx.nd.ones(3), use_label_lengths=True)),
        attempt(lambda: fn(x, label, mx.nd.ones(2))),
        attempt(lambda: fn(x, label, blank_label="middle")),
        attempt(lambda: fn(x, label, use_data_lengths=True)),
    )


@pytest.mark.parametrize("layout", ["NTC", "TNC"])
@pytest.mark.parametrize("label_layout", ["NT", "TN"])
@pytest.mark.parametrize("hybridize", [False, True])
def test_gluon(mx, layout, label_layout, hybridize):
    loss = mx.gluon.loss.CTCLoss(layout, label_layout, weight=0.5)
    if hybridize:
        loss.hybridize()
    x = array(mx.nd, "float32", (2, 5, 4) if layout == "NTC" else (5, 2, 4))
    label = mx.nd.array([[1, 0, -1], [2, 2, 1]])
    label = label if label_layout == "NT" else label.T
    return grads(mx, lambda x: loss(x, label), x)


@pytest.mark.parametrize("given", ["none", "scores", "labels", "both", "weights"])
def test_gluon_lengths(mx, given):
    loss = mx.gluon.loss.CTCLoss()
    x, label = array(mx.nd, "float32", (2, 5, 4)), mx.nd.array([[1, 0, 2], [2, 2, 1]])
    steps, counts = mx.nd.array([4, 5]), mx.nd.array([1, 2])
    rest = {
        "none": (),
        "scores": (steps,),
        "labels": (None, counts),
        "both": (steps, counts),
        "weights": (steps, counts, mx.nd.array([1.0, 0.5])),
    }
    return grads(mx, lambda x: loss(x, label, *rest[given]), x)


def test_gluon_refusals(mx):
    loss = mx.gluon.loss.CTCLoss
    return attempt(lambda: loss("CTN")), attempt(lambda: loss("NTC", "NC")), loss()


@pytest.mark.np
def test_gluon_np_mode(mx):
    """The loss calls legacy operators, which refuse np arrays."""
    loss = mx.gluon.loss.CTCLoss()
    return attempt(lambda: loss(mx.np.ones((2, 5, 4)), mx.np.array([[1, 0], [2, 1]])))
