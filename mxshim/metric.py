"""Metrics: numbers that sum up how well predictions fit labels, batch after batch."""

from __future__ import annotations

import math

import numpy

from . import ndarray
from ._core.missing import module_getattr
from ._metric_base import (
    CompositeEvalMetric,
    CustomMetric,
    EvalMetric,
    alias,
    check_label_shapes,
    create,
    register,
)
from ._metric_counts import F1, MCC, PCC

__all__ = [
    "Accuracy",
    "Caffe",
    "CompositeEvalMetric",
    "CrossEntropy",
    "CustomMetric",
    "EvalMetric",
    "F1",
    "Loss",
    "MAE",
    "MCC",
    "MSE",
    "NegativeLogLikelihood",
    "PCC",
    "PearsonCorrelation",
    "Perplexity",
    "RMSE",
    "TopKAccuracy",
    "Torch",
    "alias",
    "check_label_shapes",
    "create",
    "np",
    "register",
]


@register
@alias("acc")
class Accuracy(EvalMetric):
    """Give the share of right classes; predictions are classes, or scores along ``axis``."""

    def __init__(self, axis=1, name="accuracy", output_names=None, label_names=None):
        super().__init__(
            name,
            axis=axis,
            output_names=output_names,
            label_names=label_names,
            has_global_stats=True,
        )
        self.axis = axis

    def update(self, labels, preds):
        """Take in a batch."""
        labels, preds = check_label_shapes(labels, preds, True)
        for label, pred in zip(labels, preds):
            if pred.shape != label.shape:
                pred = ndarray.argmax(pred, axis=self.axis)
            pred = pred.asnumpy().astype("int32").ravel()
            label = label.asnumpy().astype("int32").ravel()
            check_label_shapes(label, pred)
            self._add((pred == label).sum(), len(pred))


@register
@alias("top_k_accuracy", "top_k_acc")
class TopKAccuracy(EvalMetric):
    """Give the share of samples whose class is among the ``top_k`` best scores."""

    def __init__(self, top_k=1, name="top_k_accuracy", output_names=None, label_names=None):
        super().__init__(
            name,
            top_k=top_k,
            output_names=output_names,
            label_names=label_names,
            has_global_stats=True,
        )
        self.top_k = top_k
        assert self.top_k > 1, "Please use Accuracy if top_k is no more than 1"
        self.name += f"_{self.top_k}"

    def update(self, labels, preds):
        """Take in a batch."""
        labels, preds = check_label_shapes(labels, preds, True)
        for label, pred in zip(labels, preds):
            assert len(pred.shape) <= 2, "Predictions should be no more than 2 dims"
            order = numpy.argpartition(pred.asnumpy().astype("float32"), -self.top_k)
            label = label.asnumpy().astype("int32")
            check_label_shapes(label, order)
            count = order.shape[0]
            if order.ndim == 1:
                # mxnet: scores of one sample go into the local sum only.
                self.sum_metric += (order.ravel() == label.ravel()).sum()
                self._add(0.0, count)
                continue
            best = order[:, -min(order.shape[1], self.top_k) :]
            self._add((best == label.reshape(-1, 1)).sum(), count)


@register
class Perplexity(EvalMetric):
    """Give ``exp`` of the mean negative log probability of the labels."""

    def __init__(
        self, ignore_label, axis=-1, name="perplexity", output_names=None, label_names=None
    ):
        super().__init__(
            name,
            ignore_label=ignore_label,
            output_names=output_names,
            label_names=label_names,
            has_global_stats=True,
        )
        self.ignore_label = ignore_label
        self.axis = axis

    def update(self, labels, preds):
        """Take in a batch."""
        assert len(labels) == len(preds)
        loss, count = 0.0, 0
        for label, pred in zip(labels, preds):
            assert label.size == pred.size / pred.shape[-1], (
                f"shape mismatch: {label.shape} vs. {pred.shape}"
            )
            label = label.as_in_context(pred.context).reshape((label.size,))
            pred = ndarray.pick(pred, label.astype(dtype="int32"), axis=self.axis)
            if self.ignore_label is not None:
                ignore = (label == self.ignore_label).astype(pred.dtype)
                count -= numpy.float64(ndarray.sum(ignore).asscalar())
                pred = pred * (1 - ignore) + ignore
            logs = ndarray.log(ndarray.maximum(1e-10, pred))
            loss -= numpy.float64(ndarray.sum(logs).asscalar())
            count += pred.size
        self._add(loss, count)

    def get(self):
        """Return the name and the local perplexity."""
        return self.name, _exp_mean(self.sum_metric, self.num_inst)

    def get_global(self):
        """Return the name and the global perplexity."""
        return self.name, _exp_mean(self.global_sum_metric, self.global_num_inst)


class _Difference(EvalMetric):
    """Share what the metrics of differences do: one number per batch, averaged."""

    def __init__(self, name, output_names, label_names):
        super().__init__(
            name, output_names=output_names, label_names=label_names, has_global_stats=True
        )

    def update(self, labels, preds):
        """Take in a batch."""
        labels, preds = check_label_shapes(labels, preds, True)
        for label, pred in zip(labels, preds):
            self._add(self._measure(_column(label) - _column(pred)), 1)


@register
class MAE(_Difference):
    """Give the mean absolute error."""

    def __init__(self, name="mae", output_names=None, label_names=None):
        super().__init__(name, output_names, label_names)

    @staticmethod
    def _measure(difference):
        return numpy.abs(difference).mean()


@register
class MSE(_Difference):
    """Give the mean squared error."""

    def __init__(self, name="mse", output_names=None, label_names=None):
        super().__init__(name, output_names, label_names)

    @staticmethod
    def _measure(difference):
        return (difference**2.0).mean()


@register
class RMSE(_Difference):
    """Give the root of the mean squared error, averaged over batches."""

    def __init__(self, name="rmse", output_names=None, label_names=None):
        super().__init__(name, output_names, label_names)

    @staticmethod
    def _measure(difference):
        return numpy.sqrt((difference**2.0).mean())


class _LogProbability(EvalMetric):
    """Share what the metrics of log probabilities do."""

    def __init__(self, eps, name, output_names, label_names):
        super().__init__(
            name,
            eps=eps,
            output_names=output_names,
            label_names=label_names,
            has_global_stats=True,
        )
        self.eps = eps

    def update(self, labels, preds):
        """Take in a batch: class labels and a probability per class."""
        labels, preds = check_label_shapes(labels, preds, True)
        for label, pred in zip(labels, preds):
            label, pred = label.asnumpy().ravel(), pred.asnumpy()
            count = label.shape[0]
            assert count == pred.shape[0], (count, pred.shape[0])
            chosen = pred[numpy.arange(count), numpy.int64(label)]
            self._add((-numpy.log(chosen + self.eps)).sum(), count)


@register
@alias("ce")
class CrossEntropy(_LogProbability):
    """Give the mean negative log probability of the labels."""

    def __init__(self, eps=1e-12, name="cross-entropy", output_names=None, label_names=None):
        super().__init__(eps, name, output_names, label_names)


@register
@alias("nll_loss")
class NegativeLogLikelihood(_LogProbability):
    """Give the mean negative log probability of the labels, under its other name."""

    def __init__(self, eps=1e-12, name="nll-loss", output_names=None, label_names=None):
        super().__init__(eps, name, output_names, label_names)


@register
@alias("pearsonr")
class PearsonCorrelation(EvalMetric):
    """Give Pearson's correlation: the mean over batches (macro) or of all values (micro)."""

    def __init__(self, name="pearsonr", output_names=None, label_names=None, average="macro"):
        self.average = average
        super().__init__(
            name, output_names=output_names, label_names=label_names, has_global_stats=True
        )

    def reset(self):
        """Clear both sums and the running moments."""
        super().reset()
        self.reset_micro()

    def reset_micro(self):
        """Clear the running moments."""
        self._label_nums = self._pred_nums = 0
        self._mean_p = self._mean_l = 0
        self._sse_p = self._sse_l = self._conv = 0

    def update(self, labels, preds):
        """Take in a batch."""
        labels, preds = check_label_shapes(labels, preds, True)
        for label, pred in zip(labels, preds):
            check_label_shapes(label, pred, False, True)
            label = label.asnumpy().ravel().astype(numpy.float64)
            pred = pred.asnumpy().ravel().astype(numpy.float64)
            if self.average == "macro":
                self._add(numpy.corrcoef(pred, label)[0, 1], 1)
            else:
                self._add(0.0, 1)
                self._move_moments(label, pred)

    def _move_moments(self, label, pred):
        self._label_nums, self._mean_l, self._sse_l = self.update_variance(
            label, self._label_nums, self._mean_l, self._sse_l
        )
        # mxnet: the covariance sees the new mean of the labels and the old one of the predictions.
        self.update_cov(label, pred)
        self._pred_nums, self._mean_p, self._sse_p = self.update_variance(
            pred, self._pred_nums, self._mean_p, self._sse_p
        )

    def update_variance(self, new_values, *aggregate):
        """Return count, mean and sum of squared deviations with ``new_values`` taken in."""
        count, mean, squares = aggregate
        count += len(new_values)
        before = new_values - mean
        mean = mean + numpy.sum(before / count)
        return count, mean, squares + numpy.sum(before * (new_values - mean))

    def update_cov(self, label, pred):
        """Take a batch into the covariance, about the means as they stand."""
        self._conv = self._conv + numpy.sum((label - self._mean_l) * (pred - self._mean_p))

    def get(self):
        """Return the name and the correlation."""
        if self.average == "macro" or self.num_inst == 0:
            return super().get()
        free = self._label_nums - 1
        spread = numpy.sqrt(self._sse_p / free) * numpy.sqrt(self._sse_l / free)
        return self.name, self._conv / (free * spread)


@register
class Loss(EvalMetric):
    """Give the mean of the predictions, which are losses; labels do not matter."""

    def __init__(self, name="loss", output_names=None, label_names=None):
        super().__init__(
            name, output_names=output_names, label_names=label_names, has_global_stats=True
        )

    def update(self, _, preds):
        """Take in a batch of losses."""
        for pred in [preds] if isinstance(preds, ndarray.NDArray) else preds:
            self._add(ndarray.sum(pred).asscalar(), pred.size)


@register
class Torch(Loss):
    """Do as Loss; an old name kept."""

    def __init__(self, name="torch", output_names=None, label_names=None):
        super().__init__(name, output_names=output_names, label_names=label_names)


@register
class Caffe(Loss):
    """Do as Loss; an old name kept."""

    def __init__(self, name="caffe", output_names=None, label_names=None):
        super().__init__(name, output_names=output_names, label_names=label_names)


def np(numpy_feval, name=None, allow_extra_outputs=False):
    """Make a metric of a function of NumPy arrays, ``numpy_feval(label, pred)``."""

    def feval(label, pred):
        return numpy_feval(label, pred)

    feval.__name__ = numpy_feval.__name__
    return CustomMetric(feval, name, allow_extra_outputs)


def _column(array):
    """Return the NumPy array, a vector as a column."""
    array = array.asnumpy()
    return array.reshape(-1, 1) if array.ndim == 1 else array


def _exp_mean(total, count):
    return float("nan") if count == 0 else math.exp(total / count)


__getattr__ = module_getattr(__name__)
