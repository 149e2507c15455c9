"""A layer used before initialize, then one whose input size is not known yet."""

from mxnet import nd
from mxnet.gluon import nn

net = nn.Dense(2)
try:
    net(nd.ones((1, 3)))
except RuntimeError as error:
    print(type(error).__name__)
net.initialize()
try:
    net.weight.data()
except RuntimeError as error:
    print(type(error).__name__)
print(net(nd.ones((1, 3))).shape)
net(nd.ones((1, 4)))
