"""Loggers whose lines start with the level's letter, the time and the place, in colour."""

from __future__ import annotations

import logging
import warnings
from logging import CRITICAL, DEBUG, ERROR, INFO, NOTSET, WARNING

from ._core.missing import module_getattr as _module_getattr

_LETTERS = {CRITICAL: "C", ERROR: "E", WARNING: "W", INFO: "I", DEBUG: "D"}
_RED, _GREEN, _BLUE, _PLAIN = (f"\x1b[{code}m" for code in (31, 32, 34, 0))


class _Formatter(logging.Formatter):
    """Write ``W0505 00:29:47 3525 file.py:function:12] text``, up to the bracket in colour."""

    def __init__(self):
        super().__init__(datefmt="%m%d %H:%M:%S")

    def formatMessage(self, record):
        """Return the line; the time is the record's, formatted before."""
        level = record.levelno
        colour = _RED if level >= WARNING else _GREEN if level >= INFO else _BLUE
        return (
            f"{colour}{_LETTERS.get(level, 'U')}{record.asctime} {record.process} "
            f"{record.pathname}:{record.funcName}:{record.lineno}]{_PLAIN} {record.message}"
        )

    def usesTime(self):
        """Ask for the time."""
        return True


def get_logger(name=None, filename=None, filemode=None, level=WARNING):
    """Return the logger ``name`` with a handler that writes to ``filename`` or standard error.

    Lines of a file are the bare messages. The first call for a name decides; without a name the
    root logger is returned as it is.
    """
    logger = logging.getLogger(name)
    if name is None or getattr(logger, "_init_done", False):
        return logger
    logger._init_done = True
    if filename:
        handler = logging.FileHandler(filename, filemode or "a")
    else:
        handler = logging.StreamHandler()
        handler.setFormatter(_Formatter())
    logger.addHandler(handler)
    logger.setLevel(level)
    return logger


def getLogger(name=None, filename=None, filemode=None, level=WARNING):
    """Return what :func:`get_logger` does; deprecated."""
    warnings.warn(
        "getLogger is deprecated, Use get_logger instead.", DeprecationWarning, stacklevel=2
    )
    return get_logger(name, filename, filemode, level)


__getattr__ = _module_getattr(__name__)
__all__ = [
    "CRITICAL", "DEBUG", "ERROR", "INFO", "NOTSET", "WARNING", "getLogger", "get_logger",
]  # fmt: skip
