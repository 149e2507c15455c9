"""Training on two devices by hand: copy parameters, split data, sum gradients."""

import mxnet as mx
from mxnet import autograd, gluon, nd

mx.random.seed(211)
scale = 0.1
W1 = nd.random.normal(scale=scale, shape=(4, 1, 3, 3))
b1 = nd.zeros(shape=4)
W2 = nd.random.normal(scale=scale, shape=(4 * 3 * 3, 10))
b2 = nd.zeros(shape=10)
W3 = nd.random.normal(scale=scale, shape=(10, 3))
b3 = nd.zeros(shape=3)
params = [W1, b1, W2, b2, W3, b3]


def lenet(X, params):
    conv = nd.Convolution(data=X, weight=params[0], bias=params[1], kernel=(3, 3), num_filter=4)
    pool = nd.Pooling(nd.relu(conv), pool_type="avg", kernel=(2, 2), stride=(2, 2))
    hidden = nd.relu(nd.dot(nd.flatten(pool), params[2]) + params[3])
    return nd.dot(hidden, params[4]) + params[5]


loss = gluon.loss.SoftmaxCrossEntropyLoss()
devices = [mx.cpu(0), mx.cpu(1)]


def get_params(params, ctx):
    new_params = [p.copyto(ctx) for p in params]
    for p in new_params:
        p.attach_grad()
    return new_params


moved = get_params(params, mx.cpu(1))
print("b1 weight:", moved[1])
print("b1 grad:", moved[1].grad)


def allreduce(data):
    for i in range(1, len(data)):
        data[0][:] += data[i].copyto(data[0].context)
    for i in range(1, len(data)):
        data[0].copyto(data[i])


data = [nd.ones((1, 2), ctx=device) * (i + 1) for i, device in enumerate(devices)]
print("before:", data)
allreduce(data)
print("after:", data)
parts = gluon.utils.split_and_load(nd.arange(20).reshape((4, 5)), devices)
print("output:", parts)


def train_batch(X, y, copies, lr):
    Xs = gluon.utils.split_and_load(X, devices)
    ys = gluon.utils.split_and_load(y, devices)
    with autograd.record():
        costs = [loss(lenet(X, W), y) for X, y, W in zip(Xs, ys, copies)]
    for cost in costs:
        cost.backward()
    for i in range(len(copies[0])):
        allreduce([copies[c][i].grad for c in range(len(devices))])
    for W in copies:
        for p in W:
            p[:] = p - lr * p.grad / X.shape[0]
    return sum(cost.sum().asscalar() for cost in costs) / X.shape[0]


labels = nd.array([i % 3 for i in range(24)])
images = nd.random.normal(shape=(24, 1, 8, 8)) + labels.reshape((-1, 1, 1, 1))
copies = [get_params(params, device) for device in devices]
for step in range(4):
    print("loss %.6f" % train_batch(images, labels, copies, 0.3))
same = [(a.asnumpy() == b.asnumpy()).all() for a, b in zip(*copies)]
print(same, float(copies[1][5].norm().asscalar()))
