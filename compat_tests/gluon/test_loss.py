"""Losses: values and gradients, weights, refusals, texts."""

from __future__ import annotations

import pytest

from compat_tests.inputs import FLOATS, array, attempt, grads


def classes(front, *numbers):
    return front.array(numbers, dtype="float32")


PAIRS = {
    "l2": ("L2Loss", {}),
    "l2-weight": ("L2Loss", {"weight": 0.5}),
    "l1": ("L1Loss", {}),
    "l1-weight": ("L1Loss", {"weight": 2}),
    "bce": ("SigmoidBinaryCrossEntropyLoss", {}),
    "bce-weight": ("SigmoidBCELoss", {"weight": 0.1}),
    "dense-ce": ("SoftmaxCrossEntropyLoss", {"sparse_label": False}),
    "dense-ce-logits": ("SoftmaxCELoss", {"sparse_label": False, "from_logits": True}),
}

LEGACY = {
    "kldiv": ("KLDivLoss", {}),
    "kldiv-scores": ("KLDivLoss", {"from_logits": False}),
    "huber": ("HuberLoss", {"rho": 0.5}),
    "hinge": ("HingeLoss", {"margin": 2}),
    "squaredhinge": ("SquaredHingeLoss", {}),
    "logistic": ("LogisticLoss", {}),
    "logistic-binary": ("LogisticLoss", {"label_format": "binary"}),
    "poisson": ("PoissonNLLLoss", {}),
    "poisson-rates": ("PoissonNLLLoss", {"from_logits": False, "compute_full": True}),
}


@pytest.mark.tolerance(rtol=1e-5, atol=1e-6, reason="gradients are differences of near numbers")
@pytest.mark.parametrize("shape", [(3, 4), (2, 3, 2)], ids=str)
@pytest.mark.parametrize("name", PAIRS)
def test_pairs(mx, front, name, shape):
    kind, options = PAIRS[name]
    loss = getattr(mx.gluon.loss, kind)(prefix="loss_", **options)
    pred = array(front, "float32", shape)
    label = array(front, "float32", shape, seed=1, low=0.05, high=0.95)
    return repr(loss), grads(mx, loss, pred, label)


@pytest.mark.parametrize("name", LEGACY)
def test_legacy_pairs(mx, name):
    kind, options = LEGACY[name]
    loss = getattr(mx.gluon.loss, kind)(prefix="loss_", **options)
    low, high = (0.2, 3.0) if name == "poisson-rates" else (-2.0, 2.0)
    pred = array(mx.nd, "float32", (3, 4), low=low, high=high)
    label = array(mx.nd, "float32", (3, 4), seed=1, low=0.05, high=0.95)
    return repr(loss), grads(mx, loss, pred, label)


@pytest.mark.parametrize("name", [*PAIRS, "huber", "hinge", "kldiv"])
def test_sample_weight(mx, name):
    kind, options = {**PAIRS, **LEGACY}[name]
    loss = getattr(mx.gluon.loss, kind)(prefix="loss_", **options)
    pred = array(mx.nd, "float32", (3, 4))
    label = array(mx.nd, "float32", (3, 4), seed=1, low=0.05, high=0.95)
    return loss(pred, label, mx.nd.array([[1], [0], [0.5]]))


@pytest.mark.parametrize("batch_axis", [0, 1])
def test_batch_axis(mx, front, batch_axis):
    loss = mx.gluon.loss.L2Loss(batch_axis=batch_axis)
    return loss(array(front, "float32", (2, 3)), array(front, "float32", (2, 3), seed=1))


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("axis", [-1, 1])
def test_softmax_ce(mx, front, dtype, axis):
    loss = mx.gluon.loss.SoftmaxCrossEntropyLoss(axis=axis)
    shape = (2, 3) if axis == -1 else (2, 3, 2)
    pred = array(front, dtype, shape)
    label = front.array([0, 2] if axis == -1 else [[0, 2], [1, 1]], dtype=dtype)
    return grads(mx, lambda p: loss(p, label), pred)


@pytest.mark.parametrize("dtype", ["int32", "int64", "float32"])
def test_softmax_ce_label_dtype(mx, front, dtype):
    loss = mx.gluon.loss.SoftmaxCrossEntropyLoss()
    return loss(array(front, "float32", (3, 4)), front.array([3, 0, 1], dtype=dtype))


def test_softmax_ce_weight(mx, front):
    loss = mx.gluon.loss.SoftmaxCrossEntropyLoss(weight=2.0)
    pred = array(front, "float32", (2, 3))
    label, weight = classes(front, 0, 2), front.array([[0.5], [1]])
    return loss(pred, label), loss(pred, label, weight), repr(loss)


def test_bce_from_sigmoid(mx, front):
    loss = mx.gluon.loss.SigmoidBCELoss(from_sigmoid=True)
    pred = array(front, "float32", (2, 3), low=0.1, high=0.9)
    label = array(front, "float32", (2, 3), seed=1, low=0.1, high=0.9)
    pos = front.array([[2.0, 1.0, 0.5]])
    return grads(mx, loss, pred, label), loss(pred, label, None, pos)


def test_bce_pos_weight(mx, front):
    loss = mx.gluon.loss.SigmoidBCELoss()
    pred, label = array(front, "float32", (2, 3)), array(front, "float32", (2, 3), seed=1)
    return loss(pred, label, None, front.array([[2.0, 1.0, 0.5]]))


def test_triplet(mx):
    loss = mx.gluon.loss.TripletLoss(margin=0.5)
    pred, near, far = (array(mx.nd, "float32", (3, 2), seed=seed) for seed in range(3))
    return repr(loss), grads(mx, loss, pred, near, far)


def test_cosine(mx):
    loss = mx.gluon.loss.CosineEmbeddingLoss(margin=0.1)
    one, two = array(mx.nd, "float32", (3, 4)), array(mx.nd, "float32", (3, 4), seed=1)
    return grads(mx, lambda a, b: loss(a, b, mx.nd.array([1, -1, 1])), one, two)


def test_sdml(mx):
    loss = mx.gluon.loss.SDMLLoss(smoothing_parameter=0.2)
    one, two = array(mx.nd, "float32", (3, 4)), array(mx.nd, "float32", (3, 4), seed=1)
    return grads(mx, loss, one, two)


def test_label_is_reshaped(mx, front):
    pred, label = array(front, "float32", (3, 1)), array(front, "float32", (3,))
    return mx.gluon.loss.L2Loss()(pred, label), mx.gluon.loss.L1Loss()(pred, label)


def test_wrong(mx, front):
    losses = mx.gluon.loss
    x = front.ones((2, 2))
    return (
        attempt(losses.L2Loss(), x, front.ones((3,))),
        attempt(losses.L2Loss(), x),
        attempt(losses.L1Loss(weight="2"), x, x),
        attempt(losses.LogisticLoss, label_format="other"),
        attempt(losses.CTCLoss, layout="CTN"),
        attempt(losses.CTCLoss, label_layout="CT"),
        attempt(losses.Loss(1, 0), x),
    )


def test_own_loss(mx, front):
    class Mine(mx.gluon.loss.Loss):
        def hybrid_forward(self, F, pred, label):
            return (pred - label) * self._weight

    mine = Mine(3.0, 0)
    return mine(front.ones((2,)), front.zeros((2,))), repr(mine)
