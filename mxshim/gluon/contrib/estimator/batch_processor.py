"""What the estimator does with one batch."""

from __future__ import annotations

from .... import autograd
from ...._core.missing import module_getattr
from ...utils import split_and_load

__all__ = ["BatchProcessor"]


class BatchProcessor:
    """Run the network on a batch; subclasses override a method where a model needs more.

    Both methods return data, labels, predictions and losses: a list each, one entry per device.
    """

    def _get_data_and_label(self, batch, ctx, batch_axis=0):
        """Spread the batch, a pair of data and labels, over the devices."""
        data, label = batch[0], batch[1]
        data = split_and_load(data, ctx_list=ctx, batch_axis=batch_axis)
        return data, split_and_load(label, ctx_list=ctx, batch_axis=batch_axis)

    def evaluate_batch(self, estimator, val_batch, batch_axis=0):
        """Predict a batch with the network for validation."""
        data, label = self._get_data_and_label(val_batch, estimator.context, batch_axis)
        pred = [estimator.val_net(x) for x in data]
        return data, label, pred, [estimator.val_loss(p, y) for p, y in zip(pred, label)]

    def fit_batch(self, estimator, train_batch, batch_axis=0):
        """Predict a batch and go backward from the losses; the handlers update the weights."""
        data, label = self._get_data_and_label(train_batch, estimator.context, batch_axis)
        with autograd.record():
            pred = [estimator.net(x) for x in data]
            loss = [estimator.loss(p, y) for p, y in zip(pred, label)]
        for each in loss:
            each.backward()
        return data, label, pred, loss


__getattr__ = module_getattr(__name__)
