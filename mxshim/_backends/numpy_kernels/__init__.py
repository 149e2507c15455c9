"""Operators on the CPU written for speed with NumPy alone; see :mod:`mxshim._backends.override`."""
