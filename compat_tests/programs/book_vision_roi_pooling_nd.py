"""Pooling of regions, as the detectors with two stages do it."""

from mxnet import autograd, nd

X = nd.arange(16).reshape((1, 1, 4, 4))
print(X)
rois = nd.array([[0, 0, 0, 20, 20], [0, 0, 10, 30, 30]])
X.attach_grad()
with autograd.record():
    Y = nd.ROIPooling(X, rois, pooled_size=(2, 2), spatial_scale=0.1)
print(Y)
Y.backward()
print(X.grad)
batch = nd.random.normal(shape=(2, 3, 9, 9))
rois = nd.array([[0, 0, 0, 31, 31], [1, 8, 4, 30, 20], [1, 16, 16, 16, 16]])
print(nd.ROIPooling(batch, rois, pooled_size=(3, 3), spatial_scale=0.25)[1, 0])
print(nd.contrib.ROIAlign(batch, rois, pooled_size=(2, 2), spatial_scale=0.25)[:, 1])
features = nd.random.uniform(shape=(1, 4, 8, 8))
regions = nd.array([[0, 0, 0, 60, 60]])
heads = nd.flatten(nd.ROIPooling(features, regions, (2, 2), 0.125))
print(heads.shape, heads)
