"""The C heap's habits: to keep freed memory for the next array instead of giving it back.

Steps of training allocate and free the same large arrays over and over.  glibc returns such memory
to the kernel, which hands it out again page by page, each one cleared: up to a third of a step's
time.  ``MXSHIM_KEEP_MEMORY=0`` leaves glibc as it is.
"""

from __future__ import annotations

import ctypes
import os
import sys

#: Arrays below this many bytes come from the heap; so much free memory stays at its end.
LIMIT = 1 << 30
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3


def keep_memory() -> bool:
    """Tell glibc to keep freed memory; return whether it will (there is no other libc to ask)."""
    if os.environ.get("MXSHIM_KEEP_MEMORY") == "0" or not sys.platform.startswith("linux"):
        return False
    try:
        tune = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError):
        return False
    return bool(tune(_MMAP_THRESHOLD, LIMIT) and tune(_TRIM_THRESHOLD, LIMIT))
