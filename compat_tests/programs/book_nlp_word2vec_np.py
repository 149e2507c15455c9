"""Skip-gram with negative sampling: subsampling, contexts, masked loss, nearest words."""

import collections
import math
import random

import mxnet as mx
from mxnet import autograd, gluon, np, npx
from mxnet.gluon import nn

npx.set_np()
mx.random.seed(257)
random.seed(257)
TEXT = "the fox saw the hen and the hen saw the fox but the dog slept by the old barn door"
sentences = [TEXT.split(), TEXT.split()[::-1], TEXT.split()[5:], TEXT.split()[:12]]
counter = collections.Counter(word for sentence in sentences for word in sentence)
words = ["<unk>"] + sorted(counter)
index = {word: i for i, word in enumerate(words)}
total = sum(counter.values())


def keep(word):
    return random.uniform(0, 1) < math.sqrt(0.05 / counter[word] * total)


corpus = [[index[w] for w in sentence if keep(w)] for sentence in sentences]
print(len(words), [len(row) for row in corpus])


def centers_and_contexts(corpus, window):
    centers, contexts = [], []
    for line in corpus:
        centers += line
        for i in range(len(line)):
            size = random.randint(1, window)
            near = [j for j in range(max(0, i - size), min(len(line), i + size + 1)) if j != i]
            contexts.append([line[j] for j in near])
    return centers, contexts


centers, contexts = centers_and_contexts(corpus, 2)
print(len(centers), contexts[:3])
weights = [counter[word] ** 0.75 for word in words[1:]]
candidates = list(range(1, len(words)))


def negatives(context, k):
    found = []
    while len(found) < len(context) * k:
        drawn = random.choices(candidates, weights)[0]
        if drawn not in context:
            found.append(drawn)
    return found


def batchify(data):
    longest = max(len(c) + len(n) for _, c, n in data)
    rows, masks, labels = [], [], []
    for _, context, negative in data:
        size = len(context) + len(negative)
        rows.append(context + negative + [0] * (longest - size))
        masks.append([1] * size + [0] * (longest - size))
        labels.append([1] * len(context) + [0] * (longest - len(context)))
    ids = np.array([center for center, _, _ in data]).reshape(-1, 1)
    return ids, np.array(rows), np.array(masks), np.array(labels)


data = [(c, ctx, negatives(ctx, 3)) for c, ctx in zip(centers, contexts) if ctx]
shown = batchify([(1, [2, 2], [3, 3, 3, 3]), (1, [2, 2, 2], [3, 3])])
for name, part in zip(["centers", "contexts_negatives", "masks", "labels"], shown):
    print(name, "=", part)
loader = gluon.data.DataLoader(data, 16, shuffle=False, batchify_fn=batchify)
net = nn.Sequential()
net.add(nn.Embedding(len(words), 6), nn.Embedding(len(words), 6))
net.initialize(mx.init.Uniform(0.5))
loss = gluon.loss.SigmoidBCELoss()


def skip_gram(center, rows, embed_v, embed_u):
    v, u = embed_v(center), embed_u(rows)
    return npx.batch_dot(v, u.swapaxes(1, 2))


print(skip_gram(np.ones((2, 1)), np.ones((2, 4)), net[0], net[1]).shape)
trainer = gluon.Trainer(net.collect_params(), "adam", {"learning_rate": 0.01})
for epoch in range(3):
    sums = [0.0, 0.0]
    for center, rows, mask, label in loader:
        with autograd.record():
            pred = skip_gram(center, rows, net[0], net[1])
            cost = loss(pred.reshape(label.shape), label, mask) / mask.sum(axis=1) * mask.shape[1]
        cost.backward()
        trainer.step(len(center))
        sums[0] += float(cost.sum())
        sums[1] += cost.size
    print("epoch %d loss %.6f" % (epoch + 1, sums[0] / sums[1]))
W = net[0].weight.data()
x = W[index["fox"]]
cosine = np.dot(W, x) / np.sqrt((W * W).sum(axis=1) * (x * x).sum() + 1e-9)
best = npx.topk(cosine, k=4, ret_typ="indices").asnumpy().astype("int32")
print([(words[i], "%.4f" % float(cosine[int(i)])) for i in best[1:]])
