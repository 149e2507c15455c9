"""Lists and tuples of NumPy scalars, as training scripts print them."""

from mxnet import nd

losses = [nd.array([v]).asscalar() for v in (0.5, 0.25, 2)]
print(losses)
print((losses[0], losses[1] / 2), {"best": min(losses)})
print(nd.array([3], dtype="int32").asscalar(), [nd.array([3], dtype="int64").asscalar()])
print("%s %r" % (losses[2], losses[2]))
print(nd.arange(3).asnumpy().max(), [nd.arange(3).asnumpy().mean() > 0.5])
