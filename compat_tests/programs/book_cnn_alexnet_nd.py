"""AlexNet, with narrow layers: shapes, parameters and a training step."""

import mxnet as mx
from mxnet import autograd, gluon, init, nd
from mxnet.gluon import nn

mx.random.seed(101)
net = nn.Sequential()
net.add(
    nn.Conv2D(12, kernel_size=11, strides=4, activation="relu"),
    nn.MaxPool2D(pool_size=3, strides=2),
    nn.Conv2D(16, kernel_size=5, padding=2, activation="relu"),
    nn.MaxPool2D(pool_size=3, strides=2),
    nn.Conv2D(24, kernel_size=3, padding=1, activation="relu"),
    nn.Conv2D(24, kernel_size=3, padding=1, activation="relu"),
    nn.Conv2D(16, kernel_size=3, padding=1, activation="relu"),
    nn.MaxPool2D(pool_size=3, strides=2),
    nn.Dense(64, activation="relu"),
    nn.Dropout(0.5),
    nn.Dense(64, activation="relu"),
    nn.Dropout(0.5),
    nn.Dense(10),
)
print(net)
net.initialize(init.Xavier())
X = nd.random.uniform(shape=(1, 1, 224, 224))
for layer in net:
    X = layer(X)
    print(layer.name, "output shape:\t", X.shape)
for name, parameter in net.collect_params().items():
    print(name, parameter.shape)
images, labels = nd.random.normal(shape=(2, 1, 224, 224)), nd.array([3, 8])
trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.01})
loss = gluon.loss.SoftmaxCrossEntropyLoss()
for step in range(2):
    with autograd.record():
        cost = loss(net(images), labels)
    cost.backward()
    trainer.step(2)
    print("%.6f" % cost.mean().asscalar())
print(net(images))
