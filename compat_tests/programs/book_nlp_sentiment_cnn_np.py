"""One-dimensional convolutions by hand, and a TextCNN with two embeddings."""

import mxnet as mx
from mxnet import autograd, gluon, init, np, npx
from mxnet.gluon import nn

npx.set_np()
mx.random.seed(271)


def corr1d(X, K):
    w = K.shape[0]
    Y = np.zeros(X.shape[0] - w + 1)
    for i in range(Y.shape[0]):
        Y[i] = (X[i : i + w] * K).sum()
    return Y


def corr1d_multi_in(X, K):
    return sum(corr1d(x, k) for x, k in zip(X, K))


print(corr1d(np.arange(7), np.array([1, 2])))
X = np.stack([np.arange(7), np.arange(1, 8), np.arange(2, 9)])
print(corr1d_multi_in(X, np.array([[1, 2], [3, 4], [-1, -3]])))


class TextCNN(nn.Block):
    def __init__(self, vocab_size, embed_size, kernel_sizes, num_channels, **kwargs):
        super().__init__(**kwargs)
        self.embedding = nn.Embedding(vocab_size, embed_size)
        self.constant_embedding = nn.Embedding(vocab_size, embed_size)
        self.dropout = nn.Dropout(0.5)
        self.decoder = nn.Dense(2)
        self.pool = nn.GlobalMaxPool1D()
        self.convs = nn.Sequential()
        for c, k in zip(num_channels, kernel_sizes):
            self.convs.add(nn.Conv1D(c, k, activation="relu"))

    def forward(self, inputs):
        embeddings = np.concatenate(
            (self.embedding(inputs), self.constant_embedding(inputs)), axis=2
        )
        embeddings = embeddings.transpose(0, 2, 1)
        encoding = np.concatenate(
            [np.squeeze(self.pool(conv(embeddings)), axis=-1) for conv in self.convs], axis=1
        )
        return self.decoder(self.dropout(encoding))


V = 20
reviews = np.random.randint(2, V, size=(24, 10))
labels = np.array([i % 2 for i in range(24)])
reviews[:, 3] = np.where(labels == 1, np.array(5.0), np.array(6.0)).astype(reviews.dtype)
net = TextCNN(V, 6, [3, 4, 5], [4, 4, 4])
net.initialize(init.Xavier())
print(net)
net.constant_embedding.weight.set_data(np.random.normal(0, 0.5, size=(V, 6)))
net.constant_embedding.collect_params().setattr("grad_req", "null")
trainer = gluon.Trainer(net.collect_params(), "adam", {"learning_rate": 0.01})
loss = gluon.loss.SoftmaxCrossEntropyLoss()
for epoch in range(4):
    total = 0.0
    for i in range(0, 24, 8):
        with autograd.record():
            cost = loss(net(reviews[i : i + 8]), labels[i : i + 8])
        cost.backward()
        trainer.step(8)
        total += float(cost.sum())
    print("epoch %d, loss %.6f" % (epoch + 1, total / 24))
predicted = np.argmax(net(reviews), axis=1)
print(
    int((predicted.astype(labels.dtype) == labels).sum()),
    [p.grad_req for p in net.collect_params().values()][:2],
)
