"""Losses: blocks that give one number per sample."""

from __future__ import annotations

import math

from .. import ndarray
from .._core.missing import module_getattr
from ..base import numeric_types
from ..util import is_np_array
from ._structure import front
from .block import HybridBlock

__all__ = [
    "Loss",
    "L2Loss",
    "L1Loss",
    "SigmoidBinaryCrossEntropyLoss",
    "SigmoidBCELoss",
    "SoftmaxCrossEntropyLoss",
    "SoftmaxCELoss",
    "KLDivLoss",
    "CTCLoss",
    "HuberLoss",
    "HingeLoss",
    "SquaredHingeLoss",
    "LogisticLoss",
    "TripletLoss",
    "PoissonNLLLoss",
    "CosineEmbeddingLoss",
    "SDMLLoss",
]


def _apply_weighting(F, loss, weight=None, sample_weight=None):
    """Multiply by the weight of each sample (broadcast) and by the weight of the loss."""
    if sample_weight is not None:
        if is_np_array():
            loss = loss * sample_weight
        else:
            loss = F.broadcast_mul(loss, sample_weight)
    if weight is not None:
        assert isinstance(weight, numeric_types), "weight must be a number"
        loss = loss * weight
    return loss


def _reshape_like(F, x, y):
    """Give ``x`` the shape of ``y``."""
    if F is ndarray:
        return x.reshape(y.shape)
    return (F.npx if is_np_array() else F).reshape_like(x, y)


class Loss(HybridBlock):
    """Hold the weight of the loss and the axis of the samples; subclasses compute."""

    def __init__(self, weight, batch_axis, **kwargs):
        super().__init__(**kwargs)
        self._weight = weight
        self._batch_axis = batch_axis

    def __repr__(self):
        return f"{type(self).__name__}(batch_axis={self._batch_axis}, w={self._weight})"

    def hybrid_forward(self, F, x, *args, **kwargs):
        """Compute the loss; subclasses override this."""
        raise NotImplementedError

    def _sample_means(self, F, loss):
        """Average over every axis but that of the samples."""
        if not is_np_array():
            return F.mean(loss, axis=self._batch_axis, exclude=True)
        # mxnet: np mode averages over all axes but the first, whatever batch_axis says.
        if F is ndarray:
            return F.np.mean(loss, axis=tuple(range(1, loss.ndim)))
        return F.npx.batch_flatten(loss).mean(axis=1)

    def _finish(self, F, loss, sample_weight):
        loss = _apply_weighting(F, loss, self._weight, sample_weight)
        return self._sample_means(F, loss)

    def _finish_legacy(self, F, loss, sample_weight):
        """Finish a loss that MXNet 1.9.1 wrote with legacy operators only."""
        loss = _apply_weighting(F, loss, self._weight, sample_weight)
        return F.mean(loss, axis=self._batch_axis, exclude=True)


class L2Loss(Loss):
    """Average half the squared differences."""

    def __init__(self, weight=1.0, batch_axis=0, **kwargs):
        super().__init__(weight, batch_axis, **kwargs)

    def hybrid_forward(self, F, pred, label, sample_weight=None):
        """Return the loss of each sample."""
        label = _reshape_like(F, label, pred)
        square = F.np.square if is_np_array() else F.square
        loss = _apply_weighting(F, square(label - pred), self._weight / 2, sample_weight)
        return self._sample_means(F, loss)


class L1Loss(Loss):
    """Average the absolute differences."""

    def __init__(self, weight=None, batch_axis=0, **kwargs):
        super().__init__(weight, batch_axis, **kwargs)

    def hybrid_forward(self, F, pred, label, sample_weight=None):
        """Return the loss of each sample."""
        label = _reshape_like(F, label, pred)
        absolute = F.np.abs if is_np_array() else F.abs
        return self._finish(F, absolute(label - pred), sample_weight)


class SigmoidBinaryCrossEntropyLoss(Loss):
    """Compare predictions (scores, or probabilities if ``from_sigmoid``) with labels 0 and 1."""

    def __init__(self, from_sigmoid=False, weight=None, batch_axis=0, **kwargs):
        super().__init__(weight, batch_axis, **kwargs)
        self._from_sigmoid = from_sigmoid

    def hybrid_forward(self, F, pred, label, sample_weight=None, pos_weight=None):
        """Return the loss of each sample; ``pos_weight`` weighs the positive labels."""
        label = _reshape_like(F, label, pred)
        compute = self._from_probabilities if self._from_sigmoid else self._from_scores
        return self._finish(F, compute(F, pred, label, pos_weight), sample_weight)

    @staticmethod
    def _from_scores(F, pred, label, pos_weight):
        relu, act = front(F, "relu", "relu"), front(F, "Activation", "activation")
        absolute = F.np.abs if is_np_array() else F.abs
        tail = act(-absolute(pred), act_type="softrelu")  # log(1 + exp(-|pred|))
        if pos_weight is None:
            return relu(pred) - pred * label + tail
        multiply = F.np.multiply if is_np_array() else F.broadcast_mul
        log_weight = 1 + multiply(pos_weight - 1, label)
        return pred - pred * label + log_weight * (tail + relu(-pred))

    @staticmethod
    def _from_probabilities(F, pred, label, pos_weight):
        log = F.np.log if is_np_array() else F.log
        eps = 1e-12
        positive = log(pred + eps) * label
        if pos_weight is not None:
            multiply = F.np.multiply if is_np_array() else F.broadcast_mul
            positive = multiply(positive, pos_weight)
        return -(positive + log(1.0 - pred + eps) * (1.0 - label))


SigmoidBCELoss = SigmoidBinaryCrossEntropyLoss


class SoftmaxCrossEntropyLoss(Loss):
    """Compare scores (log-probabilities if ``from_logits``) along ``axis`` with the true class.

    Labels are class numbers, or probabilities of the shape of the scores without ``sparse_label``.
    """

    def __init__(
        self,
        axis=-1,
        sparse_label=True,
        from_logits=False,
        weight=None,
        batch_axis=0,
        **kwargs,
    ):
        super().__init__(weight, batch_axis, **kwargs)
        self._axis = axis
        self._sparse_label = sparse_label
        self._from_logits = from_logits

    def hybrid_forward(self, F, pred, label, sample_weight=None):
        """Return the loss of each sample."""
        if not self._from_logits:
            pred = front(F, "log_softmax", "log_softmax")(pred, self._axis)
        if self._sparse_label:
            pick = front(F, "pick", "pick")
            loss = -pick(pred, label, axis=self._axis, keepdims=True)
        else:
            label = _reshape_like(F, label, pred)
            loss = -(pred * label).sum(axis=self._axis, keepdims=True)
        return self._finish(F, loss, sample_weight)


SoftmaxCELoss = SoftmaxCrossEntropyLoss


class KLDivLoss(Loss):
    """Sum the Kullback-Leibler divergence of predicted from true probabilities."""

    def __init__(self, from_logits=True, axis=-1, weight=None, batch_axis=0, **kwargs):
        super().__init__(weight, batch_axis, **kwargs)
        self._from_logits = from_logits
        self._axis = axis

    def hybrid_forward(self, F, pred, label, sample_weight=None):
        """Return the loss of each sample."""
        if not self._from_logits:
            pred = F.log_softmax(pred, self._axis)
        loss = label * (F.log(label + 1e-12) - pred)
        loss = _apply_weighting(F, loss, self._weight, sample_weight)
        return F.sum(loss, axis=self._batch_axis, exclude=True)


class CTCLoss(Loss):
    """Compare sequences of scores with label sequences of unknown alignment."""

    def __init__(self, layout="NTC", label_layout="NT", weight=None, **kwargs):
        assert layout in ("NTC", "TNC"), (
            f"Only 'NTC' and 'TNC' layouts for pred are supported. Got: {layout}"
        )
        assert label_layout in ("NT", "TN"), (
            f"Only 'NT' and 'TN' layouts for label are supported. Got: {label_layout}"
        )
        self._layout = layout
        self._label_layout = label_layout
        super().__init__(weight, label_layout.find("N"), **kwargs)

    def hybrid_forward(
        self, F, pred, label, pred_lengths=None, label_lengths=None, sample_weight=None
    ):
        """Return the loss of each sample; padding is told by lengths or by -1 labels."""
        if self._layout == "NTC":
            pred = F.swapaxes(pred, 0, 1)
        if self._batch_axis == 1:
            label = F.swapaxes(label, 0, 1)
        loss = F.CTCLoss(
            pred,
            label,
            pred_lengths,
            label_lengths,
            use_data_lengths=pred_lengths is not None,
            use_label_lengths=label_lengths is not None,
            blank_label="last",
        )
        return _apply_weighting(F, loss, self._weight, sample_weight)


class HuberLoss(Loss):
    """Average absolute differences, squared ones below ``rho``."""

    def __init__(self, rho=1, weight=None, batch_axis=0, **kwargs):
        super().__init__(weight, batch_axis, **kwargs)
        self._rho = rho

    def hybrid_forward(self, F, pred, label, sample_weight=None):
        """Return the loss of each sample."""
        rho = self._rho
        gap = F.abs(_reshape_like(F, label, pred) - pred)
        loss = F.where(gap > rho, gap - 0.5 * rho, (0.5 / rho) * F.square(gap))
        return self._finish_legacy(F, loss, sample_weight)


class HingeLoss(Loss):
    """Average how far ``pred * label`` stays below ``margin``; labels are -1 and 1."""

    def __init__(self, margin=1, weight=None, batch_axis=0, **kwargs):
        super().__init__(weight, batch_axis, **kwargs)
        self._margin = margin

    def hybrid_forward(self, F, pred, label, sample_weight=None):
        """Return the loss of each sample."""
        label = _reshape_like(F, label, pred)
        loss = F.relu(self._margin - pred * label)
        return self._finish_legacy(F, loss, sample_weight)


class SquaredHingeLoss(Loss):
    """Average the squares of how far ``pred * label`` stays below ``margin``."""

    def __init__(self, margin=1, weight=None, batch_axis=0, **kwargs):
        super().__init__(weight, batch_axis, **kwargs)
        self._margin = margin

    def hybrid_forward(self, F, pred, label, sample_weight=None):
        """Return the loss of each sample."""
        label = _reshape_like(F, label, pred)
        loss = F.square(F.relu(self._margin - pred * label))
        return self._finish_legacy(F, loss, sample_weight)


class LogisticLoss(Loss):
    """Compare scores with labels -1 and 1, or 0 and 1 if ``label_format`` is binary."""

    def __init__(self, weight=None, batch_axis=0, label_format="signed", **kwargs):
        super().__init__(weight, batch_axis, **kwargs)
        self._label_format = label_format
        if label_format not in ("signed", "binary"):
            raise ValueError(f"label_format can only be signed or binary, recieved {label_format}.")

    def hybrid_forward(self, F, pred, label, sample_weight=None):
        """Return the loss of each sample."""
        label = _reshape_like(F, label, pred)
        if self._label_format == "signed":
            label = (label + 1.0) / 2.0
        tail = F.Activation(-F.abs(pred), act_type="softrelu")
        return self._finish_legacy(F, F.relu(pred) - pred * label + tail, sample_weight)


class TripletLoss(Loss):
    """Want each sample nearer to its positive than to its negative example by ``margin``."""

    def __init__(self, margin=1, weight=None, batch_axis=0, **kwargs):
        super().__init__(weight, batch_axis, **kwargs)
        self._margin = margin

    def hybrid_forward(self, F, pred, positive, negative):
        """Return the loss of each sample."""
        positive = _reshape_like(F, positive, pred)
        negative = _reshape_like(F, negative, pred)
        gap = F.square(positive - pred) - F.square(negative - pred)
        loss = F.relu(F.sum(gap, axis=self._batch_axis, exclude=True) + self._margin)
        return _apply_weighting(F, loss, self._weight, None)


class PoissonNLLLoss(Loss):
    """Give the mean negative log likelihood of Poisson counts; a single number."""

    def __init__(self, weight=None, from_logits=True, batch_axis=0, compute_full=False, **kwargs):
        super().__init__(weight, batch_axis, **kwargs)
        self._from_logits = from_logits
        self._compute_full = compute_full

    def hybrid_forward(self, F, pred, target, sample_weight=None, epsilon=1e-08):
        """Return the mean over all samples."""
        target = _reshape_like(F, target, pred)
        if self._from_logits:
            loss = F.exp(pred) - target * pred
        else:
            loss = pred - target * F.log(pred + epsilon)
        if self._compute_full:
            stirling = target * F.log(target) - target + 0.5 * F.log(2 * target * math.pi)
            # mxnet: in place, so the full loss cannot be recorded.
            stirling *= target > 1
            loss += stirling
        loss = _apply_weighting(F, loss, self._weight, sample_weight)
        return F.mean(loss)


class CosineEmbeddingLoss(Loss):
    """Want the cosine of two vectors near 1 for label 1, below ``margin`` for label -1."""

    def __init__(self, weight=None, batch_axis=0, margin=0, **kwargs):
        super().__init__(weight, batch_axis, **kwargs)
        self._margin = margin

    def hybrid_forward(self, F, input1, input2, label, sample_weight=None):
        """Return the loss of each sample."""
        input1 = _reshape_like(F, input1, input2)
        label = label.reshape((-1, 1))
        cosine = self._cosine_similarity(F, input1, input2)
        zero = F.array([0]) if F is ndarray else F.zeros((1, 1))
        apart = F.broadcast_maximum(zero, (label == -1) * (cosine - self._margin), axis=1)
        loss = (1 - cosine) * (label == 1) + apart
        return _apply_weighting(F, loss, self._weight, sample_weight)

    def _cosine_similarity(self, F, x, y, axis=-1):
        x_norm = F.norm(x, axis=axis).reshape((-1, 1))
        y_norm = F.norm(y, axis=axis).reshape((-1, 1))
        dot = F.sum(x * y, axis=axis).reshape((-1, 1))
        tiny = F.array([1e-12]) if F is ndarray else F.full((1, 1), 1e-12)
        return dot / F.broadcast_maximum(x_norm * y_norm, tiny)


class SDMLLoss(Loss):
    """Match the rows of two batches: row i of one belongs to row i of the other."""

    def __init__(self, smoothing_parameter=0.3, weight=1.0, batch_axis=0, **kwargs):
        super().__init__(weight, batch_axis, **kwargs)
        self.kl_loss = KLDivLoss(from_logits=True)
        self.smoothing_parameter = smoothing_parameter

    def hybrid_forward(self, F, x1, x2):
        """Return the loss of each row."""
        distances = self._compute_distances(x1, x2)
        log_probabilities = F.log_softmax(-distances, axis=1)
        labels = self._compute_labels(F, x1.shape[0])
        return self.kl_loss(log_probabilities, labels.as_in_context(distances.context))

    def _compute_distances(self, x1, x2):
        assert x1.shape == x2.shape
        rows, size = x1.shape
        left = x1.expand_dims(1).broadcast_to([rows, rows, size])
        right = x2.expand_dims(0).broadcast_to([rows, rows, size])
        return ((left - right) ** 2).sum(axis=2)

    def _compute_labels(self, F, batch_size):
        smooth = self.smoothing_parameter
        gold = F.eye(batch_size)
        return gold * (1 - smooth) + (1 - gold) * smooth / (batch_size - 1)


__getattr__ = module_getattr(__name__)
