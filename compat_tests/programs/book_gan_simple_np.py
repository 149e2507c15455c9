"""A generative adversarial network that learns a Gaussian."""

import mxnet as mx
from mxnet import autograd, gluon, init, np, npx
from mxnet.gluon import nn

npx.set_np()
mx.random.seed(313)
X = np.random.normal(0.0, 1, (64, 2))
A, b = np.array([[1, 2], [-0.1, 0.5]]), np.array([1, 2])
data = np.dot(X, A) + b
print("The covariance matrix is\n%s" % np.dot(A.T, A))
net_G = nn.Sequential()
net_G.add(nn.Dense(2))
net_D = nn.Sequential()
net_D.add(nn.Dense(5, activation="tanh"), nn.Dense(3, activation="tanh"), nn.Dense(1))


def update_D(X, Z, net_D, net_G, loss, trainer_D):
    batch_size = X.shape[0]
    ones, zeros = np.ones((batch_size,), ctx=X.ctx), np.zeros((batch_size,), ctx=X.ctx)
    with autograd.record():
        real_Y = net_D(X)
        fake_X = net_G(Z)
        fake_Y = net_D(fake_X.detach())
        loss_D = (loss(real_Y, ones) + loss(fake_Y, zeros)) / 2
    loss_D.backward()
    trainer_D.step(batch_size)
    return float(loss_D.sum())


def update_G(Z, net_D, net_G, loss, trainer_G):
    batch_size = Z.shape[0]
    ones = np.ones((batch_size,), ctx=Z.ctx)
    with autograd.record():
        fake_Y = net_D(net_G(Z))
        loss_G = loss(fake_Y, ones)
    loss_G.backward()
    trainer_G.step(batch_size)
    return float(loss_G.sum())


loss = gluon.loss.SigmoidBCELoss()
net_D.initialize(init=init.Normal(0.02), force_reinit=True)
net_G.initialize(init=init.Normal(0.02), force_reinit=True)
trainer_D = gluon.Trainer(net_D.collect_params(), "adam", {"learning_rate": 0.05})
trainer_G = gluon.Trainer(net_G.collect_params(), "adam", {"learning_rate": 0.005})
for epoch in range(4):
    sums = [0.0, 0.0, 0]
    for (X,) in gluon.data.DataLoader(gluon.data.ArrayDataset(data).transform(lambda x: (x,)), 16):
        Z = np.random.normal(0, 1, size=(16, 2))
        sums[0] += update_D(X, Z, net_D, net_G, loss, trainer_D)
        sums[1] += update_G(Z, net_D, net_G, loss, trainer_G)
        sums[2] += 16
    print("epoch %d, loss_D %.5f, loss_G %.5f" % (epoch + 1, sums[0] / sums[2], sums[1] / sums[2]))
fake = net_G(np.random.normal(0, 1, size=(100, 2)))
print(fake.shape, fake.mean(axis=0))
