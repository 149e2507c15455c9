"""Single-shot detection on three scales: class and offset heads, targets, training, decoding."""

import mxnet as mx
from mxnet import autograd, gluon, init, np, npx
from mxnet.gluon import nn

npx.set_np()
mx.random.seed(233)
SIZES, RATIOS = [[0.3, 0.4], [0.55, 0.6], [0.88, 0.96]], [[1, 2, 0.5]] * 3
ANCHORS = len(SIZES[0]) + len(RATIOS[0]) - 1


def class_predictor(anchors, classes):
    return nn.Conv2D(anchors * (classes + 1), kernel_size=3, padding=1)


def box_predictor(anchors):
    return nn.Conv2D(anchors * 4, kernel_size=3, padding=1)


def flatten_pred(pred):
    return npx.batch_flatten(pred.transpose(0, 2, 3, 1))


def concat_preds(preds):
    return np.concatenate([flatten_pred(p) for p in preds], axis=1)


def down_sample(channels):
    block = nn.Sequential()
    block.add(nn.Conv2D(channels, kernel_size=3, padding=1))
    block.add(nn.BatchNorm(in_channels=channels), nn.Activation("relu"), nn.MaxPool2D(2))
    return block


def first_head(x, block):
    block.initialize()
    return block(x)


Y1 = first_head(np.zeros((2, 4, 6, 6)), class_predictor(5, 3))
Y2 = first_head(np.zeros((2, 8, 3, 3)), class_predictor(3, 3))
print(Y1.shape, Y2.shape, concat_preds([Y1, Y2]).shape)
print(first_head(np.zeros((2, 3, 8, 8)), down_sample(4)).shape)


class TinySSD(nn.Block):
    def __init__(self, classes, **kwargs):
        super().__init__(**kwargs)
        self.classes = classes
        for i in range(3):
            setattr(self, f"blk_{i}", nn.GlobalMaxPool2D() if i == 2 else down_sample(8))
            setattr(self, f"cls_{i}", class_predictor(ANCHORS, classes))
            setattr(self, f"bbox_{i}", box_predictor(ANCHORS))

    def forward(self, X):
        anchors, classes, boxes = [None] * 3, [None] * 3, [None] * 3
        for i in range(3):
            X = getattr(self, f"blk_{i}")(X)
            anchors[i] = npx.multibox_prior(X, sizes=SIZES[i], ratios=RATIOS[i])
            classes[i] = getattr(self, f"cls_{i}")(X)
            boxes[i] = getattr(self, f"bbox_{i}")(X)
        joined = concat_preds(classes)
        joined = joined.reshape(joined.shape[0], -1, self.classes + 1)
        return np.concatenate(anchors, axis=1), joined, concat_preds(boxes)


net = TinySSD(classes=1)
net.initialize(init=init.Xavier())
images = np.random.uniform(size=(4, 3, 16, 16))
corners = np.random.uniform(0, 0.5, size=(4, 1, 2))
truth = np.concatenate([np.zeros((4, 1, 1)), corners, corners + 0.45], axis=2)
anchors, cls_preds, bbox_preds = net(images)
print("output anchors:", anchors.shape, cls_preds.shape, bbox_preds.shape)
cls_loss, bbox_loss = gluon.loss.SoftmaxCrossEntropyLoss(), gluon.loss.L1Loss()
trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.1, "wd": 5e-4})
for epoch in range(3):
    with autograd.record():
        anchors, cls_preds, bbox_preds = net(images)
        targets = npx.multibox_target(anchors, truth, cls_preds.transpose(0, 2, 1))
        bbox_labels, bbox_masks, cls_labels = targets
        cls = cls_loss(cls_preds, cls_labels)
        bbox = bbox_loss(bbox_preds * bbox_masks, bbox_labels * bbox_masks)
        cost = cls + bbox
    cost.backward()
    trainer.step(4)
    error = 1 - float(
        (cls_preds.argmax(axis=-1).astype("float32") == cls_labels).astype("float32").mean()
    )
    print(
        "class error %.4f, loss %.6f, box mae %.6f"
        % (error, float(cost.mean()), float(bbox.mean()))
    )
print(int((cls_labels > 0).sum()), int(bbox_masks.sum()))
anchors, cls_preds, bbox_preds = net(images[:1])
probabilities = npx.softmax(cls_preds).transpose(0, 2, 1)
output = npx.multibox_detection(probabilities, bbox_preds, anchors)
print(output.shape, output[0, 0])
print([round(float(v), 4) for v in npx.smooth_l1(np.arange(-1.5, 1.6, 0.5), scalar=1)])
