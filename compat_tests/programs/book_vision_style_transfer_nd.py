"""Style transfer: an image is the parameter; content, style and total variation losses."""

import mxnet as mx
from mxnet import autograd, gluon, init, nd
from mxnet.gluon import nn

mx.random.seed(241)
net = nn.Sequential()
for channels in (6, 8, 8):
    net.add(nn.Conv2D(channels, 3, padding=1, activation="relu"), nn.AvgPool2D(2))
net.initialize(init.Xavier())
style_layers, content_layers = [0, 2], [4]


def extract_features(X):
    contents, styles = [], []
    for i, layer in enumerate(net):
        X = layer(X)
        if i in style_layers:
            styles.append(X)
        if i in content_layers:
            contents.append(X)
    return contents, styles


def content_loss(Y_hat, Y):
    return (Y_hat - Y).square().mean()


def gram(X):
    channels, n = X.shape[1], X.size // X.shape[1]
    X = X.reshape((channels, n))
    return nd.dot(X, X.T) / (channels * n)


def style_loss(Y_hat, gram_Y):
    return (gram(Y_hat) - gram_Y).square().mean()


def tv_loss(Y):
    across = (Y[:, :, 1:, :] - Y[:, :, :-1, :]).abs().mean()
    return 0.5 * (across + (Y[:, :, :, 1:] - Y[:, :, :, :-1]).abs().mean())


class GeneratedImage(nn.Block):
    def __init__(self, img_shape, **kwargs):
        super(GeneratedImage, self).__init__(**kwargs)
        self.weight = self.params.get("weight", shape=img_shape)

    def forward(self):
        return self.weight.data()


content, style = (nd.random.uniform(shape=(1, 3, 16, 16)) for _ in range(2))
rgb_mean, rgb_std = nd.array([0.485, 0.456, 0.406]), nd.array([0.229, 0.224, 0.225])
content = ((content.transpose((0, 2, 3, 1)) - rgb_mean) / rgb_std).transpose((0, 3, 1, 2))
contents_Y, _ = extract_features(content)
_, styles_Y = extract_features(style)
grams = [gram(Y) for Y in styles_Y]
print([Y.shape for Y in styles_Y], grams[0].shape, grams[0][0])
image = GeneratedImage(content.shape)
image.initialize(init.Constant(content), force_reinit=True)
trainer = gluon.Trainer(image.collect_params(), "adam", {"learning_rate": 0.05})
for i in range(5):
    with autograd.record():
        contents_hat, styles_hat = extract_features(image())
        c = sum(content_loss(a, b) for a, b in zip(contents_hat, contents_Y))
        s = sum(style_loss(a, b) * 1000 for a, b in zip(styles_hat, grams))
        t = tv_loss(image()) * 10
        cost = c + s + t
    cost.backward()
    trainer.step(1)
    print("content %.6f, style %.6f, tv %.6f" % (c.asscalar(), s.asscalar(), t.asscalar()))
    if i == 2:
        trainer.set_learning_rate(trainer.learning_rate * 0.1)
out = (image.weight.data()[0].transpose((1, 2, 0)) * rgb_std + rgb_mean).clip(0, 1)
print(out.shape, "%.6f" % out.mean().asscalar())
