"""A value outside an operator's list."""

from mxnet import nd

print(nd.Activation(nd.array([-1.0, 2.0]), act_type="relu"))
print(nd.Activation(nd.array([-1.0, 2.0]), act_type="swish"))
