"""Checks of metrics that the estimator and its handlers share."""

from __future__ import annotations

from ...._core.missing import module_getattr
from ....metric import Accuracy, CompositeEvalMetric, EvalMetric
from ...loss import SoftmaxCrossEntropyLoss


def _check_metrics(metrics):
    """Return a list of simple metrics; ValueError for anything else.  A list is used as it is."""
    if isinstance(metrics, CompositeEvalMetric):
        return [one for metric in metrics.metrics for one in _check_metrics(metric)]
    if isinstance(metrics, EvalMetric):
        return [metrics]
    metrics = metrics or []
    if not all(isinstance(metric, EvalMetric) for metric in metrics):
        raise ValueError(
            "metrics must be a Metric or a list of Metric, refer to mxnet.metric.EvalMetric: "
            f"{metrics}"
        )
    return metrics


def _check_handler_metric_ref(handler, known_metrics):
    """Refuse a handler with an attribute ``...metric...`` that refers to metrics not known."""
    for name in dir(handler):
        if "metric" not in name:
            continue
        held = getattr(handler, name)
        if not held:
            continue
        for metric in held if isinstance(held, list) else [held]:
            if metric not in known_metrics:
                raise ValueError(
                    f"Event handler {type(handler).__name__} refers to a metric instance {metric} "
                    "outside of the known training and validation metrics. Please use the metrics "
                    "from estimator.train_metrics and estimator.val_metrics instead."
                )


def _suggest_metric_for_loss(loss):
    """Return the metric that usually goes with a loss, or None."""
    return Accuracy() if isinstance(loss, SoftmaxCrossEntropyLoss) else None


__getattr__ = module_getattr(__name__)
