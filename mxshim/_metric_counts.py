"""Metrics computed from counts of right and wrong answers per class."""

from __future__ import annotations

import math

import numpy

from ._metric_base import PUBLIC, EvalMetric, check_label_shapes, register


class _Counts:
    """Count true and false positives and negatives."""

    def __init__(self):
        self.clear()

    def clear(self):
        self.true_pos = self.false_pos = self.false_neg = self.true_neg = 0

    def add(self, label, chosen):
        """Count a batch of labels 0 and 1 and of chosen classes."""
        picked, positive = chosen == 1, label == 1
        self.true_pos += (picked & positive).sum()
        self.false_pos += (picked & ~positive).sum()
        self.false_neg += (~picked & positive).sum()
        self.true_neg += (~picked & ~positive).sum()

    @property
    def total(self):
        return self.false_neg + self.false_pos + self.true_neg + self.true_pos

    def f1(self):
        """Return the harmonic mean of precision and recall, 0 where undefined."""
        precision = _ratio(self.true_pos, self.true_pos + self.false_pos)
        recall = _ratio(self.true_pos, self.true_pos + self.false_neg)
        if precision + recall > 0:
            return 2 * precision * recall / (precision + recall)
        return 0.0

    def mcc(self):
        """Return Matthews' correlation; factors of 0 in the denominator are left out."""
        if not self.total:
            return 0.0
        tp, fp = float(self.true_pos), float(self.false_pos)
        fn, tn = float(self.false_neg), float(self.true_neg)
        sums = (tp + fp, tp + fn, tn + fp, tn + fn)
        return (tp * tn - fp * fn) / math.sqrt(math.prod(s for s in sums if s != 0.0))


class _Binary(EvalMetric):
    """Share what F1 and MCC do: ``average`` is macro (mean over batches) or micro (all counts)."""

    __module__ = PUBLIC

    def __init__(self, name, output_names, label_names, average):
        self._average = average
        self._local, self._global = _Counts(), _Counts()
        super().__init__(
            name, output_names=output_names, label_names=label_names, has_global_stats=True
        )

    def update(self, labels, preds):
        """Take in a batch: labels 0 and 1, and a score for either class."""
        labels, preds = check_label_shapes(labels, preds, True)
        for label, pred in zip(labels, preds):
            self._count(label.asnumpy().astype("int32"), pred.asnumpy())
        if self._average == "macro":
            self.sum_metric += self._score(self._local)
            self.global_sum_metric += self._score(self._global)
            self.num_inst += 1
            self.global_num_inst += 1
            self._local.clear()
            self._global.clear()
        else:
            self.num_inst, self.global_num_inst = self._local.total, self._global.total
            self.sum_metric = self._score(self._local) * self.num_inst
            self.global_sum_metric = self._score(self._global) * self.global_num_inst

    def _count(self, label, pred):
        chosen = numpy.argmax(pred, axis=1)
        check_label_shapes(label, pred)
        if len(numpy.unique(label)) > 2:
            # mxnet: the text names the class that counts, not the metric.
            raise ValueError(
                "_BinaryClassificationMetrics currently only supports binary classification."
            )
        self._local.add(label, chosen)
        self._global.add(label, chosen)

    def reset(self):
        """Clear both sums."""
        super().reset()
        self._local.clear()
        self._global.clear()

    def reset_local(self):
        """Clear the local sum."""
        super().reset_local()
        self._local.clear()


@register
class F1(_Binary):
    """Give the F1 score of binary classification."""

    __module__ = PUBLIC

    def __init__(self, name="f1", output_names=None, label_names=None, average="macro"):
        self.average = average
        super().__init__(name, output_names, label_names, average)

    @staticmethod
    def _score(counts):
        return counts.f1()


@register
class MCC(_Binary):
    """Give Matthews' correlation coefficient of binary classification."""

    __module__ = PUBLIC

    def __init__(self, name="mcc", output_names=None, label_names=None, average="macro"):
        super().__init__(name, output_names, label_names, average)

    def reset(self):
        """Clear both sums."""
        super().reset()
        self.num_inst = self.global_num_inst = 0.0

    def reset_local(self):
        """Clear the local sum."""
        super().reset_local()
        self.num_inst = 0.0

    @staticmethod
    def _score(counts):
        return counts.mcc()


@register
class PCC(EvalMetric):
    """Give Pearson's correlation of classes, MCC for any number of classes."""

    __module__ = PUBLIC

    def __init__(self, name="pcc", output_names=None, label_names=None, has_global_stats=True):
        self.k = 2
        super().__init__(
            name,
            output_names=output_names,
            label_names=label_names,
            has_global_stats=has_global_stats,
        )

    def update(self, labels, preds):
        """Take in a batch: class labels, and classes or a score per class."""
        labels, preds = check_label_shapes(labels, preds, True)
        for label, pred in zip(labels, preds):
            label, pred = label.astype("int32", copy=False).asnumpy(), pred.asnumpy()
            pred = pred.argmax(axis=1) if pred.shape != label.shape else pred.astype("int32")
            self._grow(max(pred.max(), label.max()) + 1)
            batch = numpy.zeros((self.k, self.k))
            # mxnet: of labels and predictions that are more than the others, the rest is left out
            count = min(len(label), len(pred))
            if label.ndim == pred.ndim == 1:
                numpy.add.at(batch, (pred[:count], label[:count]), 1)
            else:
                for row, column in zip(pred, label):
                    batch[row, column] += 1
            self.lcm += batch
            self.gcm += batch
        self.num_inst += 1
        self.global_num_inst += 1

    def _grow(self, classes):
        more = classes - self.k
        if more > 0:
            self.lcm = numpy.pad(self.lcm, ((0, more), (0, more)))
            self.gcm = numpy.pad(self.gcm, ((0, more), (0, more)))
            self.k = classes

    @property
    def sum_metric(self):
        """Give the correlation times the number of batches."""
        return _correlation(self.lcm) * self.num_inst

    @property
    def global_sum_metric(self):
        """Give the correlation since ``reset`` times the number of batches."""
        return _correlation(self.gcm) * self.global_num_inst

    def reset(self):
        """Clear both confusion matrices."""
        self.global_num_inst = 0.0
        self.gcm = numpy.zeros((self.k, self.k))
        self.reset_local()

    def reset_local(self):
        """Clear the local confusion matrix."""
        self.num_inst = 0.0
        self.lcm = numpy.zeros((self.k, self.k))


def _correlation(matrix):
    """Return the correlation in a confusion matrix; nan when one side never varies."""
    n, x, y = matrix.sum(), matrix.sum(axis=1), matrix.sum(axis=0)
    cov_xx, cov_yy = numpy.sum(x * (n - x)), numpy.sum(y * (n - y))
    if cov_xx == 0 or cov_yy == 0:
        return float("nan")
    return numpy.sum(matrix.diagonal() * n - x * y) / (cov_xx * cov_yy) ** 0.5


def _ratio(part, whole):
    return float(part) / whole if whole > 0 else 0.0
