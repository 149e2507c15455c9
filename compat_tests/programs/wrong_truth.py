"""The truth of an array with several elements."""

from mxnet import nd

print(bool(nd.array([1])))
if nd.array([1, 0]):
    print("never printed")
