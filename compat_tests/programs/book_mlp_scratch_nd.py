"""A perceptron with one hidden layer by hand; activation functions and their slopes."""

import mxnet as mx
from mxnet import autograd, nd
from mxnet.gluon import loss as gloss

mx.random.seed(19)
x = nd.arange(-4.0, 4.0, 1.0)
x.attach_grad()
for name, function in (("relu", nd.relu), ("sigmoid", nd.sigmoid), ("tanh", nd.tanh)):
    with autograd.record():
        y = function(x)
    y.backward()
    print(name, y, x.grad)

inputs, outputs, hidden = 12, 3, 16
W1 = nd.random.normal(scale=0.1, shape=(inputs, hidden))
b1 = nd.zeros(hidden)
W2 = nd.random.normal(scale=0.1, shape=(hidden, outputs))
b2 = nd.zeros(outputs)
parameters = [W1, b1, W2, b2]
for parameter in parameters:
    parameter.attach_grad()


def relu(x):
    return nd.maximum(x, 0)


def net(x):
    x = x.reshape((-1, inputs))
    return nd.dot(relu(nd.dot(x, W1) + b1), W2) + b2


loss = gloss.SoftmaxCrossEntropyLoss()
data = nd.random.uniform(-1, 1, shape=(90, 3, 4))
label = (data.sum(axis=(1, 2)) > 0) + (data[:, 0, 0] > 0)
print("classes", [int((label == k).sum().asscalar()) for k in range(3)])
for epoch in range(4):
    total = 0.0
    for start in range(0, 90, 15):
        features, y = data[start : start + 15], label[start : start + 15]
        with autograd.record():
            cost = loss(net(features), y)
        cost.backward()
        for parameter in parameters:
            parameter -= 0.5 * parameter.grad / 15
        total += cost.sum().asscalar()
    right = (net(data).argmax(axis=1) == label).mean().asscalar()
    print("epoch %d, loss %.5f, accuracy %.3f" % (epoch + 1, total / 90, right))
