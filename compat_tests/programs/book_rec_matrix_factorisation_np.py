"""Ratings by factors and biases, with a regulariser, and their RMSE."""

import mxnet as mx
from mxnet import autograd, gluon, np, npx
from mxnet.gluon import nn

npx.set_np()
mx.random.seed(281)
USERS, ITEMS = 12, 15


class MF(nn.Block):
    def __init__(self, num_factors, num_users, num_items, **kwargs):
        super().__init__(**kwargs)
        self.P = nn.Embedding(input_dim=num_users, output_dim=num_factors)
        self.Q = nn.Embedding(input_dim=num_items, output_dim=num_factors)
        self.user_bias = nn.Embedding(num_users, 1)
        self.item_bias = nn.Embedding(num_items, 1)

    def forward(self, user_id, item_id):
        P_u, Q_i = self.P(user_id), self.Q(item_id)
        outputs = (P_u * Q_i).sum(axis=1) + np.squeeze(self.user_bias(user_id))
        return (outputs + np.squeeze(self.item_bias(item_id))).flatten()


users = np.array([i * 7 % USERS for i in range(96)], dtype="int32")
items = np.array([i * 11 % ITEMS for i in range(96)], dtype="int32")
taste, charm = np.random.normal(size=(USERS, 3)), np.random.normal(size=(ITEMS, 3))
scores = np.clip(3 + (taste[users] * charm[items]).sum(axis=1), 1, 5)
print(users[:5], items[:5], scores[:5])
dataset = gluon.data.ArrayDataset(users, items, scores)
train = gluon.data.DataLoader(dataset, 16, last_batch="rollover")
net = MF(4, USERS, ITEMS)
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
