"""Anchor boxes, overlap, labels for anchors, predictions thinned out, first edition."""

from mxnet import contrib, nd

h, w = 12, 16
X = nd.random.uniform(shape=(1, 3, h, w))
Y = contrib.nd.MultiBoxPrior(X, sizes=[0.75, 0.5, 0.25], ratios=[1, 2, 0.5])
print(Y.shape)
boxes = Y.reshape((h, w, 5, 4))
print(boxes[5, 5, :, :])

ground_truth = nd.array([[0, 0.12, 0.1, 0.5, 0.85], [1, 0.6, 0.25, 0.95, 0.8]])
anchors = nd.array(
    [
        [0.05, 0.1, 0.25, 0.4],
        [0.15, 0.12, 0.45, 0.7],
        [0.62, 0.1, 0.85, 0.9],
        [0.7, 0.5, 0.85, 0.75],
        [0.58, 0.3, 0.97, 0.82],
    ]
)
labels = contrib.nd.MultiBoxTarget(
    anchors.expand_dims(axis=0), ground_truth.expand_dims(axis=0), nd.zeros((1, 3, 5))
)
for part in labels:
    print(part)


def iou(a, b):
    upper = nd.maximum(a[:2], b[:2])
    lower = nd.minimum(a[2:], b[2:])
    sides = nd.relu(lower - upper)
    shared = sides[0] * sides[1]
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (a, b)]
    return (shared / (areas[0] + areas[1] - shared)).asscalar()


print(["%.5f" % iou(anchor, ground_truth[1, 1:]) for anchor in anchors])
print(contrib.nd.box_iou(anchors, ground_truth[:, 1:], format="corner"))

anchors = nd.array(
    [
        [0.1, 0.08, 0.5, 0.9],
        [0.08, 0.2, 0.56, 0.95],
        [0.15, 0.3, 0.62, 0.91],
        [0.55, 0.2, 0.9, 0.88],
    ]
)
offsets = nd.array([0] * anchors.size)
scores = nd.array([[0] * 4, [0.9, 0.8, 0.7, 0.1], [0.1, 0.2, 0.3, 0.9]])
output = contrib.nd.MultiBoxDetection(
    *(scores.expand_dims(axis=0), offsets.expand_dims(axis=0), anchors.expand_dims(axis=0)),
    nms_threshold=0.5,
)
print(output)
for row in output[0].asnumpy():
    if row[0] != -1:
        print(("dog=", "cat=")[int(row[0])] + str(row[1]), [nd.array(row[2:])])

fmap = nd.zeros((1, 10, 2, 4))
for s in (0.15, 0.4):
    prior = contrib.nd.MultiBoxPrior(fmap, sizes=(s, s * 1.2), ratios=[1, 2, 0.5])
    print(prior.shape, prior[0, 0])
