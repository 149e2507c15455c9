"""The base of metrics, the factory, and metrics made of functions or of other metrics."""

from __future__ import annotations

from collections import OrderedDict

import numpy

from . import registry
from .ndarray import NDArray

PUBLIC = "mxshim.metric"  # where users, messages and pickles find these classes


def check_label_shapes(labels, preds, wrap=False, shape=False):
    """Check that labels and predictions agree in number, or in shape; ``wrap`` makes lists."""
    if shape:
        label_shape, pred_shape = labels.shape, preds.shape
    else:
        label_shape, pred_shape = len(labels), len(preds)
    if label_shape != pred_shape:
        raise ValueError(
            f"Shape of labels {label_shape} does not match shape of predictions {pred_shape}"
        )
    if wrap:
        labels = [labels] if isinstance(labels, NDArray) else labels
        preds = [preds] if isinstance(preds, NDArray) else preds
    return labels, preds


class EvalMetric:
    """Add up a metric over batches; subclasses override ``update(labels, preds)``.

    There are two sums: the local one, which ``reset_local`` clears, and the global one.
    """

    __module__ = PUBLIC

    def __init__(self, name, output_names=None, label_names=None, **kwargs):
        self.name = str(name)
        self.output_names = output_names
        self.label_names = label_names
        self._has_global_stats = kwargs.pop("has_global_stats", False)
        self._kwargs = kwargs
        self.reset()

    def __str__(self):
        return f"EvalMetric: {dict(self.get_name_value())}"

    def get_config(self):
        """Return the class name and the parameters, what ``create`` takes as a dict."""
        return {
            **self._kwargs,
            "metric": type(self).__name__,
            "name": self.name,
            "output_names": self.output_names,
            "label_names": self.label_names,
        }

    def update_dict(self, label, pred):
        """Update from dicts of arrays, those chosen by ``label_names`` and ``output_names``."""
        self.update(_chosen(label, self.label_names), _chosen(pred, self.output_names))

    def update(self, labels, preds):
        """Take in a batch: lists of arrays; subclasses override this."""
        raise NotImplementedError()

    def reset(self):
        """Clear both sums."""
        self.num_inst = 0
        self.sum_metric = 0.0
        self.global_num_inst = 0
        self.global_sum_metric = 0.0

    def reset_local(self):
        """Clear the local sum."""
        self.num_inst = 0
        self.sum_metric = 0.0

    def _add(self, total, count):
        """Add to both sums, in double precision as NumPy 1 did with Python's floats."""
        if isinstance(total, numpy.floating):
            total = numpy.float64(total)
        self.sum_metric += total
        self.global_sum_metric += total
        self.num_inst += count
        self.global_num_inst += count

    def get(self):
        """Return the name and the local mean; nan before the first batch."""
        return self.name, _mean(self.sum_metric, self.num_inst)

    def get_global(self):
        """Return the name and the global mean."""
        if not self._has_global_stats:
            return self.get()
        return self.name, _mean(self.global_sum_metric, self.global_num_inst)

    def get_name_value(self):
        """Return (name, local mean) pairs."""
        return _pairs(*self.get())

    def get_global_name_value(self):
        """Return (name, global mean) pairs."""
        return _pairs(*self.get_global()) if self._has_global_stats else self.get_name_value()


register = registry.get_register_func(EvalMetric, "metric")
alias = registry.get_alias_func(EvalMetric, "metric")
_create = registry.get_create_func(EvalMetric, "metric")


def create(metric, *args, **kwargs):
    """Create a metric from a name, a function, a metric or a list of any of them."""
    if callable(metric):
        return CustomMetric(metric, *args, **kwargs)
    if isinstance(metric, list):
        composite = CompositeEvalMetric()
        for one in metric:
            composite.add(create(one, *args, **kwargs))
        return composite
    return _create(metric, *args, **kwargs)


@register
@alias("composite")
class CompositeEvalMetric(EvalMetric):
    """Update several metrics together."""

    __module__ = PUBLIC

    def __init__(self, metrics=None, name="composite", output_names=None, label_names=None):
        self.metrics = [create(metric) for metric in metrics or ()]
        super().__init__(
            name, output_names=output_names, label_names=label_names, has_global_stats=True
        )

    def add(self, metric):
        """Append a metric."""
        self.metrics.append(create(metric))

    def get_metric(self, index):
        """Return the metric of that number."""
        try:
            return self.metrics[index]
        except IndexError:
            # mxnet: the error is returned, not raised.
            return ValueError(f"Metric index {index} is out of range 0 and {len(self.metrics)}")

    def update_dict(self, labels, preds):
        """Update every metric from dicts of arrays."""
        labels = _restricted(labels, self.label_names)
        preds = _restricted(preds, self.output_names)
        for metric in self.metrics:
            metric.update_dict(labels, preds)

    def update(self, labels, preds):
        """Update every metric."""
        for metric in self.metrics:
            metric.update(labels, preds)

    def reset(self):
        """Clear both sums of every metric."""
        for metric in self.metrics:
            metric.reset()

    def reset_local(self):
        """Clear the local sum of every metric."""
        for metric in self.metrics:
            metric.reset_local()

    def get(self):
        """Return the lists of names and local means."""
        return _joined(metric.get() for metric in self.metrics)

    def get_global(self):
        """Return the lists of names and global means."""
        return _joined(metric.get_global() for metric in self.metrics)

    def get_config(self):
        """Return the parameters with those of every metric."""
        return {**super().get_config(), "metrics": [m.get_config() for m in self.metrics]}


@register
class CustomMetric(EvalMetric):
    """Call ``feval(label, pred)`` on NumPy arrays: it gives a value or (sum, count)."""

    __module__ = PUBLIC

    def __init__(
        self, feval, name=None, allow_extra_outputs=False, output_names=None, label_names=None
    ):
        if name is None:
            name = feval.__name__
            if "<" in name:
                name = f"custom({name})"
        super().__init__(
            name,
            feval=feval,
            allow_extra_outputs=allow_extra_outputs,
            output_names=output_names,
            label_names=label_names,
            has_global_stats=True,
        )
        self._feval = feval
        self._allow_extra_outputs = allow_extra_outputs

    def update(self, labels, preds):
        """Take in a batch."""
        if not self._allow_extra_outputs:
            labels, preds = check_label_shapes(labels, preds, True)
        for pred, label in zip(preds, labels):
            value = self._feval(label.asnumpy(), pred.asnumpy())
            self._add(*(value if isinstance(value, tuple) else (value, 1)))

    def get_config(self):
        """Refuse: a function has no configuration."""
        raise NotImplementedError("CustomMetric cannot be serialized")


def _mean(total, count):
    return float("nan") if count == 0 else total / count


def _pairs(names, values):
    names = names if isinstance(names, list) else [names]
    values = values if isinstance(values, list) else [values]
    return list(zip(names, values))


def _chosen(arrays, names):
    return list(arrays.values()) if names is None else [arrays[name] for name in names]


def _restricted(arrays, names):
    if names is None:
        return arrays
    return OrderedDict((name, value) for name, value in arrays.items() if name in names)


def _joined(results):
    names, values = [], []
    for name, value in results:
        names += name if isinstance(name, list) else [name]
        values += value if isinstance(value, list) else [value]
    return names, values
