"""What ``make_d2l_data.py`` makes: a generator function for each data set.

A maker is registered under the data set's name, is given a stream of random numbers of its own and
yields ``(path below the folder, bytes)``. It uses whole numbers where it can, so that its files are
the same on every machine.
"""

from __future__ import annotations

MAKERS = {}
"""The makers by the name of their data set."""


def maker(name):
    """Decorate a generator ``make(stream)`` of files: it makes the data set ``name``."""

    def register(make):
        MAKERS[name] = make
        return make

    return register
