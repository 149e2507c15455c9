"""Pictures of symbols without the package that draws them."""

from __future__ import annotations

import sys

import pytest

import mxshim as mx


def test_missing_package_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "graphviz", None)
    with pytest.raises(ImportError, match=r"mxshim\[graphviz\]"):
        mx.viz.plot_network(mx.sym.Variable("x"))


def test_summary_needs_no_package(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "graphviz", None)
    mx.viz.print_summary(mx.sym.exp(mx.sym.Variable("x"), name="e"), {"x": (2, 3)})
    assert "e(exp)" in capsys.readouterr().out
