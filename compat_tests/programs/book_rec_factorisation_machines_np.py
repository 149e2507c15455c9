"""Click-through rates: factorisation machines and their deep variant."""

import mxnet as mx
from mxnet import autograd, gluon, init, np, npx
from mxnet.gluon import nn

npx.set_np()
mx.random.seed(311)


class FM(nn.Block):
    def __init__(self, field_dims, num_factors):
        super().__init__()
        num_inputs = int(sum(field_dims))
        self.embedding = nn.Embedding(num_inputs, num_factors)
        self.fc = nn.Embedding(num_inputs, 1)
        self.linear_layer = nn.Dense(1, use_bias=True)

    def forward(self, x):
        square_of_sum = np.sum(self.embedding(x), axis=1) ** 2
        sum_of_square = np.sum(self.embedding(x) ** 2, axis=1)
        x = self.linear_layer(self.fc(x).sum(1)) + 0.5 * (square_of_sum - sum_of_square).sum(
            1, keepdims=True
        )
        return npx.sigmoid(x)


class DeepFM(nn.Block):
    def __init__(self, field_dims, num_factors, mlp_dims, drop_rate=0.1):
        super().__init__()
        num_inputs = int(sum(field_dims))
        self.embedding = nn.Embedding(num_inputs, num_factors)
        self.fc = nn.Embedding(num_inputs, 1)
        self.linear_layer = nn.Dense(1, use_bias=True)
        input_dim = self.embed_output_dim = len(field_dims) * num_factors
        self.mlp = nn.Sequential()
        for dim in mlp_dims:
            self.mlp.add(nn.Dense(dim, "relu", True, in_units=input_dim))
            self.mlp.add(nn.Dropout(rate=drop_rate))
            input_dim = dim
        self.mlp.add(nn.Dense(in_units=input_dim, units=1))

    def forward(self, x):
        embed_x = self.embedding(x)
        square_of_sum = np.sum(embed_x, axis=1) ** 2
        sum_of_square = np.sum(embed_x**2, axis=1)
        inputs = np.reshape(embed_x, (-1, self.embed_output_dim))
        x = self.linear_layer(self.fc(x).sum(1))
        x = x + 0.5 * (square_of_sum - sum_of_square).sum(1, keepdims=True) + self.mlp(inputs)
        return npx.sigmoid(x)


dims = [6, 4, 9]
offsets = np.array([0, 6, 10])
rows = np.stack(
    [np.array([(i * k + i // 5) % d for i in range(60)]) for k, d in zip((1, 3, 5), dims)], axis=1
)
clicks = ((rows[:, 0] + rows[:, 2]) % 3 == 0).astype("float32")
data = rows + offsets
print(data[:3], float(clicks.mean()))
loss = gluon.loss.SigmoidBinaryCrossEntropyLoss(from_sigmoid=True)
loader = gluon.data.DataLoader(gluon.data.ArrayDataset(data, clicks), 20, last_batch="rollover")
for net in (FM(dims, 5), DeepFM(dims, 5, [12, 8])):
    net.initialize(init.Xavier())
    print(net)
    trainer = gluon.Trainer(net.collect_params(), "adam", {"learning_rate": 0.02})
    for epoch in range(4):
        total, right = 0.0, 0.0
        for X, y in loader:
            with autograd.record():
                out = net(X)
                cost = loss(out, y)
            cost.backward()
            trainer.step(20)
            total += float(cost.sum())
            right += float(((out.reshape(-1) > 0.5).astype("float32") == y).astype("float32").sum())
        print("epoch %d, loss %.6f, accuracy %.4f" % (epoch + 1, total / 60, right / 60))
