"""Attention in hybrid blocks over legacy arrays: compiled, saved, read again, dropout off."""

import mxnet as mx
from mxnet import autograd, gluon, nd
from mxnet.gluon import nn

mx.random.seed(353)


class SelfAttention(nn.HybridBlock):
    def __init__(self, units, heads, **kwargs):
        super(SelfAttention, self).__init__(**kwargs)
        self._heads, self._scale = heads, (units // heads) ** -0.5
        with self.name_scope():
            self.qkv = nn.Dense(3 * units, flatten=False, use_bias=False)
            self.proj = nn.Dense(units, flatten=False)
            self.dropout = nn.Dropout(0.1)

    def hybrid_forward(self, F, x, mask):
        qkv = F.reshape(self.qkv(x), shape=(0, 0, 3, self._heads, -1))
        q, k, v = (
            F.reshape(F.transpose(F.squeeze(part, axis=2), axes=(0, 2, 1, 3)), shape=(-3, 0, 0))
            for part in F.split(qkv, num_outputs=3, axis=2)
        )
        scores = F.batch_dot(q, k, transpose_b=True) * self._scale
        mask = F.repeat(F.expand_dims(mask, axis=1), repeats=self._heads, axis=0)
        scores = F.broadcast_add(scores, (mask - 1) * 1e9)
        mixed = F.batch_dot(self.dropout(F.softmax(scores, axis=-1)), v)
        mixed = F.transpose(F.reshape(mixed, shape=(-4, -1, self._heads, 0, 0)), axes=(0, 2, 1, 3))
        return self.proj(F.reshape(mixed, shape=(0, 0, -3)))


class Layer(nn.HybridBlock):
    def __init__(self, units, heads, **kwargs):
        super(Layer, self).__init__(**kwargs)
        with self.name_scope():
            self.attention = SelfAttention(units, heads)
            self.norm1, self.norm2 = nn.LayerNorm(), nn.LayerNorm()
            self.ffn = nn.HybridSequential()
            self.ffn.add(
                nn.Dense(2 * units, flatten=False), nn.GELU(), nn.Dense(units, flatten=False)
            )

    def hybrid_forward(self, F, x, mask):
        x = self.norm1(x + self.attention(x, mask))
        return self.norm2(x + self.ffn(x))


class Tagger(nn.HybridBlock):
    def __init__(self, vocab, units, tags, **kwargs):
        super(Tagger, self).__init__(**kwargs)
        with self.name_scope():
            self.embed = nn.Embedding(vocab, units)
            self.positions = self.params.get(
                "positions", shape=(1, 16, units), init=mx.init.Normal(0.1)
            )
            self.first, self.second = Layer(units, 2), Layer(units, 4)
            self.out = nn.Dense(tags, flatten=False)

    def hybrid_forward(self, F, tokens, lengths, positions):
        x = self.embed(tokens)
        x = F.broadcast_add(x, F.slice_like(positions, x, axes=(1,)))
        steps = F.contrib.arange_like(tokens, axis=1)
        mask = F.broadcast_lesser(F.expand_dims(steps, 0), F.expand_dims(lengths, 1))
        return self.out(self.second(self.first(x, mask), mask))


net = Tagger(12, 8, 3, prefix="tagger_")
net.initialize(mx.init.Xavier())
tokens = nd.random.randint(0, 12, shape=(4, 6)).astype("float32")
lengths = nd.array([6, 4, 5, 2])
labels = tokens % 3
weights = (nd.arange(6).expand_dims(0) < lengths.expand_dims(1)).expand_dims(2)
loss = gluon.loss.SoftmaxCrossEntropyLoss()
trainer = gluon.Trainer(net.collect_params(), "adam", {"learning_rate": 0.01})
plain = net(tokens, lengths)
for step in range(5):
    if step == 2:
        net.hybridize()
        print((net(tokens, lengths) - before).abs().max().asscalar() < 1e-5)
    with autograd.record():
        cost = loss(net(tokens, lengths), labels, weights)
    cost.backward()
    trainer.step(4)
    print("loss %.5f" % cost.mean().asscalar())
    before = net(tokens, lengths)
print(net, plain[0, 0])
net.export("tagger")
again = gluon.SymbolBlock.imports("tagger-symbol.json", ["data0", "data1"], "tagger-0000.params")
print((again(tokens, lengths) - before).abs().max().asscalar() < 1e-5, before[3, :2])
