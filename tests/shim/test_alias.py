"""One module object under two names: identity, reload, pickles, refusals, what is not there."""

from __future__ import annotations

import pytest

IDENTITY = """
import importlib, pickle, sys
import mxshim
mxshim.install()
mxshim.install()
import mxnet as mx
import mxnet.gluon.data.vision.transforms as deep
from mxnet.gluon import nn
from mxnet import autograd
import mxnet.ndarray.ndarray

assert mx is mxshim and sys.modules["mxnet"] is sys.modules["mxshim"]
assert deep is sys.modules["mxshim.gluon.data.vision.transforms"] is mx.gluon.data.vision.transforms
assert nn is mxshim.gluon.nn and autograd is mxshim.autograd
for name, module in list(sys.modules.items()):
    if name == "mxnet" or name.startswith("mxnet."):
        real = "mxshim" + name[5:]
        assert module is sys.modules[real], name
        assert module.__name__ == module.__spec__.name == real, name
assert importlib.reload(deep) is deep

# A pickle that real MXNet wrote names the class by mxnet's path.
cls = pickle.loads(b"cmxnet.ndarray.ndarray\\nNDArray\\n.")
assert cls is mxshim.nd.NDArray
assert pickle.loads(pickle.dumps(cls)) is cls

mxshim.uninstall()
assert not [name for name in sys.modules if name.split(".")[0] == "mxnet"]
assert importlib.util.find_spec("mxnet") is None or "mxshim" not in sys.modules["mxnet"].__file__
print("done")
"""


def test_the_alias_names_are_the_same_modules(python):
    assert python.prints("-c", IDENTITY) == "done\n"


def test_a_function_that_shadows_its_submodule_stays(python):
    """Importing under the alias must not put the submodule back over the function."""
    python.file("mxshim/__init__.py", "from .take import take\n")
    python.file("mxshim/take.py", "def take(): pass\n")
    code = f"""
import importlib.util, sys
sys.path.insert(0, "")
spec = importlib.util.spec_from_file_location("alias", {alias_file()!r})
alias = importlib.util.module_from_spec(spec)
spec.loader.exec_module(alias)
alias.install()
import mxnet, mxnet.take
print(mxnet.take.__name__, type(mxnet.take).__name__)
"""
    assert python.prints("-c", code) == "take function\n"


def alias_file() -> str:
    from mxshim._shim import alias

    return alias.__file__


def test_the_real_mxnet_is_refused(python):
    python.file("mxnet.py", "")
    code = "import mxnet, mxshim\ntry: mxshim.install()\nexcept ImportError as error: print(error)"
    text = python.prints("-c", code)
    assert "the real mxnet is already imported in this process, from " in text
    assert "python -m mxshim program.py" in text


def test_mxshim_wins_over_an_installed_mxnet(python):
    python.file("mxnet.py", "print('the real one')")
    program = python.file("program.py", "import mxnet; print(mxnet.__name__)")
    assert python.prints("-m", "mxshim", program) == "mxshim\n"


@pytest.mark.parametrize(
    ("statement", "kind", "text"),
    [
        ("import mxnet.gluonn", "ModuleNotFoundError", "the nearest names are gluon\nNo module"),
        ("import mxnet.gluon.dada", "ModuleNotFoundError", "No module named 'mxnet.gluon.dada'"),
        ("import mxnet.nd", "ModuleNotFoundError", "No module named 'mxnet.nd'"),
        ("from mxnet import gluonn", "ImportError", "the nearest names are gluon\ncannot import"),
        ("import mxnet; mxnet.gluonn", "AttributeError", "module 'mxnet' has no attribute"),
        ("import mxnet.rtc", "NotImplementedModule", "mxnet.rtc of MXNet 1.9.1 is not implemented"),
        ("from mxnet import rtc", "NotImplementedImport", "coverage table in mxshim's README"),
        ("import mxnet; mxnet.rtc", "NotImplementedInShim", "mxnet.rtc of MXNet 1.9.1 is not"),
    ],
)
def test_names_that_are_not_there(python, statement, kind, text):
    program = f"try: {statement}\nexcept Exception as error: print(type(error).__name__, error)"
    printed = python.prints("-m", "mxshim", "-c", program)
    assert printed.startswith(kind + " ") and text in printed
