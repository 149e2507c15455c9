"""Ring one: whatever mxshim has takes the calls that MXNet 1.9.1 takes."""

from __future__ import annotations

import pytest

from compat_tests.signatures import disagreement, signature_text
from compat_tests.surface import ABSENT, MODULES, find, names_in, reference


def takes_c_handle(text):
    """Tell constructors that only MXNet itself can call: they take a pointer of its C library."""
    return "handle" in text.split(", ") or "self, handle" in text


@pytest.mark.parametrize("module", MODULES)
def test_signatures(module):
    wrong = []
    for name in names_in(module):
        theirs, held = reference()[name], find(name)
        if held is ABSENT or len(theirs) == 1 or takes_c_handle(theirs[1]):
            continue
        mine = signature_text(held)
        why = disagreement(mine, theirs[1]) if mine is not None else "has no signature"
        if why:
            wrong.append(f"{name}: {why}\n    mxshim ({mine})\n    mxnet  ({theirs[1]})")
    assert not wrong, f"{len(wrong)} signatures differ\n" + "\n".join(wrong)
