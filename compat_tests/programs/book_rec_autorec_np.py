"""AutoRec: rebuild rating vectors, count only what was rated."""

import mxnet as mx
from mxnet import autograd, gluon, np, npx
from mxnet.gluon import nn

npx.set_np()
mx.random.seed(283)


class Rebuild(nn.Block):
    """Squeeze a row of ratings through a few units and widen it again."""

    def __init__(self, width, columns):
        super().__init__()
        self.squeeze = nn.Sequential()
        self.squeeze.add(nn.Dense(width, activation="sigmoid"), nn.Dropout(0.05))
        self.widen = nn.Dense(columns)

    def forward(self, row):
        rebuilt = self.widen(self.squeeze(row))
        return rebuilt * (row > 0) if autograd.is_training() else rebuilt


ratings = np.random.randint(1, 6, size=(20, 14)).astype("float32")
ratings = ratings * (np.random.uniform(size=(20, 14)) < 0.4)
test = np.random.randint(1, 6, size=(20, 14)).astype("float32") * (ratings == 0)
print(int((ratings > 0).sum()), ratings[0])
net = Rebuild(8, 14)
net.initialize(force_reinit=True, init=mx.init.Normal(0.01))
trainer = gluon.Trainer(net.collect_params(), "adam", {"learning_rate": 0.02, "wd": 1e-4})
loss = gluon.loss.L2Loss()
loader = gluon.data.DataLoader(ratings, shuffle=False, last_batch="rollover", batch_size=8)


def held_out_error(net):
    rebuilt = np.concatenate([net(ratings[i : i + 8]) for i in range(0, 20, 8)], axis=0)
    rated = test > 0
    return float(np.sqrt((((rebuilt - test) * rated) ** 2).sum() / rated.sum()))


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
        % (epoch + 1, n, total / n, held_out_error(net))
    )
