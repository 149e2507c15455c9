"""Modules that are there as far as programs import them, and the small ones that are whole."""

from __future__ import annotations

import importlib
import logging
import types

import numpy as np
import pytest

import mxshim as mx

PARTIAL = """
image image.detection io io.io io.utils recordio visualization profiler model contrib contrib.text
contrib.text.embedding contrib.text.utils contrib.text.vocab gluon.rnn gluon.rnn.rnn_cell
gluon.rnn.rnn_layer gluon.model_zoo gluon.model_zoo.vision gluon.contrib gluon.contrib.nn
gluon.contrib.rnn gluon.contrib.cnn gluon.contrib.data gluon.contrib.estimator
"""


@pytest.mark.parametrize("name", PARTIAL.split())
def test_partial_modules_import(name):
    module = importlib.import_module(f"mxshim.{name}")
    with pytest.raises(AttributeError):
        module.no_such_name_at_all


def test_engine_keeps_the_size():
    before = mx.engine.set_bulk_size(4)
    with mx.engine.bulk(7):
        assert mx.engine.set_bulk_size(7) == 7
    assert mx.engine.set_bulk_size(before) == 4


def test_runtime_features():
    features = mx.runtime.Features()
    assert features is mx.runtime.Features()
    assert features.is_enabled("lapack")
    assert not features.is_enabled("CAFFE")
    assert repr(mx.runtime.Feature("A", False)) == "✖ A"
    assert [f.name for f in mx.runtime.feature_list()] == list(features)
    with pytest.raises(RuntimeError, match="Feature 'NONE' is unknown"):
        features.is_enabled("none")


class Metric:
    """Stand in for a metric: one value, and a count of resets."""

    resets = 0

    def get_name_value(self):
        return [("accuracy", 0.5)]

    def reset_local(self):
        self.resets += 1


def step(epoch, nbatch, metric=None):
    return types.SimpleNamespace(epoch=epoch, nbatch=nbatch, eval_metric=metric)


def test_speedometer(caplog):
    caplog.set_level(logging.INFO)
    metric = Metric()
    speed = mx.callback.Speedometer(batch_size=8, frequent=2)
    for nbatch in range(5):
        speed(step(1, nbatch, metric))
    assert metric.resets == 2
    assert caplog.messages[0].startswith("Epoch[1] Batch [0-2]\tSpeed: ")
    assert caplog.messages[1].endswith("samples/sec\taccuracy=0.500000")


def test_log_callbacks(caplog):
    caplog.set_level(logging.INFO)
    mx.callback.log_train_metric(2, auto_reset=True)(step(3, 4, Metric()))
    mx.callback.ProgressBar(total=4, length=8)(step(0, 2))
    mx.callback.LogValidationMetricsCallback()(step(3, 4, Metric()))
    assert caplog.messages == [
        "Iter[3] Batch[4] Train-accuracy=0.500000",
        "[====----] 50.0%\r".replace("50.0", "50"),
        "Epoch[3] Validation-accuracy=0.500000",
    ]


def test_assert_almost_equal():
    utils = mx.test_utils
    x = mx.nd.array([1.0, 2.0, 3.0])
    utils.assert_almost_equal(x, x.asnumpy() * (1 + 1e-5))
    with pytest.raises(AssertionError, match=r"Location of maximum error: \(1,\), a=2.0000"):
        utils.assert_almost_equal(x, np.array([1.0, 2.1, 3.0], "float32"), names=("a", "b"))
    with pytest.raises(AssertionError, match="are not equal"):
        utils.assert_almost_equal(x, x[:2], use_broadcast=False)
    with pytest.raises(AssertionError):
        utils.assert_almost_equal(mx.nd.array([1], dtype="int32"), mx.nd.array([2], dtype="int32"))
    utils.assert_almost_equal_with_err(x, np.array([1.0, 2.0, 9.0]), etol=0.5)
    utils.assert_almost_equal_ignore_nan(np.array([1.0, np.nan]), np.array([1.0, 7.0]))


def test_small_test_utils(monkeypatch):
    utils = mx.test_utils
    monkeypatch.setenv("MXSHIM_X", "1")
    with utils.environment({"MXSHIM_X": None, "MXSHIM_Y": "2"}):
        assert "MXSHIM_X" not in utils.os.environ
    assert utils.os.environ["MXSHIM_X"] == "1"
    assert "MXSHIM_Y" not in utils.os.environ
    assert utils.same(np.arange(3), np.arange(3))
    assert utils.rand_ndarray((2, 3)).shape == (2, 3)
    x = mx.nd.ones(4)
    assert utils.same_array(x, x.reshape((2, 2)).reshape((4,)))
    assert not utils.same_array(x, x.copy())
    utils.assert_exception(lambda: 1 // 0, ZeroDivisionError)
    attempts = []

    @utils.retry(3)
    def flaky():
        attempts.append(1)
        assert len(attempts) == 2

    flaky()
    assert len(attempts) == 2
