"""Cross-correlation by hand, an edge detector, and a kernel learnt from data."""

import mxnet as mx
from mxnet import autograd, np, npx
from mxnet.gluon import nn

npx.set_np()
mx.random.seed(83)


def corr2d(X, K):
    h, w = K.shape
    Y = np.zeros((X.shape[0] - h + 1, X.shape[1] - w + 1))
    for i in range(Y.shape[0]):
        for j in range(Y.shape[1]):
            Y[i, j] = (X[i : i + h, j : j + w] * K).sum()
    return Y


print(corr2d(np.arange(9.0).reshape(3, 3), np.array([[0.0, 1.0], [2.0, 3.0]])))


class Conv2D(nn.Block):
    def __init__(self, kernel_size, **kwargs):
        super().__init__(**kwargs)
        self.weight = self.params.get("weight", shape=kernel_size)
        self.bias = self.params.get("bias", shape=(1,))

    def forward(self, x):
        return corr2d(x, self.weight.data()) + self.bias.data()


X = np.ones((6, 8))
X[:, 2:6] = 0
K = np.array([[1.0, -1.0]])
Y = corr2d(X, K)
print(Y, corr2d(X.T, K).sum())
own = Conv2D((1, 2))
own.initialize(mx.init.One())
print(own(X)[0])

conv = nn.Conv2D(1, kernel_size=(1, 2), use_bias=False)
conv.initialize()
images, wanted = X.reshape(1, 1, 6, 8), Y.reshape(1, 1, 6, 7)
for step in range(10):
    with autograd.record():
        cost = (conv(images) - wanted) ** 2
    cost.backward()
    conv.weight.data()[:] -= 3e-2 * conv.weight.grad()
    if step % 2:
        print("batch %d, loss %.4g" % (step + 1, float(cost.sum())))
print(conv.weight.data().reshape((1, 2)))


def corr2d_multi_in(X, K):
    return sum(corr2d(x, k) for x, k in zip(X, K))


def corr2d_multi_in_out(X, K):
    return np.stack([corr2d_multi_in(X, k) for k in K], 0)


volume = np.arange(18.0).reshape(2, 3, 3)
kernels = np.arange(8.0).reshape(2, 2, 2)
kernels = np.stack((kernels, kernels + 1, kernels + 2), 0)
print(kernels.shape, corr2d_multi_in_out(volume, kernels))
print(npx.convolution(volume[None], kernels, kernel=(2, 2), num_filter=3, no_bias=True))
