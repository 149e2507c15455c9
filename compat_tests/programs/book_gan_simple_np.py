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


def play(real, noise):
    """Let each side make one step; return both losses."""
    right, wrong = np.ones(len(real)), np.zeros(len(real))
    made = net_G(noise)
    with autograd.record():
        told = (loss(net_D(real), right) + loss(net_D(made.detach()), wrong)) / 2
    told.backward()
    trainer_D.step(len(real))
    with autograd.record():
        fooled = loss(net_D(net_G(noise)), right)
    fooled.backward()
    trainer_G.step(len(real))
    return float(told.sum()), float(fooled.sum())


loss = gluon.loss.SigmoidBCELoss()
net_D.initialize(init=init.Normal(0.02), force_reinit=True)
net_G.initialize(init=init.Normal(0.02), force_reinit=True)
trainer_D = gluon.Trainer(net_D.collect_params(), "adam", {"learning_rate": 0.05})
trainer_G = gluon.Trainer(net_G.collect_params(), "adam", {"learning_rate": 0.005})
for epoch in range(4):
    sums = [0.0, 0.0, 0]
    for (X,) in gluon.data.DataLoader(gluon.data.ArrayDataset(data).transform(lambda x: (x,)), 16):
        Z = np.random.normal(0, 1, size=(16, 2))
        told, fooled = play(X, Z)
        sums[0], sums[1] = sums[0] + told, sums[1] + fooled
        sums[2] += 16
    print("epoch %d, loss_D %.5f, loss_G %.5f" % (epoch + 1, sums[0] / sums[2], sums[1] / sums[2]))
fake = net_G(np.random.normal(0, 1, size=(100, 2)))
print(fake.shape, fake.mean(axis=0))
