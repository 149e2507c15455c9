"""AutoRec: rebuild rating vectors, count only what was rated."""

import mxnet as mx
from mxnet import autograd, gluon, np, npx
from mxnet.gluon import nn

npx.set_np()
mx.random.seed(283)


class AutoRec(nn.Block):
    def __init__(self, num_hidden, num_users, dropout=0.05):
        super().__init__()
        self.encoder = nn.Dense(num_hidden, activation="sigmoid", use_bias=True)
        self.decoder = nn.Dense(num_users, use_bias=True)
        self.dropout = nn.Dropout(dropout)

    def forward(self, input):
        hidden = self.dropout(self.encoder(input))
        pred = self.decoder(hidden)
        if autograd.is_training():
            return pred * np.sign(input)
        return pred


ratings = np.random.randint(1, 6, size=(20, 14)).astype("float32")
ratings = ratings * (np.random.uniform(size=(20, 14)) < 0.4)
test = np.random.randint(1, 6, size=(20, 14)).astype("float32") * (ratings == 0)
print(int((ratings > 0).sum()), ratings[0])
net = AutoRec(8, 14)
net.initialize(force_reinit=True, init=mx.init.Normal(0.01))
trainer = gluon.Trainer(net.collect_params(), "adam", {"learning_rate": 0.02, "wd": 1e-4})
loss = gluon.loss.L2Loss()
loader = gluon.data.DataLoader(ratings, shuffle=False, last_batch="rollover", batch_size=8)


def evaluator(network, inter_matrix, test_data):
    recons = np.concatenate(
        [network(values) for values in gluon.data.DataLoader(inter_matrix, 8)], axis=0
    )
    return float(
        np.sqrt(
            np.sum(np.square(test_data - np.sign(test_data) * recons)) / np.sum(np.sign(test_data))
        )
    )


for epoch in range(4):
    total, n = 0.0, 0
    for values in loader:
        with autograd.record():
            cost = loss(net(values), values)
        cost.backward()
        trainer.step(values.shape[0])
        total, n = total + float(cost.sum()), n + values.shape[0]
    print(
        "epoch %d, %d rows, loss %.6f, test RMSE %.6f"
        % (epoch + 1, n, total / n, evaluator(net, ratings, test))
    )
