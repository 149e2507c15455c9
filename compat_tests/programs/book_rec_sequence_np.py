"""A sequence-aware recommender: convolutions across and along the last items."""

import mxnet as mx
from mxnet import autograd, gluon, np, npx
from mxnet.gluon import nn

npx.set_np()
mx.random.seed(307)


class Recent(nn.Block):
    """Look at the last items with filters along time and across it, and at the user."""

    def __init__(self, size, users, items, steps, across=2, along=3, **kwargs):
        super().__init__(**kwargs)
        self.user, self.item = nn.Embedding(users, size), nn.Embedding(items, size)
        self.across = nn.Conv2D(across, (steps, 1))
        self.along = nn.Sequential()
        for height in range(1, steps + 1):
            self.along.add(nn.Conv2D(along, (height, size), activation="relu"))
        self.mix = nn.Sequential()
        self.mix.add(nn.Dropout(0.05), nn.Dense(size, activation="relu"))
        self.target, self.bias = nn.Embedding(items, 2 * size), nn.Embedding(items, 1)

    def forward(self, user, recent, item):
        picture = np.expand_dims(self.item(recent), 1)
        parts = [npx.batch_flatten(self.across(picture))]
        parts += [conv(picture).max(axis=(2, 3)) for conv in self.along]
        taste = np.concatenate([self.mix(np.concatenate(parts, axis=1)), self.user(user)], axis=1)
        return (taste * self.target(item)).sum(axis=1) + self.bias(item).reshape(-1)


USERS, ITEMS, L = 6, 18, 4
history = [[(u + 2 * k + k * k % 3) % ITEMS for k in range(9)] for u in range(USERS)]
rows = [
    (u, line[k : k + L], line[k + L])
    for u, line in enumerate(history)
    for k in range(len(line) - L)
]
users = np.array([row[0] for row in rows])
seqs = np.array([row[1] for row in rows])
targets = np.array([row[2] for row in rows])
negatives = (targets + 7) % ITEMS
print(seqs.shape, seqs[0], targets[:5])
net = Recent(6, USERS, ITEMS, L)
net.initialize(mx.init.Normal(0.1))
trainer = gluon.Trainer(net.collect_params(), "adam", {"learning_rate": 0.01, "wd": 1e-5})
for epoch in range(3):
    total = 0.0
    for i in range(0, len(rows), 10):
        part = slice(i, i + 10)
        with autograd.record():
            positive = net(users[part], seqs[part], targets[part])
            negative = net(users[part], seqs[part], negatives[part])
            cost = -np.log(npx.sigmoid(positive - negative)).sum()
        cost.backward()
        trainer.step(10)
        total += float(cost)
    print("epoch %d, loss %.6f" % (epoch + 1, total / len(rows)))
ranked = net(
    np.array([0] * ITEMS), np.tile(np.array(history[0][-L:]), (ITEMS, 1)), np.arange(ITEMS)
)
print(ranked.shape, ranked[:4])
