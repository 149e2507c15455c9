"""A layer fed with another width than it was built for."""

from mxnet import nd
from mxnet.gluon import nn

net = nn.Dense(2, in_units=3)
net.initialize()
print(net(nd.ones((4, 3))).shape)
net(nd.ones((4, 5)))
