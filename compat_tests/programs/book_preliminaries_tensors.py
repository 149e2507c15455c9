"""Make, reshape, combine, index and save memory with NumPy-style arrays."""

from mxnet import np, npx

npx.set_np()

x = np.arange(15)
print(x, x.shape, x.size, x.dtype)
grid = x.reshape(3, 5)
print(grid)
print(x.reshape(-1, 3).shape, np.zeros((2, 1, 4)).shape)
print(np.ones((2, 3)), np.full((2, 2), 0.5))
print(np.array([[4, 3, 2], [8, 7, 6]], dtype="int32"))

a, b = np.array([1.0, 2, 5, 10]), np.array([3, 3, 0.5, 2])
for result in (a + b, a - b, a * b, a / b, a**b, np.exp(-a), a % b):
    print(result)
left, right = np.arange(6).reshape(2, 3), np.array([[5.0, 1, 4], [0, 2, 6]])
print(np.concatenate([left, right], axis=0), np.concatenate([left, right], axis=1).shape)
print(left == right, (left < right).sum(), left.sum())

column, row = np.arange(4).reshape(4, 1), np.arange(3)
print(column + row, (column * row).mean())

print(grid[-1], grid[0:2], grid[:, 1::2])
grid[1, 2] = 99
grid[0, :] = -1
print(grid)
print(grid[grid > 9], grid[[2, 0], [1, 3]])

before = id(right)
right += left
print(id(right) == before)
right = right + left
print(id(right) == before)
kept = np.zeros_like(right)
address = id(kept)
kept[:] = left * right
print(id(kept) == address, kept)

there = kept.asnumpy()
back = np.array(there)
print(type(there).__name__, type(back).__name__)
single = np.array([2.75])
print(single, single.item(), float(single), int(single))
