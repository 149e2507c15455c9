"""Handlers that watch a metric: checkpoints and stopping early."""

from __future__ import annotations

import os
import warnings

import numpy

from ....metric import CompositeEvalMetric, EvalMetric
from ._events import BatchEnd, EpochEnd, TrainBegin, TrainEnd

_HOME = f"{__package__}.event_handler"
_INFINITY = float("inf")
_SAME_PERIOD = (
    "To use resume from checkpoint, you must only specify the same type of period you used for "
    "training.For example, if you are training based on number of epochs,you must save only based "
    "on epochs, and set batch_period to None."
)
_BAD_NAME = (
    "Error parsing checkpoint file, please check your checkpoints have the format: "
    "{model_name}-epoch{epoch_number}batch{batch_number}.params, there should also be a .states "
    "file for each .params file "
)


def _better(monitor, mode, label):
    """Return the comparison that tells whether a metric has improved; warn where it is a guess."""
    if mode not in ("auto", "min", "max"):
        warnings.warn(
            f"{label} mode {mode} is unknown, fallback to auto mode. CheckpointHandler will "
            "usemax mode for f1 and accuracy metric comparison and use min mode other wise",
            RuntimeWarning,
            stacklevel=3,
        )
    if mode == "min":
        return numpy.less
    if mode != "max":
        # mxnet: the reference means to look at the metric's name and takes greater for all.
        warnings.warn(
            f"`greater` operator will be used to determine if {monitor.get()[0]} has improved. "
            "Please specify `mode='min'` to use the `less` operator. Specify `mode='max' to "
            "disable this warning.`",
            stacklevel=3,
        )
    return numpy.greater


def _worst(better):
    """Return the value that any other improves on."""
    return _INFINITY if better is numpy.less else -_INFINITY


class CheckpointHandler(TrainBegin, BatchEnd, EpochEnd):
    """Save parameters and the trainer's states every so many epochs or batches.

    The files are ``{model_prefix}-epoch{e}batch{b}.params`` and ``.states`` in ``model_dir``; the
    oldest beyond ``max_checkpoints`` are removed.  ``save_best`` also keeps the best by ``monitor``
    as ``{model_prefix}-best``; ``mode`` says whether less (min) or more (max) is better.  The first
    batch of a hybridized network saves its symbol.  ``resume_from_checkpoint`` goes on from the
    last files in the folder and trains what is left of the epochs or batches.
    """

    __module__ = _HOME

    def __init__(
        self, model_dir, model_prefix="model", monitor=None, verbose=0, save_best=False,
        mode="auto", epoch_period=1, batch_period=None, max_checkpoints=5,
        resume_from_checkpoint=False,
    ):  # fmt: skip
        self.monitor = monitor
        self.verbose = verbose
        if not os.path.exists(model_dir):
            os.makedirs(model_dir)
        self.model_dir = model_dir
        self.model_prefix = model_prefix
        self.save_best = save_best
        if save_best and not isinstance(monitor, EvalMetric):
            raise ValueError(
                "To save best model only, please provide one of the metric objects from "
                "estimator.train_metrics and estimator.val_metrics as monitor."
            )
        self.epoch_period = epoch_period
        self.batch_period = batch_period
        self.current_batch = 0
        self.current_epoch = 0
        self.max_checkpoints = max_checkpoints
        self.resume_from_checkpoint = resume_from_checkpoint
        self.saved_checkpoints = []
        if save_best:
            self.monitor_op = _better(monitor, mode, "ModelCheckpoint")
            self.best = _worst(self.monitor_op)

    def train_begin(self, estimator, *args, **kwargs):
        """Start to count, and resume if asked to."""
        self.current_epoch = 0
        self.current_batch = 0
        if self.save_best:
            self.best = _worst(self.monitor_op)
        if self.resume_from_checkpoint:
            if estimator.max_batch:
                assert self.batch_period, _SAME_PERIOD
                assert not self.epoch_period, _SAME_PERIOD
            if estimator.max_epoch:
                assert self.epoch_period, _SAME_PERIOD
                assert not self.batch_period, _SAME_PERIOD
            self._resume_from_checkpoint(estimator)

    def batch_end(self, estimator, *args, **kwargs):
        """Save if it is this batch's turn."""
        if self.current_batch == 0:
            self._save_symbol(estimator)
        if self.batch_period and (self.current_batch + 1) % self.batch_period == 0:
            self._save_checkpoint(estimator)
        self.current_batch += 1

    def epoch_end(self, estimator, *args, **kwargs):
        """Save if it is this epoch's turn."""
        if self.epoch_period and (self.current_epoch + 1) % self.epoch_period == 0:
            self._save_checkpoint(estimator)
        self.current_epoch += 1

    # ---- saving

    def _save_checkpoint(self, estimator):
        epoch, batch = self.current_epoch, self.current_batch
        if self.resume_from_checkpoint:
            epoch += self.trained_epoch + 1
            # At the end of an epoch the batch has been counted already.
            batch += self.trained_batch + (0 if estimator.max_epoch else 1)
        prefix = f"{self.model_prefix}-epoch{epoch}batch{batch}"
        self._save_params_and_trainer(estimator, prefix)
        if self.verbose > 0:
            estimator.logger.info(
                "[Epoch %d] CheckpointHandler: trained total %d batches, saving model at %s with "
                "prefix: %s",
                self.current_epoch, self.current_batch + 1, self.model_dir, prefix,
            )  # fmt: skip
        if self.save_best:
            self._save_if_best(estimator)

    def _save_if_best(self, estimator):
        name, value = self.monitor.get()
        if numpy.isnan(value):
            warnings.warn(
                RuntimeWarning(
                    "Skipping save best because %s is not updated, make sure you pass one of the "
                    "metric objects estimator.train_metrics and estimator.val_metrics as monitor",
                    name,
                ),
                stacklevel=4,
            )
        elif self.monitor_op(value, self.best):
            prefix = f"{self.model_prefix}-best"
            self._save_params_and_trainer(estimator, prefix)
            self.best = value
            if self.verbose > 0:
                # mxnet: the old value is overwritten before it is logged
                estimator.logger.info(
                    "[Epoch %d] CheckpointHandler: %s improved from %0.5f to %0.5f, updating best "
                    "model at %s with prefix: %s",
                    self.current_epoch, name, self.best, value, self.model_dir, prefix,
                )  # fmt: skip
        elif self.verbose > 0:
            estimator.logger.info(
                "[Epoch %d] CheckpointHandler: %s did not improve from %0.5f, skipping updating "
                "best model",
                self.current_batch, name, self.best,
            )  # fmt: skip

    def _save_symbol(self, estimator):
        path = os.path.join(self.model_dir, f"{self.model_prefix}-symbol.json")
        graph = getattr(estimator.net, "_cached_graph", None)
        if graph:
            graph[1].save(path)
        else:
            estimator.logger.info(
                "Model architecture(symbol file) is not saved, please use HybridBlock to construct "
                "your model, and call net.hybridize() before passing to Estimator in order to save "
                "model architecture as %s.",
                path,
            )

    def _save_params_and_trainer(self, estimator, prefix):
        path = os.path.join(self.model_dir, prefix)
        estimator.net.save_parameters(f"{path}.params")
        estimator.trainer.save_states(f"{path}.states")
        if "best" not in prefix:
            self.saved_checkpoints.append(prefix)
        if len(self.saved_checkpoints) > self.max_checkpoints:
            oldest = self.saved_checkpoints.pop(0)
            for name in os.listdir(self.model_dir):
                if name.startswith(oldest):
                    os.remove(os.path.join(self.model_dir, name))

    # ---- resuming

    def _resume_from_checkpoint(self, estimator):
        prefix = f"{self.model_prefix}-epoch"
        self.trained_epoch = self._last(prefix, "epoch", "batch", self.saved_checkpoints)
        self.trained_batch = self._last(f"{prefix}{self.trained_epoch}", "batch", ".params")
        if self.trained_epoch == -1:
            left = (f"{estimator.max_batch} batches" if estimator.max_batch
                    else f"{estimator.max_epoch} epochs")  # fmt: skip
            estimator.logger.info(
                f"CheckpointHandler: No checkpoint found, training from scratch for {left}"
            )
            return
        text = self._shorten(estimator)
        path = os.path.join(
            self.model_dir,
            f"{self.model_prefix}-epoch{self.trained_epoch}batch{self.trained_batch}",
        )
        for file in (f"{path}.params", f"{path}.states"):
            assert os.path.exists(file), f"Failed to load checkpoint, {file} does not exist"
        estimator.net.load_parameters(f"{path}.params", ctx=estimator.context)
        estimator.trainer.load_states(f"{path}.states")
        estimator.logger.warning(text)

    def _shorten(self, estimator):
        """Leave the estimator what is still to be trained; ValueError if that is nothing."""
        text = (
            f"CheckpointHandler: Checkpoint resumed from epoch {self.trained_epoch} batch "
            f"{self.trained_batch}, continue to train for "
        )
        if estimator.max_epoch:
            if self.trained_epoch >= estimator.max_epoch - 1:
                raise ValueError(
                    f"Found checkpoint with maximum number of epoch {estimator.max_epoch} reached, "
                    "please specify resume_from_checkpoint=False (default value) if you wan to "
                    "train from scratch."
                )
            estimator.max_epoch -= self.trained_epoch + 1
            text += f"{estimator.max_epoch} epochs "
        if estimator.max_batch:
            if self.trained_batch >= estimator.max_batch - 1:
                raise ValueError(
                    f"Found checkpoint with maximum number of batch {self.trained_batch} reached, "
                    "please specifyresume_from_checkpoint=False (default value) if you wan to "
                    "train from scratch."
                )
            estimator.max_batch -= self.trained_batch + 1
            text += f"{estimator.max_batch} batches "
        return text

    def _last(self, prefix, start, end, saved=()):
        """Return the largest number between ``start`` and ``end`` in names of files, or -1."""
        largest = -1
        for name in os.listdir(self.model_dir):
            if name.startswith(prefix) and ".params" in name:
                if saved:
                    saved.append(name[: name.find(".params")])
                try:
                    number = int(name[name.find(start) + len(start) : name.find(end)])
                except ValueError:
                    raise ValueError(_BAD_NAME) from None
                largest = max(largest, number)
        return largest


class EarlyStoppingHandler(TrainBegin, EpochEnd, TrainEnd):
    """Stop when ``monitor`` has not improved for ``patience`` epochs.

    An improvement is more than ``min_delta`` better than the best so far, which ``baseline`` is at
    first.  Raises ValueError unless ``monitor`` is a simple metric.
    """

    __module__ = _HOME

    def __init__(self, monitor, min_delta=0, patience=0, mode="auto", baseline=None):
        super().__init__()
        if not isinstance(monitor, EvalMetric):
            raise ValueError(
                "Please provide one of the metric objects from estimator.train_metrics and "
                "estimator.val_metrics as monitor."
            )
        if isinstance(monitor, CompositeEvalMetric):
            raise ValueError(
                "CompositeEvalMetric is not supported for EarlyStoppingHandler, please specify a "
                "simple metric instead."
            )
        self.monitor = monitor
        self.baseline = baseline
        self.patience = patience
        self.wait = 0
        self.stopped_epoch = 0
        self.current_epoch = 0
        self.stop_training = False
        self.monitor_op = _better(monitor, mode, "EarlyStopping")
        self.min_delta = min_delta if self.monitor_op is numpy.greater else -min_delta

    def train_begin(self, estimator, *args, **kwargs):
        """Start to count."""
        self.wait = 0
        self.stopped_epoch = 0
        self.current_epoch = 0
        self.stop_training = False
        self.best = _worst(self.monitor_op) if self.baseline is None else self.baseline

    def epoch_end(self, estimator, *args, **kwargs):
        """Compare; tell whether to stop."""
        name, value = self.monitor.get()
        if numpy.isnan(value):
            warnings.warn(
                RuntimeWarning(
                    "%s is not updated, make sure you pass one of the metric objects from"
                    "estimator.train_metrics and estimator.val_metrics as monitor.",
                    name,
                ),
                stacklevel=2,
            )
        elif self.monitor_op(value - self.min_delta, self.best):
            self.best = value
            self.wait = 0
        else:
            self.wait += 1
            if self.wait >= self.patience:
                self.stopped_epoch = self.current_epoch
                self.stop_training = True
        self.current_epoch += 1
        return self.stop_training

    def train_end(self, estimator, *args, **kwargs):
        """Log why training has stopped."""
        if self.stopped_epoch > 0:
            estimator.logger.info(
                "[Epoch %d] EarlyStoppingHanlder: early stopping due to %s not improving",
                self.stopped_epoch, self.monitor.get()[0],
            )  # fmt: skip
