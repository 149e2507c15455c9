"""More of blocks: slices, summary, hooks, apply, other dtypes, lambdas, parameter files by name."""

import mxnet as mx
from mxnet import autograd, gluon, nd
from mxnet.gluon import nn

mx.random.seed(337)
net = nn.HybridSequential(prefix="tool_")
with net.name_scope():
    net.add(nn.Dense(8, activation="relu"), nn.Dropout(0.5), nn.BatchNorm())
    net.add(
        nn.HybridLambda("tanh"), nn.HybridLambda(lambda F, x: F.broadcast_mul(x, x)), nn.Dense(3)
    )
net.initialize(mx.init.Xavier(magnitude=2))
x = nd.random.uniform(shape=(4, 6))
net.summary(x)
print(net[0], net[1:3], len(net), [type(layer).__name__ for layer in net])
seen = []
handle = net[0].register_forward_hook(lambda block, inputs, output: seen.append(output.shape))
before = net[5].register_forward_pre_hook(lambda block, inputs: seen.append(inputs[0].shape))
net(x)
handle.detach()
net(x)
before.detach()
print(seen)
net.apply(lambda block: print(block.name) if isinstance(block, nn.Dense) else None)
print(list(net.collect_params("tool_dense0.*|.*gamma").keys()))
print(net[2].collect_params())

net.cast("float64")
wide = net(x.astype("float64"))
print(wide.dtype, net[0].weight.dtype, wide[0])
net.cast("float32")
net.hybridize()
print(net(x)[0])
net.collect_params().zero_grad()
with autograd.record():
    cost = net(x).abs().sum()
cost.backward()
for name, parameter in net.collect_params().items():
    print(name, parameter.shape, parameter.grad_req, "%.5f" % parameter.data().norm().asscalar())
net.save_parameters("tool.params", deduplicate=True)
net.load_parameters("tool.params", cast_dtype=True, dtype_source="saved")
print(len(nd.load("tool.params")), net.prefix, net.name)
activations = [nn.LeakyReLU(0.1), nn.PReLU(), nn.ELU(0.5), nn.SELU(), nn.GELU(), nn.Swish(1.5)]
values = nd.array([[-2, -0.5, 0, 1.5]])
for layer in activations:
    layer.initialize()
    print(layer, layer(values))
