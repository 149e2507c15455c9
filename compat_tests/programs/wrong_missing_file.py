"""A parameter file that is not there."""

from mxnet import nd

print("loading")
nd.load("no_such_file.params")
