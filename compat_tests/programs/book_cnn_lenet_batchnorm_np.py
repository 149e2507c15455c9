"""LeNet, layer by layer, then with BatchNorm by hand and as a layer."""

import mxnet as mx
from mxnet import autograd, gluon, init, np, npx
from mxnet.gluon import nn

npx.set_np()
mx.random.seed(97)


class Normalise(nn.Block):
    """Centre and scale every channel by the batch, or by what was gathered in training."""

    def __init__(self, features, dims, **kwargs):
        super().__init__(**kwargs)
        self.axes = tuple(axis for axis in range(dims) if axis != 1)
        shape = (1, features) + (1,) * (dims - 2)
        self.gamma = self.params.get("gamma", shape=shape, init=init.One())
        self.beta = self.params.get("beta", shape=shape, init=init.Zero())
        self.mean, self.var = np.zeros(shape), np.ones(shape)

    def forward(self, X):
        mean, var = self.mean, self.var
        if autograd.is_training():
            mean = X.mean(axis=self.axes, keepdims=True)
            var = ((X - mean) ** 2).mean(axis=self.axes, keepdims=True)
            self.mean = 0.9 * self.mean + 0.1 * mean
            self.var = 0.9 * self.var + 0.1 * var
        return self.gamma.data() * (X - mean) / np.sqrt(var + 1e-5) + self.beta.data()


def lenet(norm):
    net = nn.Sequential()
    net.add(
        nn.Conv2D(4, kernel_size=5, padding=2),
        *norm(4, 4),
        nn.Activation("sigmoid"),
        nn.AvgPool2D(pool_size=2, strides=2),
        nn.Conv2D(8, kernel_size=3),
        *norm(8, 4),
        nn.Activation("sigmoid"),
        nn.AvgPool2D(pool_size=2, strides=2),
        nn.Dense(24),
        *norm(24, 2),
        nn.Activation("sigmoid"),
        nn.Dense(4),
    )
    net.initialize(init.Xavier())
    return net


labels = (np.arange(32) % 4).astype("int32")
patterns = np.random.normal(size=(4, 1, 16, 16))
images = patterns[labels] + np.random.normal(0, 0.5, size=(32, 1, 16, 16))
loss = gluon.loss.SoftmaxCrossEntropyLoss()
norms = {
    "none": lambda features, dims: [],
    "by hand": lambda features, dims: [Normalise(features, dims)],
    "layer": lambda features, dims: [nn.BatchNorm()],
}
for name, norm in norms.items():
    net = lenet(norm)
    X = images[:1]
    if name == "none":
        for layer in net:
            X = layer(X)
            print(layer.name, "output shape:\t", X.shape)
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.5})
    for _ in range(3):
        with autograd.record():
            cost = loss(net(images), labels)
        cost.backward()
        trainer.step(32)
        print("%s: loss %.5f" % (name, float(cost.mean())))
    print(
        "accuracy",
        float((net(images).argmax(axis=1).astype(labels.dtype) == labels).astype("float32").mean()),
    )
    if name == "by hand":
        print(net[1].gamma.data().reshape(-1), net[1].mean.reshape(-1))
print(net[1].running_mean.data(), net[1])
