"""Ring one: whatever mxshim has takes the calls that MXNet 1.9.1 takes."""

from __future__ import annotations

import pytest

from compat_tests.surface import ABSENT, MODULES, find, names_in, signature_fault


@pytest.mark.parametrize("module", MODULES)
def test_signatures(module):
    held = {name: find(name) for name in names_in(module)}
    there = {name: value for name, value in held.items() if value is not ABSENT}
    wrong = [fault for name, value in there.items() if (fault := signature_fault(name, value))]
    assert not wrong, f"{len(wrong)} signatures differ\n" + "\n".join(wrong)
