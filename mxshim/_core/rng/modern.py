"""Samplers on a generator of NumPy's or CuPy's: fast, and independent of MXNet's streams.

One class serves legacy and NumPy-style operators; it has the methods of both
:class:`parallel.ParallelSampler` and :class:`single.SingleSampler`, with their meaning.
"""

from __future__ import annotations

from typing import Any


class ModernSampler:
    """Draws from one generator; every method returns a raw array of shape ``size``.

    Parameters may be numbers or raw arrays that broadcast to ``size``.
    """

    def __init__(self, generator: Any, xp: Any) -> None:
        self.generator = generator
        self.xp = xp

    def _kind(self, dtype: Any) -> Any:
        return self.xp.float64 if self.xp.dtype(dtype).itemsize == 8 else self.xp.float32

    def _typed(self, values: Any, dtype: Any) -> Any:
        return self.xp.asarray(values, dtype=dtype)

    def units(self, size: Any, kind: Any = "float32") -> Any:
        """Draw from [0, 1) as float32 or float64."""
        return self.xp.asarray(self.generator.random(size, dtype=self._kind(kind)))

    def standard(self, size: Any, kind: Any = "float32") -> Any:
        """Draw standard normals as float32 or float64."""
        return self.xp.asarray(self.generator.standard_normal(size, dtype=self._kind(kind)))

    def uniform(self, low: Any, high: Any, size: Any, dtype: Any) -> Any:
        """Draw from [low, high)."""
        return self._typed(self.units(size, dtype) * (high - low) + low, dtype)

    def normal(self, loc: Any, scale: Any, size: Any, dtype: Any) -> Any:
        """Draw from the normal distribution."""
        return self._typed(self.standard(size, dtype) * scale + loc, dtype)

    def integers(self, low: int, high: int, size: Any, dtype: Any) -> Any:
        """Draw whole numbers from low to high - 1."""
        return self._typed(self.generator.integers(low, high, size), dtype)

    def _noise(self, size: Any) -> Any:
        """Draw from the exponential distribution of mean 1, never exactly 0."""
        return -self.xp.log1p(-self.units(size, "float64"))

    def exponential(self, lam: Any, size: Any, dtype: Any) -> Any:
        """Draw from the exponential distribution of rate ``lam``."""
        return self._typed(self._noise(size) / lam, dtype)

    def exponential_pair(self, scale: Any, size: Any) -> tuple[Any, Any]:
        """Draw from the exponential distribution; return the noise of mean 1 below it too."""
        noise = self._noise(size)
        return self._typed(noise * scale, "float32"), self._typed(noise, "float32")

    def exp(self, values: Any) -> Any:
        """Return the exponential."""
        return self.xp.exp(values)

    def gumbel(self, size: Any) -> Any:
        """Draw from the standard Gumbel distribution."""
        return self._typed(-self.xp.log(self._noise(size)), "float32")

    def logistic(self, size: Any) -> Any:
        """Draw from the standard logistic distribution."""
        values = self.units(size, "float64")
        return self._typed(self.xp.log(values) - self.xp.log1p(-values), "float32")

    def rayleigh(self, size: Any) -> Any:
        """Draw from the Rayleigh distribution of scale 1."""
        return self._typed(self.xp.sqrt(2 * self._noise(size)), "float32")

    def weibull(self, a: Any, size: Any) -> tuple[Any, Any]:
        """Draw from the Weibull distribution; return the exponential noise below it too."""
        noise = self._noise(size)
        return self._typed(noise ** (1.0 / a), "float32"), self._typed(noise, "float32")

    def pareto(self, a: Any, size: Any) -> tuple[Any, Any]:
        """Draw from the Pareto distribution less 1; return the exponential noise below it too."""
        noise = self._noise(size)
        return self._typed(self.xp.expm1(noise / a), "float32"), self._typed(noise, "float32")

    def power(self, a: Any, size: Any) -> Any:
        """Draw from [0, 1] with density ``a * x**(a - 1)``."""
        return self._typed((1 - self.units(size, "float64")) ** (1.0 / a), "float32")

    def bernoulli(self, given: Any, size: Any, is_logit: bool) -> Any:
        """Draw True with the given probabilities or log odds."""
        return given > (self.logistic(size) if is_logit else self.units(size))

    def gamma(self, shape: Any, scale: Any, size: Any, dtype: Any = "float64") -> Any:
        """Draw from the gamma distribution."""
        return self._typed(self.generator.standard_gamma(shape, size) * scale, dtype)

    def poisson(self, lam: Any, size: Any, dtype: Any) -> Any:
        """Draw from the Poisson distribution."""
        return self._typed(self.generator.poisson(lam, size), dtype)

    def negative_binomial(self, k: Any, p: Any, size: Any, dtype: Any) -> Any:
        """Draw the failures before the ``k``-th success of probability ``p``."""
        return self.poisson(self.gamma(k, (1.0 - p) / p, size), size, dtype)

    def generalized_negative_binomial(self, mu: Any, alpha: Any, size: Any, dtype: Any) -> Any:
        """Draw Poisson numbers whose mean is gamma distributed (``mu`` itself for ``alpha`` 0)."""
        xp = self.xp
        alpha = xp.asarray(alpha)
        flat = alpha == 0
        safe = xp.where(flat, xp.asarray(1.0, dtype=alpha.dtype), alpha)
        lam = xp.where(flat, mu, self.gamma(1.0 / safe, safe * mu, size))
        return self.poisson(lam, size, dtype)

    def permutation(self, count: int, rows: bool = False) -> Any:
        """Shuffle the numbers from 0 to count - 1."""
        return self.xp.argsort(self.units(count, "float64"))

    def choose(self, count: int, size: Any, replace: bool, weights: Any) -> Any:
        """Draw positions below ``count``, evenly or by ``weights``."""
        xp = self.xp
        number = 1
        for length in size:
            number *= length
        if weights is None:
            if replace:
                return self.integers(0, count, size, "int64")
            return self.permutation(count)[:number].reshape(size)
        if replace:
            edges = xp.cumsum(weights.astype("float64"))
            picked = xp.searchsorted(edges, self.units(number, "float64") * edges[-1], "right")
            return xp.minimum(picked, count - 1).reshape(size)
        keys = xp.log(weights) - xp.log(self._noise(count))
        return xp.argsort(-keys)[:number].reshape(size)

    def counts(self, n: int, chances: Any, rows: int, burn: int) -> Any:
        """Count how often each class is drawn in ``n`` draws, for ``rows`` experiments."""
        xp = self.xp
        edges = xp.cumsum(chances.astype("float64"))
        picked = xp.searchsorted(edges, self.units((rows, n), "float64"), "right")
        picked = xp.minimum(picked, len(chances) - 1)
        return (picked[..., None] == xp.arange(len(chances))).sum(axis=1)

    def classes(self, rows: Any, count: int) -> Any:
        """Draw ``count`` class numbers by each row of probabilities."""
        xp = self.xp
        edges = xp.cumsum(rows.astype("float64"), axis=1)
        values = self.units((rows.shape[0], count), "float64")
        picked = (edges[:, None, :] <= values[:, :, None]).sum(axis=2)
        return xp.minimum(picked, rows.shape[1] - 1)


class HostSampler:
    """Draws on the CPU for arrays of a GPU: the same numbers wherever a program runs."""

    def __init__(self, sampler: Any, xp: Any) -> None:
        self.sampler = sampler
        self.xp = xp

    def __getattr__(self, name: str) -> Any:
        method = getattr(self.sampler, name)
        xp = self.xp

        def carried(*args: Any) -> Any:
            host = [xp.to_host(a) if isinstance(a, xp.ndarray) else a for a in args]
            result = method(*host)
            if isinstance(result, tuple):
                return tuple(xp.from_host(part) for part in result)
            return xp.from_host(result)

        return carried
