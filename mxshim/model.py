"""Checkpoints of symbols with their parameters."""

from __future__ import annotations

import logging
from collections import namedtuple
from importlib.util import find_spec

from . import ndarray as nd
from . import symbol as sym
from ._core.missing import module_getattr
from .context import cpu

#: What batch-end callbacks are called with.
BatchEndParam = namedtuple("BatchEndParams", ["epoch", "nbatch", "eval_metric", "locals"])
_KINDS = ("arg", "aux")


def save_checkpoint(prefix, epoch, symbol, arg_params, aux_params, remove_amp_cast=True):
    """Write a model to ``prefix-symbol.json`` and ``prefix-0007.params`` for epoch 7.

    ``arg_params`` and ``aux_params`` map names to arrays. With None for ``symbol`` only the
    parameters are written. :func:`load_checkpoint` reads them.
    """
    if symbol is not None:
        symbol.save(f"{prefix}-symbol.json", remove_amp_cast=remove_amp_cast)
    named = {
        f"{kind}:{name}": value.as_in_context(cpu())
        for kind, params in zip(_KINDS, (arg_params, aux_params))
        for name, value in params.items()
    }
    path = _params_path(prefix, epoch)
    nd.save(path, named)
    logging.info('Saved checkpoint to "%s"', path)


def load_params(prefix, epoch):
    """Return the arguments and the auxiliary states in ``prefix-0007.params``, by name.

    Raises ValueError for a file that names no kind (``arg:weight``), or no names at all.
    """
    path = _params_path(prefix, epoch)
    found = nd.load(path)
    sorted_out = {kind: {} for kind in _KINDS}
    if not found:
        logging.warning("Params file '%s' is empty", path)
    elif not isinstance(found, dict):
        raise ValueError(f"{path} is no checkpoint: its arrays have no names")
    else:
        for full, value in found.items():
            kind, colon, name = full.partition(":")
            if not colon:
                raise ValueError(
                    f"{path} is no checkpoint: it names an array {full!r}, not 'arg:...' or "
                    "'aux:...'\nnot enough values to unpack (expected 2, got 1)"
                )
            if kind in sorted_out:
                sorted_out[kind][name] = value
    return sorted_out["arg"], sorted_out["aux"]


def load_checkpoint(prefix, epoch):
    """Return symbol, arguments and auxiliary states that :func:`save_checkpoint` wrote."""
    symbol = sym.load(f"{prefix}-symbol.json")
    return (symbol, *load_params(prefix, epoch))


def _params_path(prefix, epoch):
    return "%s-%04d.params" % (prefix, epoch)  # noqa: UP031  # a format would refuse 7.0


__getattr__ = module_getattr(
    __name__, {"SKLEARN_INSTALLED": lambda: find_spec("sklearn") is not None}
)
