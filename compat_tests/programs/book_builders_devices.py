"""Devices: where arrays and parameters live, copies between contexts, helpers that try a GPU."""

import mxnet as mx
from mxnet import context, np, npx
from mxnet.gluon import nn

npx.set_np()
mx.random.seed(71)
print(npx.cpu(), mx.cpu(1), npx.gpu(), npx.gpu(1), context.cpu() == mx.cpu(0))


def try_gpu(i=0):
    return npx.gpu(i) if npx.num_gpus() >= i + 1 else npx.cpu()


def try_all_gpus():
    devices = [npx.gpu(i) for i in range(npx.num_gpus())]
    return devices or [npx.cpu()]


x = np.array([1, 2, 3])
print(x.ctx, x.context.device_type, x.ctx.device_id)
X = np.ones((2, 3), ctx=npx.cpu(1))
Y = np.random.uniform(size=(2, 3), ctx=npx.cpu(0))
print(X, Y)
Z = X.copyto(npx.cpu(0))
print(Z.ctx, Y + Z)
print(Z.as_in_ctx(npx.cpu(0)) is Z, X.as_in_ctx(npx.cpu(0)) is X)
target = np.zeros((2, 3), ctx=npx.cpu(1))
Y.copyto(target)
print(target)
with mx.cpu(1):
    inside = np.zeros(2)
    print(inside.ctx, mx.current_context())
print(mx.current_context())

net = nn.Sequential()
net.add(nn.Dense(1))
net.initialize(ctx=npx.cpu(1))
print(net(X), net[0].weight.data().ctx)
net.collect_params().reset_ctx(npx.cpu(0))
print(net[0].weight.list_ctx(), net(Y))
both = nn.Dense(2)
both.initialize(ctx=[npx.cpu(0), npx.cpu(1)])
print(both(X).ctx, both(Y).ctx, both.weight.list_ctx())
print((both.weight.data(npx.cpu(1)).asnumpy() == both.weight.data(npx.cpu(0)).asnumpy()).all())
