"""NumPy's scalars printed as the NumPy of MXNet's time printed them.

Legacy programs print lists and tuples of ``asscalar()`` results.  NumPy 2 writes
``[np.float32(0.5)]`` where they expect ``[0.5]``; arrays look the same in both.  Programs run by
``python -m mxshim`` get the old text, also in the processes they start; ``import mxshim`` and
``mxshim.install()`` leave NumPy's settings alone.
"""

from __future__ import annotations

import numpy


def as_before_numpy_2() -> None:
    """Let ``repr`` of NumPy scalars leave out their type, as before NumPy 2."""
    if int(numpy.__version__.partition(".")[0]) >= 2:
        numpy.set_printoptions(legacy="1.25")
