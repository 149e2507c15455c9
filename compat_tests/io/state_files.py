"""Write and read files of optimizer states, under either library, for ``test_states_live.py``.

    python state_files.py {mxnet|mxshim} {write|read} FOLDER [np]

``write`` trains a little with every optimizer and writes its states and the weights that come
after them; ``read`` takes the states, makes the same further steps and compares the weights.
"""

from __future__ import annotations

import importlib
import os
import sys

KINDS = {
    "sgd": {},
    "sgd-momentum": {"momentum": 0.9},
    "nag": {"momentum": 0.9},
    "signum": {"momentum": 0.9},
    "ftml": {},
    "lars": {"momentum": 0.9},
    "lamb": {},
    "lbsgd": {"momentum": 0.9},
    "dcasgd": {},
    "adam": {},
    "adamax": {},
    "nadam": {},
    "adagrad": {},
    "rmsprop": {},
    "rmsprop-centered": {"centered": True},
    "adadelta": {},
    "ftrl": {},
    "ccsgd": {"momentum": 0.9},
    "groupadagrad": {},
    "test": {},
}
SCHEDULED = ("sgd-momentum", "adam")
STEPS = 3


def front(mx):
    return mx.np if mx.util.is_np_array() else mx.nd


def files(mx):
    return mx.npx if mx.util.is_np_array() else mx.nd


def updater_of(mx, kind, precise):
    options = dict(KINDS[kind], rescale_grad=0.5)
    if precise:
        options["multi_precision"] = True
    if kind in SCHEDULED:
        options["learning_rate"] = 0.1
        options["lr_scheduler"] = mx.lr_scheduler.FactorScheduler(2, 0.5, base_lr=0.1)
    return mx.optimizer.get_updater(mx.optimizer.create(kind.partition("-")[0], **options))


def weights(mx, precise):
    dtype = "float16" if precise else "float32"
    return [
        front(mx).array([[1, -2, 3], [0.5, 0.25, -1]], dtype=dtype),
        front(mx).array([[2], [1]], dtype=dtype),
    ]


def step(mx, updater, arrays, number):
    for index, weight in enumerate(arrays):
        slope = (
            front(mx).arange(weight.size, dtype=weight.dtype).reshape(weight.shape) - number - 0.3
        )
        updater(index, slope / 4, weight)


def cases():
    for kind in KINDS:
        for precise in (False, True):
            for whole in (False, True):
                yield (
                    kind,
                    precise,
                    whole,
                    "-".join([kind, "half"[: 4 * precise], "whole"[: 5 * whole]]),
                )


def write(mx, folder):
    for kind, precise, whole, name in cases():
        updater, arrays = updater_of(mx, kind, precise), weights(mx, precise)
        for number in range(STEPS):
            step(mx, updater, arrays, number)
        with open(os.path.join(folder, name + ".states"), "wb") as out:
            out.write(updater.get_states(dump_optimizer=whole))
        before = [each.copy() for each in arrays]
        step(mx, updater, arrays, STEPS)
        files(mx).save(os.path.join(folder, name + ".params"), before + arrays)


def read(mx, folder):
    """Return what went wrong, by case."""
    wrong = []
    for kind, precise, whole, name in cases():
        try:
            fault = compare(mx, folder, kind, precise, whole, name)
        except Exception as raised:
            fault = repr(raised)
        if fault:
            wrong.append(f"{name}: {fault}")
    return wrong


def compare(mx, folder, kind, precise, whole, name):
    found = files(mx).load(os.path.join(folder, name + ".params"))
    arrays, expected = found[: len(found) // 2], found[len(found) // 2 :]
    updater = updater_of(mx, kind, precise)
    if not whole:  # the optimizer's counts are not in the file
        spare = weights(mx, precise)
        for number in range(STEPS):
            step(mx, updater, spare, number)
    with open(os.path.join(folder, name + ".states"), "rb") as src:
        updater.set_states(src.read())
    step(mx, updater, arrays, STEPS)
    for got, want in zip(arrays, expected):
        difference = abs(got.astype("float32") - want.astype("float32")).max().asnumpy().item()
        if not difference <= (2e-3 if precise else 1e-5):
            return f"differs by {difference}"
    return None


if __name__ == "__main__":
    library = importlib.import_module(sys.argv[1])
    if "np" in sys.argv[4:]:
        library.npx.set_np()
    if sys.argv[2] == "write":
        write(library, sys.argv[3])
    else:
        print("\n".join(read(library, sys.argv[3])))
