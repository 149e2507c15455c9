"""Softmax regression with gluon, images through transforms.ToTensor, first edition."""

import mxnet as mx
from mxnet import autograd, gluon, init, nd
from mxnet.gluon import data as gdata
from mxnet.gluon import loss as gloss
from mxnet.gluon import nn

mx.random.seed(17)
labels = nd.random.randint(0, 3, shape=(120,)).astype("int32")
bases = nd.random.randint(0, 256, shape=(3, 8, 8, 1)).astype("float32")
noise = nd.random.normal(0, 20, shape=(120, 8, 8, 1))
images = nd.clip(nd.take(bases, labels) + noise, 0, 255).astype("uint8")
print(images.shape, images.dtype, labels[:8])

dataset = gdata.ArrayDataset(images, labels)
train = gdata.DataLoader(
    dataset.transform_first(gdata.vision.transforms.ToTensor()), batch_size=30, shuffle=False
)
x, y = next(iter(train))
print(x.shape, x.dtype, y.dtype, float(x.max().asscalar()) <= 1)

net = nn.Sequential()
net.add(nn.Dense(3))
net.initialize(init.Normal(sigma=0.01))
loss = gloss.SoftmaxCrossEntropyLoss()
trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1})


def evaluate(batches, net):
    right, count = nd.array([0]), 0
    for x, y in batches:
        y = y.astype("float32")
        right += (net(x).argmax(axis=1) == y).sum()
        count += y.size
    return right.asscalar() / count


for epoch in range(4):
    total, right, n = 0.0, 0.0, 0
    for x, y in train:
        with autograd.record():
            out = net(x)
            cost = loss(out, y).sum()
        cost.backward()
        trainer.step(30)
        y = y.astype("float32")
        total += cost.asscalar()
        right += (out.argmax(axis=1) == y).sum().asscalar()
        n += y.size
    accuracy = evaluate(train, net)
    print(
        "epoch %d, loss %.5f, train acc %.4f, after %.4f"
        % (epoch + 1, total / n, right / n, accuracy)
    )
