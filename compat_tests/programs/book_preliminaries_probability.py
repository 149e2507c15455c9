"""Dice: samples, relative frequencies, a coin's posterior and moments."""

import mxnet as mx
from mxnet import np, npx

npx.set_np()
mx.random.seed(11)

fair = [1.0 / 6] * 6
print(np.random.multinomial(10, fair))
counts = np.random.multinomial(1000, fair).astype("float32")
print(counts / 1000)
groups = np.random.multinomial(10, fair, size=40)
running = groups.astype(np.float32).cumsum(axis=0)
estimates = running / running.sum(axis=1, keepdims=True)
print(estimates[[0, 9, 39]])
print(groups.shape, groups.sum())

heads = np.random.uniform(size=200) < 0.3
print("heads", heads.sum(), float(heads.astype("float32").mean()))

# a test that is right in most cases, and a rare condition: Bayes' rule by hand
joint = np.array([[0.0015, 0.0], [0.0085, 0.99]])
sick = joint.sum(axis=1)
print(sick)
prior, hit, alarm = 0.0015, 1.0, 0.01
once = hit * prior / (hit * prior + alarm * (1 - prior))
twice = hit * 0.98 * prior / (hit * 0.98 * prior + alarm * 0.03 * (1 - prior))
print(f"{once:.6f} {twice:.6f}")

outcome, chance = np.array([0.0, 1.0, 9.0]), np.array([0.5, 0.4, 0.1])
mean = (outcome * chance).sum()
print(mean, ((outcome - mean) ** 2 * chance).sum())
samples = np.random.normal(2, 3, size=(500,))
print(float(samples.mean()), float(samples.std()), np.random.randint(0, 10, size=5))
order = np.arange(6)
np.random.shuffle(order)
print(order, np.random.choice(5, size=(3,)))
