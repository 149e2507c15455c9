"""NeuMF for implicit feedback: negative sampling, the BPR loss, hit rate and AUC."""

import random

import mxnet as mx
from mxnet import autograd, gluon, np, npx
from mxnet.gluon import nn

npx.set_np()
mx.random.seed(293)
random.seed(293)
USERS, ITEMS = 8, 20


class TwoWays(nn.Block):
    """Score pairs by a product of factors and by a perceptron, joined at the end."""

    def __init__(self, size, hidden, **kwargs):
        super().__init__(**kwargs)
        self.tables = nn.Sequential()
        for rows in (USERS, ITEMS, USERS, ITEMS):
            self.tables.add(nn.Embedding(rows, size))
        self.deep = nn.Sequential()
        for units in hidden:
            self.deep.add(nn.Dense(units, activation="relu"))
        self.score = nn.Dense(1, activation="sigmoid", use_bias=False)

    def forward(self, user, item):
        p, q, u, v = (table(ids) for table, ids in zip(self.tables, (user, item, user, item)))
        return self.score(
            np.concatenate([p * q, self.deep(np.concatenate([u, v], axis=1))], axis=1)
        )


class Ranking(gluon.loss.Loss):
    """Ask that what was seen scores above what was not."""

    def __init__(self, **kwargs):
        super().__init__(weight=None, batch_axis=0, **kwargs)

    def forward(self, seen, unseen):
        return np.log(1 + np.exp(unseen - seen)).sum(axis=0, keepdims=True)


class Triples(gluon.data.Dataset):
    def __init__(self, users, items, seen):
        self.pairs = list(zip(users, items))
        self.unseen = {user: [i for i in range(ITEMS) if i not in seen[user]] for user in seen}

    def __len__(self):
        return len(self.pairs)

    def __getitem__(self, row):
        user, item = self.pairs[row]
        return user, item, random.choice(self.unseen[user])


candidates = {u: [(u * 3 + k * k) % ITEMS for k in range(5)] for u in range(USERS)}
held = {u: (u * 3 + 7) % ITEMS for u in range(USERS)}
users = [u for u in range(USERS) for _ in candidates[u]]
items = [i for u in range(USERS) for i in candidates[u]]
loader = gluon.data.DataLoader(Triples(users, items, candidates), 10, last_batch="rollover")
net = TwoWays(4, [8, 8])
net.initialize(force_reinit=True, init=mx.init.Normal(0.1))
print(net)
trainer = gluon.Trainer(net.collect_params(), "adam", {"learning_rate": 0.02, "wd": 1e-5})
loss = Ranking()
for epoch in range(3):
    total = 0.0
    for u, i, negative in loader:
        with autograd.record():
            cost = loss(net(u, i), net(u, negative))
        cost.backward()
        trainer.step(u.shape[0])
        total += float(cost.mean())
    print("epoch %d, loss %.6f" % (epoch + 1, total / len(users)), u.dtype, i.shape)


def hit_and_auc(ranked, truth, k):
    place = ranked.index(truth)
    return int(place < k), 1 - place / (len(ranked) - 1)


results = []
for u in range(USERS):
    pool = [i for i in range(ITEMS) if i not in candidates[u] or i == held[u]]
    scores = net(np.array([u] * len(pool)), np.array(pool)).reshape(-1).asnumpy()
    ranked = [item for item, _ in sorted(zip(pool, scores.tolist()), key=lambda p: -p[1])]
    results.append(hit_and_auc(ranked, held[u], 5))
print(
    "hit %.4f, auc %.5f" % (sum(r[0] for r in results) / USERS, sum(r[1] for r in results) / USERS)
)
