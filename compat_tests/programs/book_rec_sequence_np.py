"""A sequence-aware recommender: convolutions across and along the last items."""

import mxnet as mx
from mxnet import autograd, gluon, np, npx
from mxnet.gluon import nn

npx.set_np()
mx.random.seed(307)


class Caser(nn.Block):
    def __init__(
        self, num_factors, num_users, num_items, L=4, d=3, d_prime=2, drop_ratio=0.05, **kwargs
    ):
        super().__init__(**kwargs)
        self.P = nn.Embedding(num_users, num_factors)
        self.Q = nn.Embedding(num_items, num_factors)
        self.conv_v = nn.Conv2D(d_prime, (L, 1), in_channels=1)
        self.conv_h, self.max_pool = nn.Sequential(), nn.Sequential()
        for i in range(1, L + 1):
            self.conv_h.add(nn.Conv2D(d, (i, num_factors), in_channels=1))
            self.max_pool.add(nn.MaxPool1D(L - i + 1))
        self.fc1_dim_v, self.fc1_dim_h = d_prime * num_factors, d * L
        self.fc = nn.Dense(num_factors, activation="relu", in_units=d_prime * num_factors + d * L)
        self.Q_prime = nn.Embedding(num_items, num_factors * 2)
        self.b = nn.Embedding(num_items, 1)
        self.dropout = nn.Dropout(drop_ratio)

    def forward(self, user_id, seq, item_id):
        item_embs = np.expand_dims(self.Q(seq), 1)
        user_emb = self.P(user_id)
        out_v = self.conv_v(item_embs).reshape(-1, self.fc1_dim_v)
        out_hs = []
        for conv, maxp in zip(self.conv_h, self.max_pool):
            conv_out = np.squeeze(npx.relu(conv(item_embs)), axis=3)
            out_hs.append(np.squeeze(maxp(conv_out), axis=2))
        out_h = np.concatenate(out_hs, axis=1)
        z = self.fc(self.dropout(np.concatenate([out_v, out_h], axis=1)))
        x = np.concatenate([z, user_emb], axis=1)
        q_prime_i, b = np.squeeze(self.Q_prime(item_id)), np.squeeze(self.b(item_id))
        return (x * q_prime_i).sum(1) + b


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
net = Caser(6, USERS, ITEMS, L)
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
