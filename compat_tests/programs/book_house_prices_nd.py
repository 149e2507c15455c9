"""Tabular data: standardise, one-hot encode, k-fold validation, log error, a submission file."""

import mxnet as mx
from mxnet import autograd, gluon, init, nd
from mxnet.gluon import data as gdata
from mxnet.gluon import loss as gloss
from mxnet.gluon import nn

mx.random.seed(41)
COUNT, TRAIN = 60, 40
areas = nd.random.uniform(50, 200, shape=COUNT)
years = nd.random.uniform(1950, 2010, shape=COUNT)
kinds = nd.random.randint(0, 3, shape=COUNT)
areas[5] = float("nan")
prices = areas * 1000 + (years - 1950) * 500 + kinds.astype("float32") * 20000
prices = nd.where(prices != prices, nd.ones_like(prices) * 90000, prices)


def standardised(column):
    known = column == column
    filled = nd.where(known, column, nd.zeros_like(column))
    mean = filled.sum() / known.sum()
    centred = (filled - mean) * known
    return centred / (centred.square().sum() / known.sum()).sqrt()


features = nd.concat(
    standardised(areas).expand_dims(1),
    standardised(years).expand_dims(1),
    nd.one_hot(kinds, 3),
    dim=1,
)
labels = (prices / 1e5).reshape((-1, 1))
print(features.shape, features[4:7])
loss = gloss.L2Loss()


def get_net():
    net = nn.Sequential()
    net.add(nn.Dense(1))
    net.initialize(init.Normal(0.01))
    return net


def log_rmse(net, x, y):
    clipped = nd.clip(net(x), 1, float("inf"))
    return nd.sqrt(2 * loss(clipped.log(), y.log()).mean()).asscalar()


def train(net, x, y, held_x, held_y, epochs, rate, wd, batch):
    history = [], []
    batches = gdata.DataLoader(gdata.ArrayDataset(x, y), batch, shuffle=False)
    options = {"learning_rate": rate, "wd": wd}
    trainer = gluon.Trainer(net.collect_params(), "adam", options)
    for _ in range(epochs):
        for features, label in batches:
            with autograd.record():
                cost = loss(net(features), label)
            cost.backward()
            trainer.step(batch)
        history[0].append(log_rmse(net, x, y))
        if held_x is not None:
            history[1].append(log_rmse(net, held_x, held_y))
    return history


def fold(k, i, x, y):
    size = x.shape[0] // k
    parts = [(x[j * size : (j + 1) * size], y[j * size : (j + 1) * size]) for j in range(k)]
    held = parts.pop(i)
    return (
        nd.concat(*(part[0] for part in parts), dim=0),
        nd.concat(*(part[1] for part in parts), dim=0),
        *held,
    )


total = 0
for i in range(4):
    data = fold(4, i, features[:TRAIN], labels[:TRAIN])
    seen, held = train(get_net(), *data, 5, 0.3, 0.01, 10)
    total += held[-1]
    print("fold %d, train rmse %.5f, valid rmse %.5f" % (i, seen[-1], held[-1]))
print("4-fold validation: avg valid rmse %.5f" % (total / 4))
net = get_net()
train(net, features[:TRAIN], labels[:TRAIN], None, None, 5, 0.3, 0.01, 10)
predicted = net(features[TRAIN:]).asnumpy()
with open("submission.csv", "w") as file:
    file.write("Id,SalePrice\n")
    for i, value in enumerate(predicted.reshape(-1)):
        file.write("%d,%.4f\n" % (TRAIN + i, value))
print(open("submission.csv").read().splitlines()[:4])
