"""A competition in small: folders of pictures, a held-out part, training, a submission."""

import csv
import os

import mxnet as mx
from mxnet import autograd, gluon, init, np, npx
from mxnet.gluon import nn

npx.set_np()
mx.random.seed(251)
CLASSES = ["bird", "cat", "frog"]
os.makedirs("train")
os.makedirs("test")
with open("trainLabels.csv", "w") as file:
    file.write("id,label\n")
    for i in range(24):
        label = i * 5 % 3
        picture = np.random.normal(size=(3, 8, 8)) + np.sin(
            np.arange(64).reshape(1, 8, 8) * (label + 1)
        )
        npx.save(os.path.join("train", f"{i}.arr"), picture)
        file.write(f"{i},{CLASSES[label]}\n")
for i in range(5):
    npx.save(os.path.join("test", f"{i}.arr"), np.random.normal(size=(3, 8, 8)))


def read_labels(name):
    with open(name) as file:
        return dict(list(csv.reader(file))[1:])


labels = read_labels("trainLabels.csv")
print(len(labels), sorted(set(labels.values())))


class Folder(gluon.data.Dataset):
    def __init__(self, folder, names, labels=None):
        self.items = [
            (os.path.join(folder, name + ".arr"), labels and labels[name]) for name in names
        ]

    def __len__(self):
        return len(self.items)

    def __getitem__(self, i):
        path, label = self.items[i]
        return npx.load(path)[0], np.int32(CLASSES.index(label) if label else -1)


def reorganise(names, labels, ratio):
    seen, train, valid = {}, [], []
    smallest = min(list(labels.values()).count(name) for name in CLASSES)
    for name in names:
        label = labels[name]
        held = valid if seen.get(label, 0) < max(1, int(smallest * ratio)) else train
        held.append(name)
        seen[label] = seen.get(label, 0) + 1
    return train, valid


train_names, valid_names = reorganise(sorted(labels, key=int), labels, 0.25)
print(len(train_names), valid_names)
train_iter = gluon.data.DataLoader(Folder("train", train_names, labels), 6, last_batch="keep")
valid_iter = gluon.data.DataLoader(Folder("train", valid_names, labels), 6)
net = nn.HybridSequential()
net.add(nn.Conv2D(8, 3, padding=1), nn.BatchNorm(), nn.Activation("relu"), nn.MaxPool2D(2))
net.add(nn.GlobalAvgPool2D(), nn.Dense(len(CLASSES)))
net.initialize(init.Xavier())
net.hybridize()
loss = gluon.loss.SoftmaxCrossEntropyLoss()
trainer = gluon.Trainer(
    net.collect_params(), "sgd", {"learning_rate": 0.2, "momentum": 0.9, "wd": 5e-4}
)
for epoch in range(4):
    if epoch > 0 and epoch % 2 == 0:
        trainer.set_learning_rate(trainer.learning_rate * 0.5)
    metric, total = mx.metric.Accuracy(), 0.0
    for X, y in train_iter:
        with autograd.record():
            out = net(X)
            cost = loss(out, y)
        cost.backward()
        trainer.step(len(y))
        total += float(cost.sum())
        metric.update(y.as_nd_ndarray(), out.as_nd_ndarray())
    valid = mx.metric.Accuracy()
    for X, y in valid_iter:
        valid.update([y.as_nd_ndarray()], [net(X).as_nd_ndarray()])
    print(
        "epoch %d, loss %.5f, train %.4f, valid %.4f, lr %.3f"
        % (
            epoch + 1,
            total / len(train_names),
            metric.get()[1],
            valid.get()[1],
            trainer.learning_rate,
        )
    )
predicted = []
for X, _ in gluon.data.DataLoader(Folder("test", [str(i) for i in range(5)]), 2):
    predicted.extend(net(X).argmax(axis=1).astype("int32").asnumpy().tolist())
with open("submission.csv", "w") as file:
    file.write("id,label\n" + "".join(f"{i},{CLASSES[k]}\n" for i, k in enumerate(predicted)))
print(open("submission.csv").read().split())
