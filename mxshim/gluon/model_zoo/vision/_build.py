"""What the families of models share: rows of layers, pretrained parameters, models by name."""

from __future__ import annotations

import os

from ....base import data_dir
from ... import nn
from ...block import HybridBlock
from ...contrib.nn import HybridConcurrent
from ..model_store import get_model_file

ROOT = os.path.join(data_dir(), "models")
"""The folder in which parameter files are looked for by default."""

MODELS = {}
"""The models that ``get_model`` knows: name of the published parameters, constructor."""


class Classifier(HybridBlock):
    """Run ``features``, then ``output``; subclasses set the two."""

    def hybrid_forward(self, F, x):
        """Return the scores of the classes for a batch of images."""
        return self.output(self.features(x))


def chain(*layers, prefix=""):
    """Put layers in a row; without a prefix they keep the names of the scope they were made in."""
    row = nn.HybridSequential(prefix=prefix)
    row.add(*layers)
    return row


def fork(*branches):
    """Join the branches' outputs along the channels; names are those of the scope around."""
    joined = HybridConcurrent(axis=1, prefix="")
    joined.add(*branches)
    return joined


def loaded(net, name, pretrained, ctx, root):
    """Return ``net``, with the published parameters ``name`` when ``pretrained``."""
    if pretrained:
        net.load_parameters(get_model_file(name, root=root), ctx=ctx)
    return net


def listed(name):
    """Make a constructor known to ``get_model`` under ``name``."""

    def enter(constructor):
        MODELS[name] = constructor
        return constructor

    return enter


def variant(name, title, family, *args, published=None, **fixed):
    """Return the constructor ``name``: ``family`` with its first arguments chosen.

    ``published`` is the name of its parameters where that is another.
    """

    def constructor(**kwargs):
        return family(*args, **{**kwargs, **fixed})

    constructor.__name__ = constructor.__qualname__ = name
    constructor.__module__ = family.__module__
    constructor.__doc__ = (
        f"Make {title}.\n\n"
        "``pretrained`` loads the published parameters from the folder ``root`` onto ``ctx``;\n"
        "other arguments (``classes``, ``prefix``, ...) go to the network."
    )
    return listed(published or name)(constructor)
