"""Every function and class of the d2l libraries, called on offline data, does what MXNet does.

The libraries come unmodified from the package registry (``library.py``), the data from
``scripts/make_d2l_data.py``. A case runs one topic of ``calls_book.py`` or ``calls_zh.py`` in a
process of its own and sees the values, the printed text and the names of the library's functions
that ran, which are compared too. The last test holds the names that ran under MXNet against the
library's source: a public function or method that no topic reaches fails it.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from compat_tests.d2l import library
from compat_tests.d2l.checklist import functions
from compat_tests.d2l.run import ROOT, make_data, run
from compat_tests.observe import Observed
from compat_tests.store import Golden

BOOK = ("basics", "language", "vision", "words", "recommendation")
LIBRARIES = {
    "d2l==0.17.6": ("d2l/mxnet.py", "calls_book.py", BOOK),
    "d2l==1.0.3": ("d2l/mxnet.py", "calls_book.py", BOOK),
    "d2lzh==1.0.0": ("d2lzh/utils.py", "calls_zh.py", ("basics", "language", "vision")),
}
CASES = [f"{version}-{topic}" for version, (_, _, topics) in LIBRARIES.items() for topic in topics]
NAME = "d2l/test_calls.py"


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """Make all data but the model zoo, which the libraries leave to the chapters."""
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        from make_d2l_data import MAKERS
    finally:
        sys.path.remove(str(ROOT / "scripts"))
    return make_data(tmp_path_factory.mktemp("d2l"), *(name for name in MAKERS if name != "models"))


@pytest.mark.tolerance(rtol=1e-3, atol=1e-5, reason="many steps of training in float32")
@pytest.mark.parametrize("case", CASES)
def test_calls(mx, case, made, tmp_path):
    version, topic = case.split("-")
    program = LIBRARIES[version][1]
    result = run(mx, version, program, (topic, str(made / "data")), made, tmp_path)
    return {key: Observed(seen) for key, seen in result.items()}


@pytest.mark.parametrize("version", LIBRARIES)
def test_every_function_of_the_library_is_called(version):
    source, _, topics = LIBRARIES[version]
    expected = set(functions(Path(library.paths(version)[0]) / source).values())
    golden = Golden().cases(NAME)
    called = set()
    for topic in topics:
        called |= set(dict(golden[f"test_calls[{version}-{topic}]"]["dict"])["ran"])
    assert expected == called
