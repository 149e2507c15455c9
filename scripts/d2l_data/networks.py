"""Pretrained networks: parameter files of the right names and shapes, with drawn numbers."""

from __future__ import annotations

import json

import numpy

from . import maker
from .files import archived, parameters
from .texts import COMMON, NEGATIVE, POSITIVE

_TILE = 4093
"""Weights repeat this many numbers, a prime: filters differ, and archives of them stay small."""


def drawn(stream, arrays):
    """Give content to pairs of name and shape: what starts as ones or zeros does, weights He's."""
    tile = stream.randint(-1000, 1001, _TILE) / 577.0  # of variance 1
    for name, shape in arrays:
        count = int(numpy.prod(shape))
        if name.endswith(("gamma", "running_var")):
            yield name, shape, numpy.ones(count, "<f4").tobytes()
        elif name.endswith(("bias", "beta", "running_mean")):
            yield name, shape, bytes(4 * count)
        else:
            fan_in = max(1, count // shape[0])
            yield name, shape, _repeated((tile * (2.0 / fan_in) ** 0.5).astype("<f4"), count)


def _repeated(tile, count):
    part = tile.tobytes() * 64
    for start in range(0, 4 * count, len(part)):
        yield part[: min(len(part), 4 * count - start)]


# ---- BERT

_SPECIAL = ["<unk>", "<pad>", "<mask>", "<cls>", "<sep>"]


def bert(vocabulary, hidden, wide, layers, longest):
    """List names and shapes of d2l's BERTModel as ``save_parameters`` writes them."""
    yield "encoder.pos_embedding", (1, longest, hidden)
    yield "encoder.token_embedding.weight", (vocabulary, hidden)
    yield "encoder.segment_embedding.weight", (2, hidden)
    for layer in range(layers):
        block = f"encoder.blks.{layer}"
        for name in ("W_q", "W_k", "W_v", "W_o"):
            yield f"{block}.attention.{name}.weight", (hidden, hidden)
            yield f"{block}.attention.{name}.bias", (hidden,)
        yield f"{block}.ffn.dense1.weight", (wide, hidden)
        yield f"{block}.ffn.dense1.bias", (wide,)
        yield f"{block}.ffn.dense2.weight", (hidden, wide)
        yield f"{block}.ffn.dense2.bias", (hidden,)
        for norm in ("addnorm1", "addnorm2"):
            for name in ("gamma", "beta"):
                yield f"{block}.{norm}.ln.{name}", (hidden,)
    heads = {
        "hidden": (hidden, hidden), "mlm.mlp.0": (hidden, hidden),
        "mlm.mlp.2": (vocabulary, hidden), "nsp.output": (2, hidden),
    }  # fmt: skip
    for name, shape in heads.items():
        yield f"{name}.weight", shape
        yield f"{name}.bias", shape[:1]
    for name in ("gamma", "beta"):
        yield f"mlm.mlp.1.{name}", (hidden,)


@maker("bert.small")
def bert_small(stream):
    """Make bert.small.zip: 2 layers of 256, for up to 512 tokens; its vocabulary is ours."""
    words = dict.fromkeys([*_SPECIAL, *COMMON, *POSITIVE, *NEGATIVE])
    words = [*words, *(f"word{number}" for number in range(1000 - len(words)))]
    arrays = drawn(stream, bert(len(words), 256, 512, 2, 512))
    files = {
        "bert.small/vocab.json": json.dumps(words).encode(),
        "bert.small/pretrained.params": parameters(arrays),
    }
    yield "d2l/bert.small.zip", archived(files)


# ---- the model zoo

_ZOO = {"resnet18_v2": "a81db45f", "resnet34_v2": "9d6b80bb", "vgg19": "ad2f660d"}
"""The networks that the books load, with the part of the sha1 in their files' names."""


@maker("models")
def models(stream):
    """Make the model zoo's archives of three networks; they unpack to 700 MB. Needs mxshim."""
    from mxshim import nd
    from mxshim.gluon.model_zoo import vision

    for name, mark in _ZOO.items():
        net = vision.get_model(name)
        net.infer_shape(nd.zeros((1, 3, 224, 224)))
        shapes = {key: p.shape for key, p in net._collect_params_with_prefix().items()}
        content = parameters(drawn(stream, shapes.items()))
        archive = archived({f"{name}-{mark}.params": content}, level=1)
        yield f"gluon/models/{name}-{mark}.zip", archive
