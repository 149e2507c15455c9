"""Ratings by factors and biases, with a regulariser, and their RMSE."""

import mxnet as mx
from mxnet import autograd, gluon, np, npx
from mxnet.gluon import nn

npx.set_np()
mx.random.seed(281)
USERS, ITEMS = 12, 15


class Factors(nn.Block):
    """A rating is the product of two short vectors, plus how generous and how liked."""

    def __init__(self, size, users, items, **kwargs):
        super().__init__(**kwargs)
        self.taste, self.charm = nn.Embedding(users, size), nn.Embedding(items, size)
        self.generous, self.liked = nn.Embedding(users, 1), nn.Embedding(items, 1)

    def forward(self, user, item):
        product = (self.taste(user) * self.charm(item)).sum(axis=1, keepdims=True)
        return (product + self.generous(user) + self.liked(item)).reshape(-1)


users = np.array([i * 7 % USERS for i in range(96)], dtype="int32")
items = np.array([i * 11 % ITEMS for i in range(96)], dtype="int32")
taste, charm = np.random.normal(size=(USERS, 3)), np.random.normal(size=(ITEMS, 3))
scores = np.clip(3 + (taste[users] * charm[items]).sum(axis=1), 1, 5)
print(users[:5], items[:5], scores[:5])
dataset = gluon.data.ArrayDataset(users, items, scores)
train = gluon.data.DataLoader(dataset, 16, last_batch="rollover")
net = Factors(4, USERS, ITEMS)
net.initialize(mx.init.Normal(0.1))
print(net)
trainer = gluon.Trainer(net.collect_params(), "adam", {"learning_rate": 0.02, "wd": 1e-5})
loss = gluon.loss.L2Loss()


def evaluator(net):
    metric, errors = mx.metric.RMSE(), []
    for u, i, r in train:
        r_hat = net(u, i)
        metric.reset()
        metric.update(labels=[r.as_nd_ndarray()], preds=[r_hat.as_nd_ndarray()])
        errors.append(metric.get()[1])
    return sum(errors) / len(errors)


for epoch in range(4):
    total = 0.0
    for u, i, r in train:
        with autograd.record():
            cost = loss(net(u, i), r)
        cost.backward()
        trainer.step(u.shape[0])
        total += float(cost.mean())
    print("epoch %d, train loss %.6f, RMSE %.6f" % (epoch + 1, total / 6, evaluator(net)))
print("%.5f" % float(net(np.array([2], dtype="int32"), np.array([3], dtype="int32"))[0]))
