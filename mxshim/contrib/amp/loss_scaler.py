"""The factor that keeps small gradients from vanishing in float16."""

from __future__ import annotations

import logging

from ... import autograd, ndarray
from ..._core.missing import module_getattr

_GROUP = 200


class LossScaler:
    """Find the scale of the loss: halved when gradients overflow, doubled after 2,000 good steps.

    It begins at 2 ** 16 and grows to 2 ** 24 at most.
    """

    def __init__(self):
        self._loss_scale = self._next_loss_scale = 2.0**16
        self._max_loss_scale = 2.0**24
        self._scale_seq_len = 2000
        self._unskipped = 0

    @property
    def loss_scale(self):
        """Give the factor in force."""
        return self._loss_scale

    def has_overflow(self, params):
        """Tell whether a gradient of these parameters is not finite; adjust the scale.

        The scale found after the step before comes into force now.
        """
        overflow = not _all_finite([param._grad[0] for param in params if param._grad is not None])
        self._loss_scale = self._next_loss_scale
        if overflow:
            self._next_loss_scale = self._loss_scale / 2
            self._unskipped = 0
            logging.info("AMP: decreasing loss scale to %f", self._next_loss_scale)
            return True
        self._unskipped += 1
        if self._unskipped == self._scale_seq_len:
            self._unskipped = 0
            self._next_loss_scale = min(self._max_loss_scale, self._loss_scale * 2)
            logging.info("AMP: increasing loss scale to %f", self._next_loss_scale)
        return False


def _all_finite(gradients):
    with autograd.pause():
        groups = (gradients[i : i + _GROUP] for i in range(0, len(gradients), _GROUP))
        return all(
            bool(ndarray.multi_all_finite(*group, num_arrays=len(group)).asscalar())
            for group in groups
        )


__getattr__ = module_getattr(__name__)
