"""Save and load arrays, lists, dictionaries and parameters."""

import os

import mxnet as mx
from mxnet import np, npx
from mxnet.gluon import nn

npx.set_np()
mx.random.seed(61)
x = np.arange(4)
npx.save("x-file", x)
print(npx.load("x-file"))
y = np.zeros(4)
npx.save("x-files", [x, y])
print(npx.load("x-files"))
npx.save("x-dict", {"x": x, "y": y})
print(sorted(npx.load("x-dict").items()))


class MLP(nn.Block):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.hidden = nn.Dense(7, activation="relu")
        self.output = nn.Dense(3)

    def forward(self, x):
        return self.output(self.hidden(x))


net = MLP()
net.initialize()
data = np.random.uniform(size=(2, 5))
result = net(data)
net.save_parameters("mlp.params")
clone = MLP()
clone.load_parameters("mlp.params")
print((clone(data) == result).all(), os.path.getsize("mlp.params"))
print(sorted(npx.load("mlp.params")))
print({name: value.shape for name, value in sorted(npx.load("mlp.params").items())})

other = nn.Sequential()
other.add(nn.Dense(7), nn.Dense(3))
try:
    other.load_parameters("mlp.params")
except AssertionError as error:
    print(str(error)[:60])
other.load_parameters("mlp.params", allow_missing=True, ignore_extra=True)
print(sorted(os.listdir(".")))
