"""The C heap keeps freed memory, unless it is told not to."""

from __future__ import annotations

import os
import platform
import subprocess
import sys

import pytest

PROGRAM = """
import resource, numpy
import mxshim
for _ in range(3):
    numpy.ones(1 << 22)
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(10):
    numpy.ones(1 << 22)
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries are left alone")
def test_arrays_reuse_memory_unless_switched_off():
    """Ten arrays of 32 MB fault in no pages once the heap has grown; thousands when it may not."""
    counts = {}
    for keep in ("1", "0"):
        env = {**os.environ, "MXSHIM_KEEP_MEMORY": keep, "NUMPY_MADVISE_HUGEPAGE": "0"}
        env.pop("MALLOC_TRIM_THRESHOLD_", None)
        run = subprocess.run(
            [sys.executable, "-c", PROGRAM], env=env, capture_output=True, text=True, check=True
        )
        counts[keep] = int(run.stdout)
    assert counts["1"] < 200
    assert counts["0"] > 10 * 4096
