"""Pictures: classes, boxes, regions, files of a competition."""

from __future__ import annotations

import itertools
import os

import mxnet as mx
from mxnet import gluon, init
from mxnet.gluon import nn

from compat_tests.d2l.book.common import only, some
from compat_tests.d2l.harness import figure, parameters

np = mx.np


def vision(d2l):
    """Classify, detect, segment; sort files as for a competition."""
    return dict(
        only(d2l).vision(d2l), **classification(d2l), **boxes(d2l), **regions(d2l), **files(d2l)
    )


def classification(d2l):
    """Train a small network on one device and, in the manner of several, on shards."""
    train, test = d2l.load_data_fashion_mnist(64, resize=16)
    batch = next(iter(test))
    few = [(x, y) for x, y in itertools.islice(train, 6)]

    class Few(list):
        """Stand for a loader of some batches."""

    net = nn.Sequential()
    net.add(d2l.Residual(4, use_1x1conv=True, strides=2), d2l.Residual(4), nn.Dense(10))
    d2l.train_ch6(net, Few(few), Few([batch]), 2, 0.1, mx.cpu())
    seen = {"batch": batch, "ch6": [figure(), parameters(net)]}
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.05})
    loss = gluon.loss.SoftmaxCrossEntropyLoss()
    devices = [mx.cpu(0), mx.cpu(1)]
    net.collect_params().reset_ctx(devices)
    trainer = gluon.Trainer(net.collect_params(), "sgd", {"learning_rate": 0.05})
    seen["split"] = d2l.split_batch(*batch, devices)[1]
    seen["step"] = d2l.train_batch_ch13(net, *few[0], loss, trainer, devices)
    d2l.train_ch13(net, Few(few), Few([batch]), loss, trainer, 2, devices)
    seen["ch13"] = figure()
    resnet = d2l.resnet18(10)
    resnet.initialize(init.Xavier())
    seen["resnet"] = resnet(batch[0][:2])
    return seen


def boxes(d2l):
    """Make anchors, label them, predict, and read the bananas."""
    corners = np.array([[0.1, 0.08, 0.52, 0.92], [0.55, 0.2, 0.9, 0.88]])
    anchors = np.array(
        [[0, 0.1, 0.2, 0.3], [0.15, 0.2, 0.4, 0.4], [0.63, 0.05, 0.88, 0.98],
         [0.66, 0.45, 0.8, 0.8], [0.57, 0.3, 0.92, 0.9]]
    )  # fmt: skip
    labels = np.concatenate([np.array([[0], [1]]), corners], axis=1)
    probabilities = np.array([[0.0] * 4, [0.9, 0.8, 0.7, 0.1], [0.1, 0.2, 0.3, 0.9]])
    four = np.array(
        [[0.1, 0.08, 0.52, 0.92], [0.08, 0.2, 0.56, 0.95], [0.15, 0.3, 0.62, 0.91],
         [0.55, 0.2, 0.9, 0.88]]
    )  # fmt: skip
    train, val = d2l.load_data_bananas(16)
    pictures, targets = next(iter(train))
    dataset = d2l.BananasDataset(is_train=False)
    return {
        "center": d2l.box_corner_to_center(corners),
        "corner": d2l.box_center_to_corner(d2l.box_corner_to_center(corners)),
        "prior": d2l.multibox_prior(np.zeros((1, 3, 4, 6)), [0.75, 0.5, 0.25], [1, 2, 0.5]),
        "iou": d2l.box_iou(anchors, corners),
        "assigned": d2l.assign_anchor_to_bbox(corners, anchors, mx.cpu()),
        "offsets": d2l.offset_boxes(anchors[:2], corners),
        "inverse": d2l.offset_inverse(anchors, some(5, 4)),
        "target": d2l.multibox_target(np.expand_dims(anchors, 0), np.expand_dims(labels, 0)),
        "nms": d2l.nms(four, np.array([0.9, 0.8, 0.7, 0.9]), 0.5),
        "detection": d2l.multibox_detection(
            np.expand_dims(probabilities, 0), np.zeros((1, 16)), np.expand_dims(four, 0), 0.5
        ),
        "bananas": [len(train), len(val), pictures, targets, len(dataset), dataset[3]],
    }  # fmt: skip


def regions(d2l):
    """Read pictures and their classes by pixel, crop and batch them."""
    folder = d2l.download_extract("voc2012", "VOCdevkit/VOC2012")
    features, labels = d2l.read_voc_images(folder, is_train=False)
    to_label = d2l.voc_colormap2label()
    dataset = d2l.VOCSegDataset(False, (320, 480), folder)
    cropped = [dataset[number] for number in range(2)]
    feature, label = d2l.voc_rand_crop(features[0], labels[0], 200, 300)
    train, test = d2l.load_data_voc(4, (320, 480))
    return {
        "pictures": [features[0].shape, features[0][::20, ::20], labels[0][::20, ::20]],
        "colours": to_label[np.array([0, 128 * 65536, 64 * 256])],
        "indices": d2l.voc_label_indices(labels[0], to_label),
        "crop": [feature.shape, label[::20, ::20]],
        "dataset": [len(dataset), cropped],
        # A worker draws the crops from a state of its own.
        "batches": [[part.shape for part in batch] for loader in (train, test) for batch in loader],
    }


def files(d2l):
    """Sort files into parts, as for a competition."""
    folder = d2l.download_extract("cifar10_tiny")
    labels = d2l.read_csv_labels(os.path.join(folder, "trainLabels.csv"))
    count = d2l.reorg_train_valid(folder, labels, 0.1)
    d2l.reorg_test(folder)
    d2l.copyfile(os.path.join(folder, "trainLabels.csv"), os.path.join(folder, "copied"))
    parts = sorted(
        (os.path.relpath(path, folder), len(names))
        for path, _, names in os.walk(os.path.join(folder, "train_valid_test"))
        if names
    )
    dataset = gluon.data.vision.ImageFolderDataset(
        os.path.join(folder, "train_valid_test", "valid"), flag=1
    )
    return {
        "sorted": [count, len(labels), parts, os.listdir(os.path.join(folder, "copied"))],
        "folder": [dataset.synsets, len(dataset), dataset[3]],
    }
