"""Train a multilayer perceptron with Dropout through gluon, on NumPy-style arrays."""

import math
import zlib

from mxnet import autograd, gluon, init, np, npx
from mxnet.gluon import nn

npx.set_np()
npx.random.seed(42)


def clusters(count, size, classes):
    """Make points around class centres, without any random numbers."""
    rows, labels = [], []
    for i in range(count):
        label = i * 7 % classes
        rows.append(
            [
                math.sin(label * 1.7 + j) + 0.8 * math.sin(i * 12.9898 + j * 78.233)
                for j in range(size)
            ]
        )
        labels.append(label)
    return np.array(rows), np.array(labels)


net = nn.Sequential()
net.add(
    nn.Dense(32, activation="relu"),
    nn.Dropout(0.2),
    nn.Dense(16, activation="relu"),
    nn.Dropout(0.5),
    nn.Dense(4),
)
net.initialize(init.Normal(sigma=0.1))
x, y = clusters(256, 20, 4)
net(x[:1])
for name, parameter in net.collect_params().items():
    print(parameter.shape, "%08x" % zlib.crc32(parameter.data().asnumpy().tobytes()))

loss = gluon.loss.SoftmaxCrossEntropyLoss()
trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.5})
batches = gluon.data.DataLoader(gluon.data.ArrayDataset(x, y), batch_size=32, shuffle=False)
for epoch in range(2):
    for features, labels in batches:
        with autograd.record():
            cost = loss(net(features), labels)
        cost.backward()
        trainer.step(32)
        print("loss %.4e" % float(cost.mean()))
right = (net(x).asnumpy().argmax(axis=1) == y.asnumpy()).sum()
print("right:", int(right), "of", len(y))
