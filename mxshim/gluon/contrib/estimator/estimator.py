"""The estimator: a network, a loss, metrics and a trainer, and the loop that trains them."""

from __future__ import annotations

import copy
import logging
import sys
import warnings

from ...._core.missing import module_getattr
from ....context import Context, cpu, gpu, num_gpus
from ....metric import Loss as LossMetric
from ...data import DataLoader
from ...loss import Loss
from ...trainer import Trainer
from ...utils import split_and_load
from ._events import _check_event_handlers
from .batch_processor import BatchProcessor
from .event_handler import (
    BatchBegin,
    BatchEnd,
    EpochBegin,
    EpochEnd,
    GradientUpdateHandler,
    LoggingHandler,
    MetricHandler,
    StoppingHandler,
    TrainBegin,
    TrainEnd,
    ValidationHandler,
)
from .utils import _check_handler_metric_ref, _check_metrics, _suggest_metric_for_loss

__all__ = ["Estimator"]

_EVENTS = (TrainBegin, EpochBegin, BatchBegin, BatchEnd, EpochEnd, TrainEnd)
_NO_LOADER = (
    "Estimator only support input as Gluon DataLoader. Alternatively, you can transform your "
    "DataIter or any NDArray into Gluon DataLoader. Refer to gluon.data."
)


class Estimator:
    """Train and validate ``net`` with ``loss``.

    Metrics are by default the loss and, for softmax cross entropy, the accuracy; their names get
    "training" and "validation" in front.  A network that is not initialized yet is by
    ``initializer``, on ``context`` (a device or a list; the first GPU if there is one).  Without a
    ``trainer`` it is SGD with rate 0.001.  ``val_net`` and ``val_loss`` stand in for validation;
    ``batch_processor`` replaces what is done with a batch.  Raises ValueError for objects of
    another kind.
    """

    #: The logger that the handlers write to; it prints from INFO on.
    logger = None

    def __init__(
        self, net, loss, train_metrics=None, val_metrics=None, initializer=None, trainer=None,
        context=None, val_net=None, val_loss=None, batch_processor=None,
    ):  # fmt: skip
        self.net = net
        self.loss = self._check_loss(loss)
        self._train_metrics = _check_metrics(train_metrics)
        self._val_metrics = _check_metrics(val_metrics)
        self._add_default_training_metrics()
        self._add_validation_metrics()
        self.val_loss = self.loss if val_loss is None else self._check_loss(val_loss)
        self.val_net = self.net if val_net is None else val_net
        self.logger = logging.Logger(name="Estimator", level=logging.INFO)
        self.logger.addHandler(logging.StreamHandler(sys.stdout))
        self.context = self._check_context(context)
        self._initialize(initializer)
        self.trainer = self._check_trainer(trainer)
        self.batch_processor = self._check_batch_processor(batch_processor)

    @property
    def train_metrics(self):
        """The metrics of training."""
        return self._train_metrics

    @property
    def val_metrics(self):
        """The metrics of validation."""
        return self._val_metrics

    # ---- checks and defaults

    def _check_loss(self, loss):
        if not isinstance(loss, Loss):
            raise ValueError(f"loss must be a Loss, refer to gluon.loss.Loss:{loss}")
        return loss

    def _check_context(self, context):
        """Return the devices as a list; AssertionError for a GPU that is not there."""
        gpus = [gpu(i) for i in range(num_gpus())]
        if not context:
            if len(gpus) > 1:
                warnings.warn(
                    "You have multiple GPUs, gpu(0) will be used by default.To utilize all your "
                    "GPUs, specify context as a list of gpus, e.g. context=[mx.gpu(0), mx.gpu(1)] ",
                    stacklevel=3,
                )
            return gpus[:1] or [cpu()]
        if isinstance(context, Context):
            context = [context]
        elif not (isinstance(context, list) and all(isinstance(c, Context) for c in context)):
            raise ValueError(
                "context must be a Context or a list of Context, for example mx.cpu() or "
                f"[mx.gpu(0), mx.gpu(1)], refer to mxnet.Context:{context}"
            )
        for ctx in context:
            listed = ", ".join(map(str, gpus))
            assert ctx in gpus or str(ctx).startswith("cpu"), (
                f"{ctx} is not available, please make sure your context is in one of: mx.cpu(), "
                f"{listed}"
            )
        return context

    def _check_batch_processor(self, batch_processor):
        if batch_processor is None:
            return BatchProcessor()
        for name in ("fit_batch", "evaluate_batch"):
            if not callable(getattr(batch_processor, name, None)):
                raise ValueError(
                    "Customized Batch Processor must contain fit_batch() and evaluate_batch() "
                    "methods"
                )
        return batch_processor

    def _initialize(self, initializer):
        if not self._is_initialized():
            options = {"init": initializer} if initializer else {}
            self.net.initialize(ctx=self.context, **options)
        elif initializer:
            warnings.warn(
                "Network already fully initialized, skipping initialization. You don't need to "
                "pass initializer if you already initialized your net. You can use "
                "net.initialize(init=your_initializer, force_reinit=True)to force re-initialize.",
                stacklevel=3,
            )

    def _is_initialized(self):
        for param in self.net.collect_params().values():
            try:
                param.list_ctx()
            except RuntimeError:
                return False
        return True

    def _check_trainer(self, trainer):
        if not trainer:
            warnings.warn(
                "No trainer specified, default SGD optimizer with learning rate 0.001 is used.",
                stacklevel=3,
            )
            return Trainer(self.net.collect_params(), "sgd", {"learning_rate": 0.001})
        if not isinstance(trainer, Trainer):
            raise ValueError(
                f"Trainer must be a Gluon Trainer instance, refer to gluon.Trainer:{trainer}"
            )
        return trainer

    def _get_data_and_label(self, batch, ctx, batch_axis=0):
        """Spread a batch over the devices."""
        data = split_and_load(batch[0], ctx_list=ctx, batch_axis=batch_axis)
        return data, split_and_load(batch[1], ctx_list=ctx, batch_axis=batch_axis)

    def _add_default_training_metrics(self):
        if not self._train_metrics:
            suggested = _suggest_metric_for_loss(self.loss)
            if suggested:
                self._train_metrics = [suggested]
            self._train_metrics.append(LossMetric(self.loss.name.rstrip("1234567890")))
        for metric in self._train_metrics:
            metric.name = f"training {metric.name}"

    def _add_validation_metrics(self):
        if not self._val_metrics:
            self._val_metrics = [copy.deepcopy(metric) for metric in self._train_metrics]
        for metric in self._val_metrics:
            if "training" in metric.name:
                metric.name = metric.name.replace("training", "validation")
            else:
                metric.name = f"validation {metric.name}"

    # ---- the loops

    def evaluate(self, val_data, batch_axis=0, event_handlers=None):
        """Run the network for validation over a DataLoader and update the validation metrics.

        ``event_handlers`` hear of epoch and batches; handlers for metrics and logging are added
        unless there are some.
        """
        if not isinstance(val_data, DataLoader):
            raise ValueError(f"{_NO_LOADER}DataLoader")
        for metric in self.val_metrics:
            metric.reset()
        handlers = self._prepare_default_validation_handlers(event_handlers)
        _, epoch_begin, batch_begin, batch_end, epoch_end, _ = self._categorize_handlers(handlers)
        for handler in epoch_begin:
            handler.epoch_begin(self)
        for batch in val_data:
            for handler in batch_begin:
                handler.batch_begin(self, batch=batch)
            _, label, pred, loss = self.batch_processor.evaluate_batch(self, batch, batch_axis)
            for handler in batch_end:
                handler.batch_end(self, batch=batch, pred=pred, label=label, loss=loss)
        for handler in epoch_end:
            handler.epoch_end(self)

    def fit(
        self, train_data, val_data=None, epochs=None, event_handlers=None, batches=None,
        batch_axis=0,
    ):  # fmt: skip
        """Train on a DataLoader for so many ``epochs`` or ``batches``: one of the two.

        With ``val_data`` each epoch ends with a validation.  Handlers for stopping, gradients,
        metrics, validation and logging are added unless ``event_handlers`` has some.
        """
        if not isinstance(train_data, DataLoader):
            raise ValueError(f"{_NO_LOADER}dataloader")
        if bool(epochs) == bool(batches):
            raise ValueError(
                "Fit only support exactly one type of iteration, train by number of epochs or "
                "number of batches.Please specify one and only one of: epochs or batches."
            )
        self.max_epoch = epochs
        self.max_batch = batches
        self.batch_axis = batch_axis
        handlers = self._prepare_default_handlers(val_data, event_handlers)
        train_begin, epoch_begin, batch_begin, batch_end, epoch_end, train_end = (
            self._categorize_handlers(handlers)
        )
        for handler in train_begin:
            handler.train_begin(self)
        stop = False
        while not stop:
            for handler in epoch_begin:
                handler.epoch_begin(self)
            for batch in train_data:
                for handler in batch_begin:
                    handler.batch_begin(self, batch=batch)
                _, label, pred, loss = self.batch_processor.fit_batch(self, batch, batch_axis)
                told = [
                    handler.batch_end(self, batch=batch, pred=pred, label=label, loss=loss)
                    for handler in batch_end
                ]
                if any(told):
                    break
            stop = any([handler.epoch_end(self) for handler in epoch_end])
        for handler in train_end:
            handler.train_end(self)

    # ---- handlers

    def _prepare_default_handlers(self, val_data, event_handlers):
        """Return the handlers of ``fit`` in their order, those missing added."""
        wanted = [
            (GradientUpdateHandler, GradientUpdateHandler),
            (MetricHandler, lambda: MetricHandler(metrics=self.train_metrics)),
        ]
        if val_data:
            wanted.append(
                (ValidationHandler,
                 lambda: ValidationHandler(val_data=val_data, eval_fn=self.evaluate))
            )  # fmt: skip
        wanted.append((LoggingHandler, lambda: LoggingHandler(metrics=self.train_metrics)))
        added = [StoppingHandler(self.max_epoch, self.max_batch)]
        known = {*self.train_metrics, *self.val_metrics}
        return self._completed(event_handlers, added, wanted, known)

    def _prepare_default_validation_handlers(self, event_handlers):
        """Return the handlers of ``evaluate`` in their order, those missing added."""
        wanted = [
            (MetricHandler, lambda: MetricHandler(metrics=self.val_metrics)),
            (LoggingHandler, lambda: LoggingHandler(metrics=self.val_metrics)),
        ]
        return self._completed(event_handlers, [], wanted, set(self.val_metrics))

    def _completed(self, event_handlers, added, wanted, known):
        """Add to the user's handlers, in the user's list, and sort it.

        Where there are handlers of both the metrics they refer to must be known: ValueError.
        """
        handlers = _check_event_handlers(event_handlers)
        for kind, make in wanted:
            if not any(isinstance(handler, kind) for handler in handlers):
                added.append(make())
        mixed = handlers and added
        handlers.extend(added)
        if mixed:
            for handler in handlers:
                _check_handler_metric_ref(handler, known)
        handlers.sort(key=lambda handler: getattr(handler, "priority", 0))
        return handlers

    def _categorize_handlers(self, event_handlers):
        """Return for each event the handlers that listen to it."""
        return tuple(
            [handler for handler in event_handlers if isinstance(handler, event)]
            for event in _EVENTS
        )


__getattr__ = module_getattr(__name__)
