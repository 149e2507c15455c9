"""Ratings, ranking, clicks; adversaries."""

from __future__ import annotations

import os

import mxnet as mx
from mxnet import gluon, init
from mxnet.gluon import nn

from compat_tests.d2l.book.common import some
from compat_tests.d2l.harness import figure, parameters

np = mx.np


def recommendation(d2l):
    """Recommend from ratings, rank, read clicks; train adversaries."""
    return dict(ratings(d2l), **ranking(d2l), **clicks(d2l), **adversaries(d2l))


class Factors(nn.Block):
    """Predict by the product of user and item vectors."""

    def __init__(self, users, items, size=4, **kwargs):
        super().__init__(**kwargs)
        self.users, self.items = nn.Embedding(users, size), nn.Embedding(items, size)

    def forward(self, user, item):
        return (self.users(user) * self.items(item)).sum(axis=1)


def ratings(d2l):
    """Split the ratings both ways, train on them."""
    data, users, items = d2l.read_data_ml100k()
    parts = [
        len(part)
        for mode in ("random", "seq-aware")
        for part in d2l.split_data_ml100k(data, users, items, mode)
    ]
    explicit = d2l.load_data_ml100k(data[:50], users, items)
    implicit = d2l.load_data_ml100k(data[:50], users, items, "implicit")
    users, items, train, test = d2l.split_and_load_ml100k("seq-aware", batch_size=512)
    net = Factors(users, items)
    net.initialize(init.Normal(0.1), ctx=[mx.cpu()])
    trainer = gluon.Trainer(net.collect_params(), "adam", {"learning_rate": 0.02})

    def rmse(net, test_iter, devices):
        errors = [((net(user, item) - score) ** 2).mean() for user, item, score in test_iter]
        return float(sum(errors) / len(errors)) ** 0.5

    d2l.train_recsys_rating(
        net, train, test, gluon.loss.L2Loss(), trainer, 2, [mx.cpu()], evaluator=rmse
    )
    return {
        "ratings": [users, items, parts, explicit[:3], explicit[3].sum(), implicit[3]],
        "rated": [figure(), parameters(net)],
    }


def ranking(d2l):
    """Train to rank, by both losses."""
    positive, negative = some(6), some(6, low=1, high=-0.5)
    users = 12
    user, item = np.arange(48) % users, np.arange(48) * 5 % users
    loader = d2l.load_array((user, item, (item + 3) % users), 16)
    net = Factors(users, users)
    net.initialize(init.Normal(0.1), ctx=[mx.cpu()])
    trainer = gluon.Trainer(net.collect_params(), "adam", {"learning_rate": 0.05})
    candidates = {u: [(5 * u) % users, (5 * u + 1) % users] for u in range(users)}
    wanted = {u: [(5 * u + 2) % users] for u in range(users)}
    d2l.train_ranking(
        net, loader, wanted, d2l.BPRLoss(), trainer, None, users, users, 2, [mx.cpu()],
        d2l.evaluate_ranking, candidates,
    )  # fmt: skip
    return {
        "losses": [d2l.BPRLoss()(positive, negative), d2l.HingeLossbRec()(positive, negative)],
        "hits": d2l.hit_and_auc([3, 1, 2, 0], [2, 5], 2),
        "ranked": [figure(), parameters(net)],
    }


def clicks(d2l):
    """Read the clicks, of training and of test data with its mapping."""
    folder = d2l.download_extract("ctr")
    train = d2l.CTRDataset(os.path.join(folder, "train.csv"))
    test = d2l.CTRDataset(
        os.path.join(folder, "test.csv"), feat_mapper=train.feat_mapper, defaults=train.defaults
    )
    # Which number a category gets is the order of a set of texts.
    return {
        "clicks": [len(train), len(test), train.field_dims, train.offsets, train[3][1]],
        "shape": [train[0][0].shape, str(test[0][0].dtype), list(train.defaults.values())],
    }


def adversaries(d2l):
    """Train the two networks of the chapter on adversaries for a few steps."""
    data = np.random.normal(0, 1, (64, 2)).dot(np.array([[1, 2], [-0.1, 0.5]])) + np.array([1, 2])
    generator, judge = nn.Dense(2), nn.Sequential()
    judge.add(nn.Dense(5, activation="tanh"), nn.Dense(1))
    loss = gluon.loss.SigmoidBCELoss()
    trainers = []
    for net in (generator, judge):
        net.initialize(init.Normal(0.02), force_reinit=True)
        trainers.append(gluon.Trainer(net.collect_params(), "adam", {"learning_rate": 0.05}))
    steps = []
    for x in np.split(data, 4):
        noise = np.random.normal(0, 1, (16, 2))
        steps.append(
            [
                d2l.update_D(x, noise, judge, generator, loss, trainers[1]),
                d2l.update_G(noise, judge, generator, loss, trainers[0]),
            ]
        )
    return {"steps": steps, "networks": parameters(generator) + parameters(judge)}
