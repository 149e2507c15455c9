"""NeuMF for implicit feedback: negative sampling, the BPR loss, hit rate and AUC."""

import random

import mxnet as mx
from mxnet import autograd, gluon, np, npx
from mxnet.gluon import nn

npx.set_np()
mx.random.seed(293)
random.seed(293)
USERS, ITEMS = 8, 20


class NeuMF(nn.Block):
    def __init__(self, num_factors, num_users, num_items, nums_hiddens, **kwargs):
        super().__init__(**kwargs)
        self.P = nn.Embedding(num_users, num_factors)
        self.Q = nn.Embedding(num_items, num_factors)
        self.U = nn.Embedding(num_users, num_factors)
        self.V = nn.Embedding(num_items, num_factors)
        self.mlp = nn.Sequential()
        for num_hiddens in nums_hiddens:
            self.mlp.add(nn.Dense(num_hiddens, activation="relu", use_bias=True))
        self.prediction_layer = nn.Dense(1, activation="sigmoid", use_bias=False)

    def forward(self, user_id, item_id):
        gmf = self.P(user_id) * self.Q(item_id)
        mlp = self.mlp(np.concatenate([self.U(user_id), self.V(item_id)], axis=1))
        return self.prediction_layer(np.concatenate([gmf, mlp], axis=1))


class BPRLoss(gluon.loss.Loss):
    def __init__(self, weight=None, batch_axis=0, **kwargs):
        super().__init__(weight=None, batch_axis=0, **kwargs)

    def forward(self, positive, negative):
        distances = positive - negative
        return -np.sum(np.log(npx.sigmoid(distances)), 0, keepdims=True)


class PRDataset(gluon.data.Dataset):
    def __init__(self, users, items, candidates, num_items):
        self.users, self.items = users, items
        self.candidates, self.all = candidates, set(range(num_items))

    def __len__(self):
        return len(self.users)

    def __getitem__(self, idx):
        unseen = sorted(self.all - set(self.candidates[self.users[idx]]))
        return self.users[idx], self.items[idx], unseen[random.randint(0, len(unseen) - 1)]


candidates = {u: [(u * 3 + k * k) % ITEMS for k in range(5)] for u in range(USERS)}
held = {u: (u * 3 + 7) % ITEMS for u in range(USERS)}
users = [u for u in range(USERS) for _ in candidates[u]]
items = [i for u in range(USERS) for i in candidates[u]]
loader = gluon.data.DataLoader(
    PRDataset(users, items, candidates, ITEMS), 10, last_batch="rollover"
)
net = NeuMF(4, USERS, ITEMS, [8, 8])
net.initialize(force_reinit=True, init=mx.init.Normal(0.1))
print(net)
trainer = gluon.Trainer(net.collect_params(), "adam", {"learning_rate": 0.02, "wd": 1e-5})
loss = BPRLoss()
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
    hits = [(i, v) for i, v in enumerate(ranked[:k]) if v == truth]
    above = [i for i, v in enumerate(ranked) if v == truth][0]
    return len(hits), (len(ranked) - 1 - above) / (len(ranked) - 1)


results = []
for u in range(USERS):
    pool = [i for i in range(ITEMS) if i not in candidates[u] or i == held[u]]
    scores = net(np.array([u] * len(pool)), np.array(pool)).reshape(-1).asnumpy()
    ranked = [item for item, _ in sorted(zip(pool, scores.tolist()), key=lambda p: -p[1])]
    results.append(hit_and_auc(ranked, held[u], 5))
print(
    "hit %.4f, auc %.5f" % (sum(r[0] for r in results) / USERS, sum(r[1] for r in results) / USERS)
)
