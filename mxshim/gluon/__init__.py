"""Gluon: blocks, parameters, layers, losses and the trainer."""

from __future__ import annotations

from .._core.missing import module_getattr
from . import block, parameter, trainer
from .block import *  # noqa: F403
from .parameter import *  # noqa: F403
from .trainer import *  # noqa: F403

__all__ = [*parameter.__all__, *block.__all__, *trainer.__all__]

from . import contrib, data, loss, model_zoo, nn, rnn, utils

__getattr__ = module_getattr(__name__)
