"""Vanishing and exploding gradients, symmetry, and what initializers do about them."""

import mxnet as mx
from mxnet import autograd, init, np, npx
from mxnet.gluon import nn

npx.set_np()
mx.random.seed(37)
x = np.arange(-8.0, 8.1, 2.0)
x.attach_grad()
with autograd.record():
    y = npx.sigmoid(x)
y.backward()
print(y, x.grad)

M = np.random.normal(size=(4, 4))
print("a single matrix", M)
for _ in range(30):
    M = np.dot(M, np.random.normal(size=(4, 4)))
print("magnitude after thirty: 1e%d" % int(np.log10(np.abs(M).max()).item()))


def depth_gradients(initializer, activation):
    mx.random.seed(2)
    net = nn.Sequential()
    for _ in range(5):
        net.add(nn.Dense(20, activation=activation, in_units=20))
    net.initialize(initializer)
    x = np.random.normal(size=(8, 20))
    with autograd.record():
        out = (net(x) ** 2).sum()
    out.backward()
    sizes = [float(np.abs(layer.weight.grad()).mean()) for layer in net]
    print(type(initializer).__name__, activation, *("%.5e" % size for size in sizes))


for initializer in (
    init.Normal(0.01),
    init.Normal(1.0),
    init.Xavier(),
    init.Xavier(rnd_type="gaussian", factor_type="in", magnitude=2),
    init.MSRAPrelu(),
    init.Uniform(0.2),
):
    depth_gradients(initializer, "relu")
depth_gradients(init.Xavier(), "sigmoid")
depth_gradients(init.Xavier(), "tanh")

# equal weights stay equal: the gradients of all hidden units are the same
same = nn.Sequential()
same.add(nn.Dense(3, in_units=2, activation="tanh"), nn.Dense(1, in_units=3))
same.initialize(init.Constant(0.5))
with autograd.record():
    out = same(np.array([[1.0, -0.5]]))
out.backward()
print(same[0].weight.grad(), same[1].weight.grad())
