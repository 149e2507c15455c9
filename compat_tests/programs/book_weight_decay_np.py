"""More inputs than examples: weight decay by hand, then through the trainer with wd_mult."""

import mxnet as mx
from mxnet import autograd, gluon, init, np, npx
from mxnet.gluon import nn

npx.set_np()
mx.random.seed(29)
n_train, n_test, inputs, batch = 20, 50, 60, 5
true_w, true_b = np.ones((inputs, 1)) * 0.01, 0.05


def make(count):
    x = np.random.normal(0, 1, (count, inputs))
    return x, np.dot(x, true_w) + true_b + np.random.normal(0, 0.01, (count, 1))


train_x, train_y = make(n_train)
test_x, test_y = make(n_test)
start = np.random.normal(scale=1, size=(inputs, 1))


def by_hand(penalty):
    w, b = start.copy(), np.zeros(1)
    w.attach_grad()
    b.attach_grad()
    for _ in range(6):
        for i in range(0, n_train, batch):
            x, y = train_x[i : i + batch], train_y[i : i + batch]
            with autograd.record():
                error = np.dot(x, w) + b - y
                cost = error**2 / 2 + penalty * (w**2).sum() / 2
            cost.backward()
            for parameter in (w, b):
                parameter[:] -= 0.01 * parameter.grad / batch
    print("lambda %g: L2 norm of w %.6f" % (penalty, float(np.linalg.norm(w))))


by_hand(0)
by_hand(3)


def concise(wd):
    net = nn.Sequential()
    net.add(nn.Dense(1))
    net.initialize(init.Constant(0.3))
    loss = gluon.loss.L2Loss()
    net.collect_params(".*bias").setattr("wd_mult", 0)
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.01, "wd": wd})
    for _ in range(6):
        for i in range(0, n_train, batch):
            with autograd.record():
                cost = loss(net(train_x[i : i + batch]), train_y[i : i + batch])
            cost.backward()
            trainer.step(batch)
    losses = [float(loss(net(x), y).mean()) for x, y in ((train_x, train_y), (test_x, test_y))]
    print("wd %g: train %.6g, test %.6g" % (wd, *losses))
    print("norm %.6f" % float(np.linalg.norm(net[0].weight.data())), net[0].bias.data())


concise(0)
concise(3)
