"""Metrics for TensorBoard."""

from __future__ import annotations

import logging

from .._core.missing import module_getattr


class LogMetricsCallback:
    """Write the metrics of each epoch into TensorBoard's files, as ``<prefix>-<metric>``.

    It takes the package mxboard; without it an error is logged, and a call fails, as with MXNet.
    """

    def __init__(self, logging_dir, prefix=None):
        self.prefix = prefix
        try:
            from mxboard import SummaryWriter
        except ImportError:
            logging.error("You can install mxboard via `pip install mxboard`.")
        else:
            self.summary_writer = SummaryWriter(logging_dir)

    def __call__(self, param):
        """Write the metrics of ``param.eval_metric``, if there are any, at step ``param.epoch``."""
        if param.eval_metric is None:
            return
        for name, value in param.eval_metric.get_name_value():
            name = name if self.prefix is None else f"{self.prefix}-{name}"
            self.summary_writer.add_scalar(name, value, global_step=param.epoch)


__getattr__ = module_getattr(__name__)
