"""The events of training: one base class for each, with the method that is called."""

from __future__ import annotations

#: Where programs import these classes from.
_HOME = f"{__package__}.event_handler"


class EventHandler:
    """The base of everything that listens to events."""

    __module__ = _HOME


class TrainBegin(EventHandler):
    """Listen to the begin of training."""

    __module__ = _HOME

    def train_begin(self, estimator, *args, **kwargs):
        """Do what is to be done before training."""


class TrainEnd(EventHandler):
    """Listen to the end of training."""

    __module__ = _HOME

    def train_end(self, estimator, *args, **kwargs):
        """Do what is to be done after training."""


class EpochBegin(EventHandler):
    """Listen to the begin of epochs."""

    __module__ = _HOME

    def epoch_begin(self, estimator, *args, **kwargs):
        """Do what is to be done before an epoch."""


class EpochEnd(EventHandler):
    """Listen to the end of epochs."""

    __module__ = _HOME

    def epoch_end(self, estimator, *args, **kwargs):
        """Do what is to be done after an epoch; True ends training."""
        return False


class BatchBegin(EventHandler):
    """Listen to the begin of batches."""

    __module__ = _HOME

    def batch_begin(self, estimator, *args, **kwargs):
        """Do what is to be done before a batch (``batch``)."""


class BatchEnd(EventHandler):
    """Listen to the end of batches."""

    __module__ = _HOME

    def batch_end(self, estimator, *args, **kwargs):
        """Do what is to be done after a batch; True ends the epoch."""
        return False


def _check_event_handlers(handlers):
    """Return a list of handlers; ValueError for anything else.  A list is used as it is."""
    if isinstance(handlers, EventHandler):
        return [handlers]
    handlers = handlers or []
    if not all(isinstance(handler, EventHandler) for handler in handlers):
        raise ValueError(
            f"handlers must be an EventHandler or a list of EventHandler, got: {handlers}"
        )
    return handlers
