"""A name that no MXNet ever had."""

import mxnet as mx

print(hasattr(mx.nd, "dot"), hasattr(mx.nd, "frobnicate"))
mx.nd.frobnicate(mx.nd.ones(3))
