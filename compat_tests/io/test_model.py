"""Checkpoints: both files, what is read back, files that are none."""

from __future__ import annotations

import logging
import os

import pytest

from compat_tests.inputs import arrays, attempt


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def model(mx):
    data = mx.sym.var("data")
    hidden = mx.sym.FullyConnected(data, num_hidden=3, name="fc")
    out = mx.sym.BatchNorm(hidden, name="bn")
    weight, bias, gamma, beta = arrays(mx.nd, "float32", (3, 2), (3,), (3,), (3,))
    mean, var = arrays(mx.nd, "float32", (3,), (3,), seed=1, low=0.5)
    args = {"fc_weight": weight, "fc_bias": bias, "bn_gamma": gamma, "bn_beta": beta}
    return out, args, {"bn_moving_mean": mean, "bn_moving_var": var}


def by_name(params):
    return sorted(params.items())


def test_round_trip(mx, here):
    out, args, states = model(mx)
    mx.model.save_checkpoint("net", 7, out, args, states)
    symbol, read_args, read_states = mx.model.load_checkpoint("net", 7)
    with open("net-symbol.json") as src:
        text = src.read()
    with open("net-0007.params", "rb") as src:
        data = src.read()
    names = sorted(os.listdir("."))
    bound = {name: value.copy() for name, value in read_args.items()}
    run = symbol.bind(mx.cpu(), dict(bound, data=mx.nd.ones((2, 2))), aux_states=read_states)
    return names, text, data, by_name(read_args), by_name(read_states), run.forward()


@pytest.mark.parametrize("epoch", [0, 12, 12345, -1])
def test_epochs(mx, here, epoch):
    mx.model.save_checkpoint("a", epoch, None, {"x": mx.nd.ones((1,))}, {})
    return sorted(os.listdir(".")), mx.model.load_params("a", epoch)


def test_names(mx, here):
    one = mx.nd.ones((1,))
    mx.nd.save("a-0001.params", {"arg:a:b": one, "aux:": one * 2, "other:c": one, "arg:é": one})
    args, states = mx.model.load_params("a", 1)
    return by_name(args), by_name(states)


def test_no_checkpoint(mx, here, caplog):
    one = mx.nd.ones((1,))
    mx.nd.save("plain-0001.params", {"a": one})
    mx.nd.save("empty-0001.params", [])
    with caplog.at_level(logging.INFO):
        empty = mx.model.load_params("empty", 1)
        mx.model.save_checkpoint("said", 1, None, {}, {})
    return (
        attempt(mx.model.load_params, "plain", 1),
        empty,
        [(record.levelname, record.getMessage()) for record in caplog.records],
        attempt(mx.model.load_params, "missing", 1),
        attempt(mx.model.load_checkpoint, "missing", 1),
        attempt(mx.model.load_params, "plain", "1"),
    )


def test_list_is_no_checkpoint(mx, here):
    mx.nd.save("list-0001.params", [mx.nd.ones((1,))])
    return attempt(mx.model.load_params, "list", 1)


def test_batch_end_param(mx):
    param = mx.model.BatchEndParam(epoch=1, nbatch=2, eval_metric=None, locals={"a": 1})
    return param, param._fields, type(param).__name__, param.nbatch


def test_is_sklearn_there(mx):
    return type(mx.model.SKLEARN_INSTALLED).__name__
