"""NumPy semantics, one pair of switches per thread: zero-size and 0-d shapes, NumPy arrays."""

from __future__ import annotations

import threading


class Flags(threading.local):
    """``np_shape`` allows 0-d and zero-size arrays, ``np_array`` selects ``mx.np`` arrays."""

    np_shape = False
    np_array = False


flags = Flags()
