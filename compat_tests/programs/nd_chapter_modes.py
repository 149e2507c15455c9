"""record turns the training mode on; Dropout and BatchNorm tell the difference."""

from mxnet import autograd, nd

print(autograd.is_training())
with autograd.record():
    print(autograd.is_training())
print(autograd.is_training())
x = nd.array([[1.0, -2.0], [3.0, 6.0]])
gamma, beta, mean, var = nd.ones(2), nd.zeros(2), nd.zeros(2), nd.ones(2)
print(nd.BatchNorm(x, gamma, beta, mean, var, fix_gamma=False))
with autograd.record():
    out = nd.BatchNorm(x, gamma, beta, mean, var, fix_gamma=False)
print(out)
print(mean, var)
