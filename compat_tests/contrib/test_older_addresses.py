"""Contributed operators under ``mx.contrib.nd`` and ``mx.contrib.sym``."""

import importlib

import pytest

from compat_tests.inputs import attempt


@pytest.mark.parametrize("short, full", [("nd", "ndarray"), ("sym", "symbol")])
def test_modules(mx, short, full):
    module = getattr(mx.contrib, short)
    imported = importlib.import_module(f"{mx.__name__}.contrib.{full}")
    names = ("MultiBoxPrior", "box_nms", "CTCLoss", "foreach", "isnan", "adamw_update", "dot")
    return imported is module, [hasattr(module, name) for name in names]


def test_anchors_on_arrays(mx):
    x = mx.nd.ones((1, 3, 2, 3))
    prior = mx.contrib.nd.MultiBoxPrior(x, sizes=[0.5, 0.25], ratios=[1, 2])
    return prior, mx.contrib.nd.box_iou(prior[0, :3], prior[0, 3:6], format="corner")


def test_anchors_on_symbols(mx):
    made = mx.contrib.sym.MultiBoxPrior(mx.sym.var("x"), sizes=[0.5], name="prior")
    return (
        made.list_outputs(),
        made.infer_shape(x=(1, 3, 2, 3))[1],
        attempt(lambda: mx.contrib.nd.box_iou(made)),
    )
