"""``mx.log``, ``mx.error`` and the small names of ``mx.base`` and other modules."""

from __future__ import annotations

import ctypes
import io
import logging
import re
import sys
import tempfile
import uuid
from pathlib import Path

import pytest

from compat_tests.inputs import array, attempt

LEVELS = ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]
STAMP = re.compile(r"\d{4} \d\d:\d\d:\d\d \d+ \S+?/([\w.]+\.py)(:\w+):\d+")


def logged(mx, call, **options):
    """Return what a new logger writes to standard error, with times, paths and lines left out."""
    name, page, before = f"mxshim-{uuid.uuid4()}", io.StringIO(), sys.stderr
    sys.stderr = page
    try:
        logger = mx.log.get_logger(name, **options)
    finally:
        sys.stderr = before
    call(logger)
    return STAMP.sub(r"TIME \1\2", page.getvalue()).splitlines()


@pytest.mark.parametrize("level", LEVELS)
def test_levels(mx, level):
    def write(logger):
        for kind in LEVELS:
            logger.log(getattr(mx.log, kind), "a %s line", kind.lower())
        logger.log(35, "between")
        logger.log(25, "between")
        logger.log(5, "low")

    return logged(mx, write, level=getattr(mx.log, level))


def test_constants(mx):
    return [getattr(mx.log, name) for name in [*LEVELS, "NOTSET"]]


def test_exception(mx):
    def write(logger):
        try:
            raise ValueError("text\nof two lines")
        except ValueError:
            logger.exception("went wrong")
        logger.error("two\nlines %d", 3)
        logger.error("100%")

    lines = logged(mx, write)
    return [line for line in lines if not line.startswith("  ") and "^^^" not in line]


def test_file(mx):
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "log")
        name = f"mxshim-{uuid.uuid4()}"
        Path(path).write_text("there before\n")
        logger = mx.log.get_logger(name, path)
        logger.warning("to %s", "file")
        logger.info("not shown")
        appended = Path(path).read_text()
        again = mx.log.get_logger(name, str(Path(folder) / "other"), level=mx.log.DEBUG)
        fresh = mx.log.get_logger(f"{name}-2", path, "w", mx.log.INFO)
        fresh.info("fresh")
        seen = (
            appended,
            again is logger,
            logger.level,
            len(logger.handlers),
            Path(path).read_text(),
            (Path(folder) / "other").exists(),
        )
        for each in (logger, fresh):
            each.handlers[0].close()
        return seen


def test_root(mx):
    root = logging.getLogger()
    before = root.level, len(root.handlers)
    found = mx.log.get_logger()
    return found is root, (root.level, len(root.handlers)) == before


def test_old_name(mx):
    name = f"mxshim-{uuid.uuid4()}"
    import warnings

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        logger = mx.log.getLogger(name, level=mx.log.INFO)
    told = [(w.category.__name__, str(w.message)) for w in caught]
    return told, logger is logging.getLogger(name), logger.level


# ---- errors


def test_internal_error(mx):
    error = mx.error.InternalError
    return (
        str(error("text")),
        str(error("text\nMXNet hint: already")),
        issubclass(error, mx.MXNetError),
        mx.error.MXNetError is mx.base.MXNetError,
        attempt(error),
    )


def test_register(mx):
    types = mx.base.error_types
    before = dict(types)
    try:

        @mx.error.register
        class OneError(mx.MXNetError):
            pass

        @mx.error.register("Another")
        class OtherError(Exception):
            pass

        @mx.base.register_error()
        class ThirdError(Exception):
            pass

        mx.base.register_error("Fourth", KeyError)
        added = {name: types[name].__name__ for name in sorted(set(types) - set(before))}
        return added, OneError.__name__, OtherError.__name__, ThirdError.__name__, sorted(before)
    finally:
        types.clear()
        types.update(before)


TEXTS = [
    "ValueError: a\nStack trace:\n  [bt] (0) x\n  [bt] (1) y\n",
    "plain text\nStack trace:\n  1\n  2",
    "a.b_c1: d\ne\nStack trace:\n  1\nmore\n  2",
    "two words: d",
    ": d",
    "Stack trace:\n  1\nStack trace:\n  2\nmore\n",
    "no trace\n\n",
    "x",
]


@pytest.mark.parametrize("index", range(len(TEXTS)))
def test_c2pyerror(mx, index):
    return mx.base.c2pyerror(TEXTS[index])


# ---- names that other modules hold


def test_feature(mx):
    feature = mx.runtime.Features()["LAPACK"]
    refused = attempt(setattr, feature, "name", "x").seen["error"]
    return feature.name, feature.enabled, repr(feature), refused


def test_borrowed_names(mx):
    x = array(mx.nd, "float32", (2, 2))
    types = mx.gluon.rnn.rnn_cell.tensor_types
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "x.params")
        mx.nd.save(path, {"x": x})
        loaded = mx.initializer.load(path)
    return (
        loaded,
        mx.optimizer.NDabs(x),
        mx.optimizer.optimizer.NDabs is mx.optimizer.NDabs,
        [each.__name__ for each in types],
        types == mx.gluon.rnn.rnn_layer.tensor_types,
    )


def test_names_of_the_c_library(mx):
    base, buffer = mx.base, bytearray(range(16))
    return (
        base.check_call(0),
        base.c_array_buf(ctypes.c_int16, memoryview(buffer).cast("h"))[:],
        [name for name, _ in base.MXCallbackList._fields_],
        base.MXCallbackList().num_callbacks,
        [each.check_call is base.check_call for each in (mx.random, mx.nd.sparse, mx.npx)],
        mx.sym.contrib.check_call is base.check_call,
        mx.nd.contrib.current_context(),
    )


def test_pearson_moments(mx):
    metric = mx.metric.PearsonCorrelation(average="micro")
    x, y = (array(mx.nd, "float64", (6,), seed=seed).asnumpy() for seed in (1, 2))
    moments = metric.update_variance(x, 0, 0, 0)
    moments = [moments, metric.update_variance(y, *moments)]
    metric.update_cov(x, y)
    metric.update([mx.nd.array(x)], [mx.nd.array(y)])
    return moments, metric.get()
