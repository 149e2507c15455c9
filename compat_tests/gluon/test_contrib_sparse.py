"""``SparseEmbedding``: rows of a weight, fetched and updated alone."""

from __future__ import annotations

import pytest

from compat_tests.inputs import array, attempt


def words(mx):
    """Make the layer with known rows."""
    layer = mx.gluon.contrib.nn.SparseEmbedding(5, 3, prefix="words_")
    layer.initialize(mx.init.One())
    return layer


def test_without_trainer(mx):
    return attempt(words(mx), mx.nd.array([[0, 3], [3, 1]]))


@pytest.mark.parametrize("rule", ["sgd", "adam"])
def test_training(mx, rule):
    layer = words(mx)
    trainer = mx.gluon.Trainer(
        layer.collect_params(), rule, {"learning_rate": 0.5}, kvstore="local"
    )
    x = mx.nd.array([[0, 3], [3, 1]])
    seen = []
    for _ in range(2):
        with mx.autograd.record():
            out = layer(x)
            loss = (out * array(mx.nd, "float32", (2, 2, 3), seed="head")).sum()
        loss.backward()
        seen.append((out, layer.weight.list_grad()[0].tostype("default")))
        trainer.step(1)
    rows = layer.weight.row_sparse_data(mx.nd.arange(5))
    return seen, rows.stype, rows.tostype("default")
