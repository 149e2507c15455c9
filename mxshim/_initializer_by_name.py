"""Initializers that look at the name alone: values from a file, patterns."""

from __future__ import annotations

import logging
import re

from . import ndarray


class Load:
    """Copy values by name out of a dict or file; what is missing goes to ``default_init``."""

    __module__ = "mxshim.initializer"

    def __init__(self, param, default_init=None, verbose=False):
        if isinstance(param, str):
            param = ndarray.load(param)
        assert isinstance(param, dict)
        self.param = {_without_kind(name): arr for name, arr in param.items()}
        self.default_init = default_init
        self.verbose = verbose

    def __call__(self, name, arr):
        if name in self.param:
            saved = self.param[name]
            assert arr.shape == saved.shape, (
                f"Parameter {name} cannot be initialized from loading. "
                f"Shape mismatch, target {arr.shape} vs loaded {saved.shape}"
            )
            arr[:] = saved
        else:
            assert self.default_init is not None, (
                f"Cannot Initialize {name}. Not found in loaded param "
                "and no default Initializer is provided."
            )
            self.default_init(name, arr)
        if self.verbose:
            how = "loading" if name in self.param else "default"
            logging.info("Initialized %s by %s", name, how)


class Mixed:
    """Choose the initializer by the first regular expression that matches the name."""

    __module__ = "mxshim.initializer"

    def __init__(self, patterns, initializers):
        assert len(patterns) == len(initializers)
        self.map = [(re.compile(p), init) for p, init in zip(patterns, initializers)]

    def __call__(self, name, arr):
        for pattern, init in self.map:
            if pattern.match(name):
                init(name, arr)
                return
        # mxnet: the name is never filled into the text.
        raise ValueError(
            "Parameter name %s did not match any pattern. Consider"
            'add a ".*" pattern at the and with default Initializer.'
        )


def _without_kind(name):
    return name[4:] if name.startswith(("arg:", "aux:")) else name
