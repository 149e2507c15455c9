"""Write a network's files, read those of the other side, train on: the same under both libraries.

What the functions return goes through ``observe``; the tests compare it (see test_model_files.py).
"""

from __future__ import annotations

import hashlib
import json
import os

from compat_tests.gluon.models import MODELS
from compat_tests.inputs import array, attempt

STEPS = 3
DECREASE = 0.02
"""The part of the loss that each step takes off: gradients differ by millions among networks."""


def write(mx, name, folder):
    """Make model ``name`` from a seed, write its parameters and its graph into ``folder``."""
    path, net, inputs = _made(mx, name, folder)
    net.initialize(mx.init.Xavier())
    net.hybridize()
    out = net(*inputs)
    net.save_parameters(path + ".params")
    net.export(path)
    load = mx.npx.load if MODELS[name].np else mx.nd.load
    saved, exported = load(path + ".params"), load(path + "-0000.params")
    return {"out": out, "graph": graph(path), "saved": saved, "exported": exported}


def read(mx, name, folder):
    """Load the files in ``folder`` both ways; return outputs, the losses of some steps, a graph."""
    path, net, inputs = _made(mx, name, folder)
    net.load_parameters(path + ".params")
    loaded = _listed(net(*inputs))
    names = ["data"] if len(inputs) == 1 else [f"data{i}" for i in range(len(inputs))]
    block = mx.gluon.SymbolBlock.imports(path + "-symbol.json", names, path + "-0000.params")
    imported = block(*inputs)
    again = path + "-again"
    refused = attempt(block.export, again)  # under np semantics: parameters are no np arrays
    return {
        "loaded": loaded,
        "imported": imported,
        "refused": refused,
        "again": graph(again),
        "losses": train(mx, block, MODELS[name]),
    }


def _made(mx, name, folder):
    mx.random.seed(7)
    model = MODELS[name]
    with mx.name.NameManager():
        return os.path.join(folder, name), model.build(mx), model.inputs(mx)


def _listed(out):
    """Return several outputs as a list: a graph gives lists where Python code gave tuples."""
    return list(out) if isinstance(out, tuple) else out


def train(mx, block, model):
    """Take some steps of gradient descent; return the losses on the way."""
    if model.dtype != "float32":
        block.cast(model.dtype)
    inputs = model.inputs(mx, model.dtype)
    params = block.collect_params()
    trainer = mx.gluon.Trainer(params, "sgd", {"learning_rate": 1.0})
    measure = mx.gluon.loss.L2Loss()
    front = mx.np if model.np else mx.nd
    losses = []
    for _ in range(STEPS):
        with mx.autograd.record():
            outputs = block(*inputs)
            outputs = outputs if isinstance(outputs, list) else [outputs]
            targets = [array(front, model.dtype, out.shape, seed="target") for out in outputs]
            loss = sum(measure(out, target).mean() for out, target in zip(outputs, targets))
        loss.backward()
        losses.append(loss)
        if len(losses) == 1:
            grads = [param.grad() for param in params.values() if param.grad_req != "null"]
            steepness = sum((grad**2).sum().asnumpy().item() for grad in grads)
            trainer.set_learning_rate(DECREASE * loss.asnumpy().item() / steepness)
        trainer.step(1)
    return losses


def graph(path):
    """Return the parsed symbol file without the version of the library that wrote it."""
    with open(path + "-symbol.json") as file:
        held = json.load(file)
    held["attrs"].pop("mxnet_version")
    return held


def digest(held):
    """Return a short text that changes with anything in ``held``."""
    text = json.dumps(held, sort_keys=True)
    return hashlib.sha1(text.encode()).hexdigest()
