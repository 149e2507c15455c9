"""Event handlers: what happens around batches and epochs besides the computation.

A handler inherits from a class for each event it wants to hear of.  Handlers run in the order of
their ``priority``, the smallest first, 0 by default.
"""

from __future__ import annotations

import time

from ...._core.missing import module_getattr
from ....metric import Loss
from ._events import BatchBegin, BatchEnd, EpochBegin, EpochEnd, TrainBegin, TrainEnd
from ._events import EventHandler as EventHandler
from ._watchers import CheckpointHandler, EarlyStoppingHandler
from .utils import _check_metrics

__all__ = [
    "BatchBegin", "BatchEnd", "CheckpointHandler", "EarlyStoppingHandler", "EpochBegin", "EpochEnd",
    "GradientUpdateHandler", "LoggingHandler", "MetricHandler", "StoppingHandler", "TrainBegin",
    "TrainEnd", "ValidationHandler",
]  # fmt: skip


class StoppingHandler(TrainBegin, BatchEnd, EpochEnd):
    """Stop after ``max_epoch`` epochs or ``max_batch`` batches, as ``fit`` says."""

    def __init__(self, max_epoch=None, max_batch=None):
        self.max_epoch = max_epoch
        self.max_batch = max_batch
        self.current_batch = 0
        self.current_epoch = 0
        self.stop_training = False

    def train_begin(self, estimator, *args, **kwargs):
        """Take the limits from the estimator and start to count."""
        self.max_epoch = estimator.max_epoch
        self.max_batch = estimator.max_batch
        self.current_batch = 0
        self.current_epoch = 0

    def batch_end(self, estimator, *args, **kwargs):
        """Count the batch; tell whether it was the last."""
        self.current_batch += 1
        if self.current_batch == self.max_batch:
            self.stop_training = True
        return self.stop_training

    def epoch_end(self, estimator, *args, **kwargs):
        """Count the epoch; tell whether it was the last."""
        self.current_epoch += 1
        if self.current_epoch == self.max_epoch:
            self.stop_training = True
        return self.stop_training


class MetricHandler(EpochBegin, BatchEnd):
    """Reset metrics when an epoch begins and update them after each batch."""

    def __init__(self, metrics, priority=-1000):
        self.metrics = _check_metrics(metrics)
        self.priority = priority  # before those that read the metrics

    def epoch_begin(self, estimator, *args, **kwargs):
        """Reset the metrics."""
        for metric in self.metrics:
            metric.reset()

    def batch_end(self, estimator, *args, **kwargs):
        """Update the metrics; a ``Loss`` gets the losses instead of labels and predictions."""
        pred, label, loss = kwargs["pred"], kwargs["label"], kwargs["loss"]
        for metric in self.metrics:
            if isinstance(metric, Loss):
                metric.update(0, loss)
            else:
                metric.update(label, pred)


class ValidationHandler(TrainBegin, BatchEnd, EpochEnd):
    """Call ``eval_fn`` on ``val_data`` every so many epochs or batches."""

    def __init__(
        self, val_data, eval_fn, epoch_period=1, batch_period=None, priority=-1000,
        event_handlers=None,
    ):  # fmt: skip
        self.val_data = val_data
        self.eval_fn = eval_fn
        self.epoch_period = epoch_period
        self.batch_period = batch_period
        self.current_batch = 0
        self.current_epoch = 0
        self.priority = priority  # before those that read the metrics
        self.event_handlers = event_handlers

    def train_begin(self, estimator, *args, **kwargs):
        """Start to count."""
        self.current_batch = 0
        self.current_epoch = 0

    def batch_end(self, estimator, *args, **kwargs):
        """Evaluate if it is this batch's turn."""
        self.current_batch += 1
        self._evaluate(estimator, self.current_batch, self.batch_period)

    def epoch_end(self, estimator, *args, **kwargs):
        """Evaluate if it is this epoch's turn."""
        self.current_epoch += 1
        self._evaluate(estimator, self.current_epoch, self.epoch_period)

    def _evaluate(self, estimator, count, period):
        if period and count % period == 0:
            self.eval_fn(
                val_data=self.val_data,
                batch_axis=estimator.batch_axis,
                event_handlers=self.event_handlers,
            )


class LoggingHandler(TrainBegin, TrainEnd, EpochBegin, EpochEnd, BatchBegin, BatchEnd):
    """Log the settings, and metrics and times after each epoch or every so many batches.

    ``log_interval`` is "epoch" or a number of batches; ValueError for anything else.
    """

    def __init__(self, log_interval="epoch", metrics=None, priority=float("inf")):
        super().__init__()
        if not isinstance(log_interval, int) and log_interval != "epoch":
            raise ValueError("log_interval must be either an integer or string 'epoch'")
        self.metrics = _check_metrics(metrics)
        self.batch_index = 0
        self.current_epoch = 0
        self.processed_samples = 0
        self.priority = priority  # after those that change what is logged
        self.log_interval = log_interval
        self.log_interval_time = 0

    def train_begin(self, estimator, *args, **kwargs):
        """Log the optimizer and how long training is to take."""
        self.train_start = time.time()
        trainer = estimator.trainer
        estimator.logger.info(
            "Training begin: using optimizer %s with current learning rate %.4f ",
            trainer.optimizer.__class__.__name__, trainer.learning_rate,
        )  # fmt: skip
        if estimator.max_epoch:
            estimator.logger.info("Train for %d epochs.", estimator.max_epoch)
        else:
            estimator.logger.info("Train for %d batches.", estimator.max_batch)
        self.current_epoch = 0
        self.batch_index = 0
        self.processed_samples = 0
        self.log_interval_time = 0

    def train_end(self, estimator, *args, **kwargs):
        """Log the whole time and the metrics as they are now."""
        elapsed = time.time() - self.train_start
        text = f"Train finished using total {int(elapsed)}s with {self.current_epoch} epochs. "
        self._log(estimator, text)

    def batch_begin(self, estimator, *args, **kwargs):
        """Start the batch's clock."""
        if isinstance(self.log_interval, int):
            self.batch_start = time.time()

    def batch_end(self, estimator, *args, **kwargs):
        """Log the metrics if it is this batch's turn."""
        if isinstance(self.log_interval, int):
            self.processed_samples += kwargs["batch"][0].shape[0]
            self.log_interval_time += time.time() - self.batch_start
            if self.batch_index % self.log_interval == 0:
                where = f"[Epoch {self.current_epoch}][Batch {self.batch_index}]"
                samples = f"[Samples {self.processed_samples}] "
                took = f"time/interval: {self.log_interval_time:.3f}s "
                self.log_interval_time = 0
                self._log(estimator, where + samples + took)
        self.batch_index += 1

    def _logs_epochs(self):
        return isinstance(self.log_interval, int) or self.log_interval == "epoch"

    def epoch_begin(self, estimator, *args, **kwargs):
        """Log that an epoch, or a validation, begins; the metrics' names tell which."""
        if self._logs_epochs():
            self.epoch_start = time.time()
            if any("training" in metric.name for metric in self.metrics):
                estimator.logger.info(
                    "[Epoch %d] Begin, current learning rate: %.4f",
                    self.current_epoch, estimator.trainer.learning_rate,
                )  # fmt: skip
            else:
                estimator.logger.info("Validation Begin")

    def epoch_end(self, estimator, *args, **kwargs):
        """Log the epoch's time and the metrics."""
        if self._logs_epochs():
            elapsed = time.time() - self.epoch_start
            self._log(estimator, f"[Epoch {self.current_epoch}] Finished in {elapsed:.3f}s, ")
        self.current_epoch += 1
        self.batch_index = 0

    def _log(self, estimator, text):
        for metric in self.metrics:
            text += "%s: %.4f, " % metric.get()  # noqa: UP031  lists are refused
        estimator.logger.info(text.rstrip(", "))


class GradientUpdateHandler(BatchEnd):
    """Step the trainer after each batch, before the other handlers by its priority."""

    def __init__(self, priority=-2000):
        self.priority = priority

    def batch_end(self, estimator, *args, **kwargs):
        """Step for as many samples as there are losses."""
        loss = kwargs["loss"]
        losses = loss if isinstance(loss, list) else [loss]
        estimator.trainer.step(sum(each.shape[0] for each in losses))


__getattr__ = module_getattr(__name__)
