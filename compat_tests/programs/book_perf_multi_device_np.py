"""Training on two devices through gluon: split_and_load, a trainer over both."""

import mxnet as mx
from mxnet import autograd, gluon, init, np, npx
from mxnet.gluon import nn

npx.set_np()
mx.random.seed(223)
devices = [npx.cpu(0), npx.cpu(1)]
net = nn.Sequential()
net.add(nn.Conv2D(6, kernel_size=3, activation="relu"), nn.BatchNorm())
net.add(nn.GlobalAvgPool2D(), nn.Dense(4))
net.initialize(init=init.Normal(sigma=0.1), ctx=devices)
x = np.random.uniform(size=(4, 1, 10, 10))
x_shards = gluon.utils.split_and_load(x, devices)
print(net(x_shards[0]), net(x_shards[1]))
weight = net[0].params.get("weight")
try:
    weight.data(npx.cpu(2))
except RuntimeError:
    print("not initialized on cpu(2)")
print(weight.data(devices[0])[0], weight.data(devices[1])[0], weight.list_ctx())


def evaluate(net, X, y, split_f=gluon.utils.split_and_load):
    right = 0.0
    for part, label in zip(split_f(X, devices), split_f(y, devices)):
        right += float(
            (net(part).argmax(axis=1).astype(label.dtype) == label).astype("float32").sum()
        )
    return right / len(y)


labels = (np.arange(32) % 4).astype("int32")
images = np.random.normal(0, 0.5, size=(32, 1, 10, 10))
images += np.sin(np.arange(100).reshape(1, 1, 10, 10) * (labels.reshape(-1, 1, 1, 1) + 1))
loss = gluon.loss.SoftmaxCrossEntropyLoss()
net.initialize(init=init.Normal(sigma=0.1), ctx=devices, force_reinit=True)
trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.5}, kvstore="device")
for epoch in range(4):
    X_shards, y_shards = (gluon.utils.split_and_load(a, devices) for a in (images, labels))
    with autograd.record():
        ls = [loss(net(X), y) for X, y in zip(X_shards, y_shards)]
    for l in ls:
        l.backward()
    trainer.step(32)
    print("loss %.6f" % (sum(float(l.sum()) for l in ls) / 32))
    npx.waitall()
print("accuracy %.4f on %s" % (evaluate(net, images, labels), str(devices)))
a, b = (net[3].weight.data(device).asnumpy() for device in devices)
print((a == b).all(), net[3].weight.grad(devices[1]).shape)
