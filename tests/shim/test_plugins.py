"""pytest and IPython load mxshim by name, and importing mxshim loads neither."""

from __future__ import annotations

import pytest

TEST = "from mxnet import test_utils\nimport mxnet as mx, sys\ndef test():\n" + (
    "    assert mx.__name__ == 'mxshim'\n"
    "    assert test_utils is sys.modules['mxshim.test_utils']\n"
)


@pytest.mark.parametrize(
    "way", [["-m", "pytest", "-p", "mxshim"], ["-m", "mxshim", "-m", "pytest"]]
)
def test_pytest(python, way):
    """Also where pytest's rewriter takes ``mxnet.test_utils`` for a test module."""
    python.file("test_legacy.py", TEST)
    python.file("conftest.py", "import mxnet.gluon")
    assert "1 passed" in python.prints(*way, "-q", "-W", "error", "-p", "no:cacheprovider")


def test_ipython_extension(python):
    code = """
import sys, mxshim
assert "IPython" not in sys.modules and "mxshim._shim.ipython" not in sys.modules
mxshim.load_ipython_extension(None)
import mxnet
assert mxnet is mxshim
mxshim.unload_ipython_extension(None)
print("mxnet" in sys.modules)
"""
    assert python.prints("-c", code) == "False\n"


def test_ipython_itself(python):
    pytest.importorskip("IPython")
    program = "%load_ext mxshim\nimport mxnet\nprint('loaded', mxnet.__name__)\n"
    done = python("-m", "IPython", "--no-banner", "--colors=NoColor", stdin=program)
    assert "loaded mxshim" in done.stdout
