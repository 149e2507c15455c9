"""Anchor boxes with NumPy-style operators, and the same overlap by broadcasting."""

from mxnet import np, npx

npx.set_np()
h, w = 6, 9
X = np.random.uniform(size=(1, 3, h, w))
Y = npx.multibox_prior(X, sizes=[0.75, 0.5, 0.25], ratios=[1, 2, 0.5])
print(Y.shape, Y.reshape(h, w, 5, 4)[2, 3])


def box_iou(boxes1, boxes2):
    def area(boxes):
        return (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])

    upper = np.maximum(boxes1[:, None, :2], boxes2[:, :2])
    lower = np.minimum(boxes1[:, None, 2:], boxes2[:, 2:])
    sides = (lower - upper).clip(min=0)
    shared = sides[:, :, 0] * sides[:, :, 1]
    return shared / (area(boxes1)[:, None] + area(boxes2) - shared)


truth = np.array([[0, 0.12, 0.1, 0.5, 0.85], [1, 0.6, 0.25, 0.95, 0.8]])
anchors = np.array(
    [[0, 0.1, 0.2, 0.3], [0.15, 0.2, 0.4, 0.4], [0.63, 0.05, 0.88, 0.98], [0.57, 0.3, 0.92, 0.9]]
)
jaccard = box_iou(anchors, truth[:, 1:])
print(jaccard, jaccard.argmax(axis=1), jaccard.max(axis=1))


def corner_to_center(boxes):
    cx, cy = (boxes[:, 0] + boxes[:, 2]) / 2, (boxes[:, 1] + boxes[:, 3]) / 2
    return np.stack((cx, cy, boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]), axis=-1)


def offset_boxes(anchors, assigned, eps=1e-6):
    a, b = corner_to_center(anchors), corner_to_center(assigned)
    offset_xy = 10 * (b[:, :2] - a[:, :2]) / a[:, 2:]
    offset_wh = 5 * np.log(eps + b[:, 2:] / a[:, 2:])
    return np.concatenate([offset_xy, offset_wh], axis=1)


print(offset_boxes(anchors, truth[[0, 0, 1, 1], 1:]))
for part in npx.multibox_target(
    np.expand_dims(anchors, 0), np.expand_dims(truth, 0), np.zeros((1, 3, 4))
):
    print(part)


def nms(boxes, scores, threshold):
    order = scores.argsort()[::-1]
    keep = []
    while order.size > 0:
        best = int(order[0])
        keep.append(best)
        if order.size == 1:
            break
        iou = box_iou(boxes[best].reshape(-1, 4), boxes[order[1:].astype("int32")]).reshape(-1)
        rest = np.nonzero(iou <= threshold)[0]
        order = order[rest + 1]
    return keep


scores = np.array([0.9, 0.85, 0.4, 0.7])
print(nms(anchors, scores, 0.5))
probabilities = np.array([[0] * 4, [0.9, 0.8, 0.7, 0.1], [0.1, 0.2, 0.3, 0.9]])
print(
    npx.multibox_detection(
        np.expand_dims(probabilities, 0),
        np.zeros((1, 16)),
        np.expand_dims(anchors, 0),
        nms_threshold=0.5,
    )
)
