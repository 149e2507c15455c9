"""Ring one: the public names of MXNet 1.9.1, what kind of thing each is and how many mxshim has.

A name that is not there yet is counted in the summary, not failed; one that is there must be of the
reference's kind.
"""

from __future__ import annotations

import pytest

from compat_tests.signatures import kind_of
from compat_tests.surface import ABSENT, MODULES, find, names_in, reference

ALIKE = {("class", "function"), ("function", "value"), ("value", "property")}
"""Kinds that no program can tell apart by using the name: (mxshim's, the reference's)."""
BORROWED = {("module", "value")}
"""The same for libraries that the reference holds as None where they are not installed (cv2)."""


@pytest.mark.parametrize("module", MODULES)
def test_names(module, record_property):
    wanted = names_in(module)
    assert wanted, f"spec/surface.json has no {module}"
    wrong, present = [], 0
    for name in wanted:
        held = find(name)
        if held is ABSENT:
            continue
        present += 1
        mine, theirs = kind_of(held), reference()[name][0]
        if mine != theirs and (mine, theirs) not in ALIKE | BORROWED:
            wrong.append(f"{name}: mxshim {mine}, mxnet {theirs}")
    record_property("names", [present, len(wanted)])
    assert not wrong, "\n".join(wrong)
