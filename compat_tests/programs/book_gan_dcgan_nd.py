"""Deep convolutional GAN: transposed convolutions up, leaky convolutions down, legacy arrays."""

import mxnet as mx
from mxnet import autograd, gluon, init, nd
from mxnet.gluon import nn

mx.random.seed(317)


class Step(nn.HybridBlock):
    """A convolution, up or down, then BatchNorm and an activation."""

    def __init__(self, conv, activation, **kwargs):
        super(Step, self).__init__(**kwargs)
        with self.name_scope():
            self.conv = conv
            self.norm = nn.BatchNorm()
            self.activation = activation

    def hybrid_forward(self, F, X):
        return self.activation(self.norm(self.conv(X)))


def up(channels, kernel_size=4, strides=2, padding=1):
    conv = nn.Conv2DTranspose(channels, kernel_size, strides, padding, use_bias=False)
    return Step(conv, nn.Activation("relu"))


def down(channels, kernel_size=4, strides=2, padding=1, alpha=0.2):
    return Step(
        nn.Conv2D(channels, kernel_size, strides, padding, use_bias=False), nn.LeakyReLU(alpha)
    )


x = nd.zeros((2, 3, 16, 16))
for block, shape in (
    (up(6), x.shape),
    (up(6, strides=1, padding=0), (2, 3, 1, 1)),
    (down(6), x.shape),
):
    block.initialize()
    print(block(nd.ones(shape)).shape)
print([round(v, 4) for v in nn.LeakyReLU(0.4)(nd.arange(-2, 1, 0.5)).asnumpy().tolist()])
n_G, n_D = 4, 4
net_G = nn.HybridSequential()
net_G.add(
    up(n_G * 4, strides=1, padding=0),
    up(n_G * 2),
    nn.Conv2DTranspose(3, kernel_size=4, strides=2, padding=1, use_bias=False, activation="tanh"),
)
net_D = nn.HybridSequential()
net_D.add(down(n_D), down(n_D * 2), nn.Conv2D(1, kernel_size=4, use_bias=False))
for net in (net_G, net_D):
    net.initialize(init=init.Normal(0.02), force_reinit=True)
print(net_G(nd.zeros((1, 10, 1, 1))).shape, net_D(x).shape)
print(net_G, net_D)
net_G.hybridize()
net_D.hybridize()
loss = gluon.loss.SigmoidBCELoss()
trainers = [
    gluon.Trainer(n.collect_params(), "adam", {"learning_rate": 0.005, "beta1": 0.5})
    for n in (net_D, net_G)
]
real = nd.tanh(nd.random.normal(shape=(8, 3, 16, 16)))
for step in range(3):
    Z = nd.random.normal(0, 1, shape=(8, 10, 1, 1))
    with autograd.record():
        fake = net_G(Z)
        on_real, on_fake = net_D(real), net_D(fake.detach())
        loss_D = (loss(on_real, nd.ones(8)) + loss(on_fake, nd.zeros(8))) / 2
    loss_D.backward()
    trainers[0].step(8)
    with autograd.record():
        loss_G = loss(net_D(net_G(Z)), nd.ones(8))
    loss_G.backward()
    trainers[1].step(8)
    print("loss_D %.5f, loss_G %.5f" % (loss_D.mean().asscalar(), loss_G.mean().asscalar()))
