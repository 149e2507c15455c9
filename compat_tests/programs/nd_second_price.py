"""A second-price auction: the winner pays the second bid, so only that bid has a gradient."""

from mxnet import autograd, nd

bids = nd.array([3.0, 9.0, 7.5, 1.0])
bids.attach_grad()
with autograd.record():
    price = nd.sort(bids, axis=0, is_ascend=False)[1]
price.backward()
print(price, bids.grad)
with autograd.record():
    top = nd.topk(bids, k=2, ret_typ="value")
    price = top[1]
price.backward()
print(top, bids.grad)
