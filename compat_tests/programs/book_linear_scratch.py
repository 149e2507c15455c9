"""Linear regression with nothing but arrays and autograd."""

import random

import mxnet as mx
from mxnet import autograd, np, npx

npx.set_np()
mx.random.seed(3)
random.seed(3)


def make_points(w, b, count):
    x = np.random.normal(0, 1, (count, len(w)))
    y = np.dot(x, w) + b
    return x, (y + np.random.normal(0, 0.01, y.shape)).reshape(-1, 1)


def batches(size, features, labels):
    order = list(range(len(features)))
    random.shuffle(order)
    for start in range(0, len(order), size):
        chosen = np.array(order[start : start + size])
        yield features[chosen], labels[chosen]


def model(x, w, b):
    return np.dot(x, w) + b


def squared(predicted, y):
    return (predicted - y.reshape(predicted.shape)) ** 2 / 2


def sgd(parameters, rate, size):
    for parameter in parameters:
        parameter[:] = parameter - rate * parameter.grad / size


true_w, true_b = np.array([2, -3.4]), 4.2
features, labels = make_points(true_w, true_b, 200)
print("features:", features[0], "\nlabel:", labels[0])
w = np.random.normal(0, 0.01, (2, 1))
b = np.zeros(1)
w.attach_grad()
b.attach_grad()
for epoch in range(3):
    for x, y in batches(10, features, labels):
        with autograd.record():
            cost = squared(model(x, w, b), y)
        cost.backward()
        sgd([w, b], 0.03, 10)
    print(f"epoch {epoch + 1}, loss {float(squared(model(features, w, b), labels).mean()):.5g}")
print(f"w {w.reshape(-1)}, b {b}, error of b below 1: {abs(float(true_b - b[0])) < 1}")
