"""Similarity and analogy of words, a vocabulary of the library, byte pairs, first edition."""

import collections

import mxnet as mx
from mxnet import nd
from mxnet.contrib import text

mx.random.seed(263)
counter = text.utils.count_tokens_from_str("man woman king queen boy girl boy king man ruler man")
vocab = text.vocab.Vocabulary(counter, most_freq_count=None, min_freq=1, unknown_token="<unk>")
print(len(vocab), vocab.idx_to_token, vocab.to_indices(["king", "moon"]), vocab.to_tokens([1, 2]))
vectors = nd.random.normal(0, 0.1, shape=(len(vocab), 5))
base = {
    "man": (1, 0, 0),
    "woman": (0, 1, 0),
    "king": (1, 0, 1),
    "queen": (0, 1, 1),
    "boy": (1, 0, -1),
    "girl": (0, 1, -1),
}
for word, values in base.items():
    vectors[vocab.to_indices(word), :3] += nd.array(values)


def knn(W, x, k):
    cos = nd.dot(W, x.reshape((-1,))) / (
        (nd.sum(W * W, axis=1) + 1e-9).sqrt() * nd.sum(x * x).sqrt()
    )
    topk = nd.topk(cos, k=k, ret_typ="indices").asnumpy().astype("int32")
    return topk, [cos[i].asscalar() for i in topk]


def vec(word):
    return vectors[vocab.to_indices(word)]


topk, cos = knn(vectors, vec("king"), 4)
for i, c in zip(topk[1:], cos[1:]):
    print("cosine sim=%.4f: %s" % (c, vocab.idx_to_token[i]))
for a, b, c in (("man", "woman", "king"), ("man", "woman", "boy"), ("king", "man", "queen")):
    topk, cos = knn(vectors, vec(b) - vec(a) + vec(c), 3)
    print(a, b, c, "->", [vocab.idx_to_token[i] for i in topk])

# byte pairs: join the most frequent neighbours
tokens = {"t a l l _": 4, "f a s t e r _": 3, "t a l l e r _": 4, "f a s t _": 5}
for _ in range(5):
    pairs = collections.defaultdict(int)
    for token, freq in tokens.items():
        symbols = token.split()
        for pair in zip(symbols, symbols[1:]):
            pairs[pair] += freq
    pair = max(pairs, key=pairs.get)
    tokens = {token.replace(" ".join(pair), "".join(pair)): freq for token, freq in tokens.items()}
    print(pair, pairs[pair])
print(list(tokens))
