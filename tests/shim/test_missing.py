"""The wording of failed lookups, on a module made for the purpose."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

from mxshim._core import missing
from mxshim._core.errors import NotImplementedInShim


@pytest.fixture
def loss(monkeypatch):
    """A stand-in for mxshim.gluon.loss that has one name of its own."""
    module = ModuleType("mxshim.gluon.loss")
    module.L2Loss = object()
    module.__getattr__ = missing.module_getattr("mxshim.gluon.loss", {"lazy": lambda: "made"})
    monkeypatch.setitem(sys.modules, "mxshim.gluon.loss", module)
    return module


def test_a_name_of_mxnet(loss):
    with pytest.raises(NotImplementedInShim) as info:
        loss.CTCLoss
    assert str(info.value).startswith("mxnet.gluon.loss.CTCLoss of MXNet 1.9.1 is not implemented")
    assert isinstance(info.value, AttributeError) and info.value.name == "CTCLoss"
    assert not hasattr(loss, "CTCLoss")
    assert getattr(loss, "CTCLoss", 3) == 3


def test_an_unknown_name(loss):
    with pytest.raises(AttributeError) as info:
        loss.l2loss
    assert not isinstance(info.value, NotImplementedError)
    assert str(info.value) == (
        "the nearest names are L2Loss, L1Loss, Loss\n"
        "module 'mxnet.gluon.loss' has no attribute 'l2loss'"
    )
    with pytest.raises(AttributeError) as info:
        loss.zzz
    assert str(info.value) == "module 'mxnet.gluon.loss' has no attribute 'zzz'"


def test_from_import_keeps_the_text(loss):
    with pytest.raises(missing.NotImplementedImport, match="CTCLoss of MXNet 1"):
        from mxshim.gluon.loss import CTCLoss  # noqa: F401
    with pytest.raises(ImportError, match=r"(?s)nearest names are L2Loss.*cannot import name"):
        from mxshim.gluon.loss import L22Loss  # noqa: F401


def test_from_import_through_a_getattr_of_the_modules_own(loss):
    refuse = loss.__getattr__
    loss.__getattr__ = lambda name: refuse(name)
    with pytest.raises(missing.NotImplementedImport, match="CTCLoss of MXNet 1"):
        from mxshim.gluon.loss import CTCLoss  # noqa: F401
    assert not hasattr(loss, "CTCLoss")


def test_lazy_names(loss):
    assert loss.lazy == "made"


@pytest.mark.parametrize(
    ("module", "short"),
    [
        ("mxshim", "mx"),
        ("mxnet.ndarray", "mx.nd"),
        ("mxnet.ndarray.ndarray", "mx.nd.ndarray"),
        ("mxshim.symbol.numpy.linalg", "mx.sym.np.linalg"),
        ("mxshim.numpy_extension.random", "mx.npx.random"),
        ("mxnet.contrib.ndarray", "mx.contrib.ndarray"),
    ],
)
def test_canonical(module, short):
    assert missing.canonical(module) == short
    assert short in missing.surface()


def test_known_modules():
    known = ["mxnet", "mxnet.ndarray", "mxnet.gluon.data.vision", "mxnet.symbol.numpy.linalg"]
    assert all(missing.is_known_module(name) for name in known)
    assert not any(missing.is_known_module(name) for name in ["mxnet.nd", "mxnet.foo", "mxnet.np"])


@pytest.mark.parametrize("name", ["module", "rnn"])
def test_modules_that_say_they_are_missing(name):
    import mxshim

    with pytest.raises(missing.NotImplementedModule, match=f"mxshim.{name} of MXNet 1.9.1"):
        __import__(f"mxshim.{name}")
    assert not hasattr(mxshim, name) and name not in dir(mxshim)
    with pytest.raises(NotImplementedInShim, match=f"mxnet.{name} of MXNet"):
        getattr(mxshim, name)
