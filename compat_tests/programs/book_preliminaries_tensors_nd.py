"""The same first steps with the arrays of the first edition."""

from mxnet import nd

x = nd.arange(8)
print(x)
print(x.shape, x.size)
X = x.reshape((2, 4))
print(X)
print(nd.zeros((1, 2, 3)))
Y = nd.array([[1, 0, 2, 5], [4, 4, 1, 0]])
print(X + Y)
print(X * Y)
print(X / (Y + 1))
print(Y.exp())
print(nd.dot(X, Y.T))
print(nd.concat(X, Y, dim=0), nd.concat(X, Y, dim=1))
print(X == Y)
print(X.sum(), X.norm().asscalar())

A = nd.arange(3).reshape((3, 1))
B = nd.arange(2).reshape((1, 2))
print(A + B)

print(X[0:1])
X[1, 2] = 9
X[0:1, :] = 12
print(X)

before = id(Y)
Y = Y + X
print(id(Y) == before)
Z = Y.zeros_like()
before = id(Z)
Z[:] = X + Y
print(id(Z) == before)
nd.elemwise_add(X, Y, out=Z)
print(id(Z) == before)
before = id(X)
X += Y
print(id(X) == before)

P = nd.random.normal(0, 1, shape=(2, 3)) * 0 + 4
print(P.asnumpy().tolist(), nd.array(P.asnumpy()))
print(X.max(axis=1), X.argmax(axis=0), nd.stack(x, x + 1).shape)
print(X.expand_dims(0).shape, X.flatten().shape, X.astype("int32").dtype)
