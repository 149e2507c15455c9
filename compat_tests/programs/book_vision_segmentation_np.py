"""Transposed convolution by hand and as a layer, bilinear kernels, a small FCN."""

import mxnet as mx
from mxnet import autograd, gluon, init, np, npx
from mxnet.gluon import nn

npx.set_np()
mx.random.seed(239)


def trans_conv(X, K):
    h, w = K.shape
    Y = np.zeros((X.shape[0] + h - 1, X.shape[1] + w - 1))
    for i in range(X.shape[0]):
        for j in range(X.shape[1]):
            Y[i : i + h, j : j + w] += X[i, j] * K
    return Y


X = np.array([[0.0, 1.0], [2.0, 3.0]])
K = np.array([[0.0, 1.0], [2.0, 3.0]])
print(trans_conv(X, K))
X4, K4 = X.reshape(1, 1, 2, 2), K.reshape(1, 1, 2, 2)
for options in ({}, {"padding": 1}, {"strides": 2}):
    tconv = nn.Conv2DTranspose(1, kernel_size=2, **options)
    tconv.initialize(init.Constant(K4))
    print(tconv(X4))
X = np.random.uniform(size=(1, 10, 16, 16))
conv = nn.Conv2D(20, kernel_size=5, padding=2, strides=3)
tconv = nn.Conv2DTranspose(10, kernel_size=5, padding=2, strides=3)
conv.initialize()
tconv.initialize()
print(tconv(conv(X)).shape == X.shape, tconv)


def bilinear_kernel(channels, size):
    """Make the tent that interpolates linearly, once for every channel."""
    steps = np.arange(size) - (size - 1) / 2
    slope = np.clip(1 - np.abs(steps) / ((size + 1) // 2), 0, 1)
    weight = np.zeros((channels, channels, size, size))
    for channel in range(channels):
        weight[channel, channel] = np.outer(slope, slope)
    return weight


print(bilinear_kernel(1, 4)[0, 0])
up = nn.Conv2DTranspose(1, kernel_size=4, padding=1, strides=2, use_bias=False)
up.initialize(init.Constant(bilinear_kernel(1, 4)))
print(up(np.arange(9).reshape(1, 1, 3, 3))[0, 0])

CLASSES = 3
net = nn.HybridSequential()
net.add(nn.Conv2D(8, 3, strides=2, padding=1, activation="relu"), nn.BatchNorm())
net.add(nn.Conv2D(12, 3, strides=2, padding=1, activation="relu"))
net.add(nn.Conv2D(CLASSES, kernel_size=1))
net.add(nn.Conv2DTranspose(CLASSES, kernel_size=8, padding=2, strides=4))
net.initialize(init.Xavier())
net[-1].initialize(init.Constant(bilinear_kernel(CLASSES, 8)), force_reinit=True)
images = np.random.uniform(size=(4, 3, 16, 16))
labels = (images.sum(axis=1) * 0.999).astype("int32")
print(net(images).shape, labels.shape, [int((labels == k).sum()) for k in range(CLASSES)])
net.hybridize()
loss = gluon.loss.SoftmaxCrossEntropyLoss(axis=1)
trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1, "wd": 1e-3})
for epoch in range(4):
    with autograd.record():
        cost = loss(net(images), labels)
    cost.backward()
    trainer.step(4)
    print("loss %.6f" % float(cost.mean()))
predicted = net(images).argmax(axis=1)
print("pixel accuracy %.4f" % float((predicted.astype("int32") == labels).astype("float32").mean()))
colormap = np.array([[0, 0, 0], [128, 0, 0], [0, 128, 0]], dtype="uint8")
print(colormap[predicted[0].astype("int32"), :].shape)
