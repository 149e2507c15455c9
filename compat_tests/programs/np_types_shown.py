# What type() says of arrays, contexts and errors, as tutorials print it.
import pickle

import mxnet as mx
from mxnet import nd, np, npx

x = nd.arange(3)
print(type(x), type(x.asnumpy()), type(x.context))
npx.set_np()
y = np.arange(3)
print(type(y), type(y.asnumpy()), type(y[0]), mx.MXNetError)
print(type(pickle.loads(pickle.dumps(y))))
print(isinstance(y, mx.nd.NDArray), isinstance(y, np.ndarray))
try:
    np.dot(y, np.ones((4, 4)))
except mx.MXNetError as error:
    print(type(error))
