"""Linear regression with gluon: data loader, one Dense layer, a trainer."""

import mxnet as mx
from mxnet import autograd, gluon, init, nd
from mxnet.gluon import data as gdata
from mxnet.gluon import loss as gloss
from mxnet.gluon import nn

mx.random.seed(5)
true_w, true_b = [2, -3.4], 4.2
features = nd.random.normal(scale=1, shape=(300, 2))
labels = true_w[0] * features[:, 0] + true_w[1] * features[:, 1] + true_b
labels += nd.random.normal(scale=0.01, shape=labels.shape)

loader = gdata.DataLoader(gdata.ArrayDataset(features, labels), 10, shuffle=False)
for x, y in loader:
    print(x, y)
    break

net = nn.Sequential()
net.add(nn.Dense(1))
print(net)
net.initialize(init.Normal(sigma=0.01))
loss = gloss.L2Loss()
print(loss)
trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.03})
for epoch in range(1, 4):
    for x, y in loader:
        with autograd.record():
            cost = loss(net(x), y)
        cost.backward()
        trainer.step(10)
    print("epoch %d, loss: %.5g" % (epoch, loss(net(features), labels).mean().asscalar()))
dense = net[0]
print(dense.weight.data(), dense.bias.data())
print(dense.weight.grad().shape, trainer.learning_rate)
trainer.set_learning_rate(0.1)
print(trainer.learning_rate, [name.split("_")[-1] for name in net.collect_params()])
