"""Gradient descent in one and two dimensions, local minima, Newton's method, noise."""

import math

import mxnet as mx
from mxnet import autograd, np, npx

npx.set_np()
mx.random.seed(179)


def descend(slope, eta, steps=6, start=10.0):
    x, trace = start, [start]
    for _ in range(steps):
        x -= eta * slope(x)
        trace.append(float(x))
    return trace


for eta in (0.05, 0.2, 1.1):
    print("eta", eta, " ".join("%.6g" % value for value in descend(lambda x: 2 * x, eta)))
c = np.array(0.15 * math.pi)


def f_grad(x):
    x = np.array(x)
    x.attach_grad()
    with autograd.record():
        y = x * np.cos(c * x)
    y.backward()
    return float(x.grad)


print(" ".join("%.5f" % value for value in descend(f_grad, 2)))


def newton(steps=4):
    x = np.array(10.0)
    for _ in range(steps):
        first = np.sinh(0.5 * x) * 0.5
        second = np.cosh(0.5 * x) * 0.25
        x = x - first / second
    return x


print("newton %.6f" % float(newton()))


def two_dimensions(noise, rate):
    x1, x2 = -5.0, -2.0
    for step in range(1, 9):
        g1, g2 = 2 * x1, 4 * x2
        g1 += float(np.random.normal(0.0, noise, (1,))) if noise else 0.0
        g2 += float(np.random.normal(0.0, noise, (1,))) if noise else 0.0
        eta = rate(step)
        x1, x2 = x1 - eta * g1, x2 - eta * g2
    return "%.6f %.6f" % (x1, x2)


print(two_dimensions(0, lambda step: 0.1))
print(two_dimensions(1, lambda step: 0.1))
print(two_dimensions(1, lambda step: 0.1 * math.exp(-0.1 * step)))
print(two_dimensions(1, lambda step: 0.1 * (1 + 0.1 * step) ** -0.5))

# convexity: Jensen's inequality on samples
samples = np.random.uniform(-2, 2, size=(100,))
print(bool((samples**2).mean() >= samples.mean() ** 2), float((samples**2).mean()))
