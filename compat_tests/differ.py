"""Say in words where two observations differ."""

from __future__ import annotations

import json
import math
import re
from typing import NamedTuple

import numpy as np


class Tolerance(NamedTuple):
    """Allow ``rtol`` of the value plus ``scale`` of the array's largest value plus ``atol``."""

    rtol: float
    scale: float
    atol: float = 0.0

    def allows(self, mine, theirs, largest):
        """Tell element-wise whether ``mine`` is near enough; arrays of finite float64."""
        return (
            np.abs(mine - theirs) <= self.rtol * np.abs(theirs) + self.scale * largest + self.atol
        )


BY_DTYPE = {
    "float16": Tolerance(2e-3, 1e-3),
    "float32": Tolerance(1e-5, 2e-6),
    "float64": Tolerance(1e-10, 1e-12),
}
PYTHON_FLOAT = BY_DTYPE["float32"]
EXACT = Tolerance(0.0, 0.0)
KINDS = (
    *("array", "numpy", "scalar", "dtype", "scalar_type", "float", "tuple", "dict", "set", "bytes"),
    *("printed", "class", "callable", "object", "error", "crash", "warned"),
)
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?|\binf\b|\bnan\b)")


def diff(mine, theirs, tolerance=None, names=("mxshim", "mxnet")):
    """List the differences of two observations in words; an empty list means parity.

    ``tolerance`` replaces the one that follows from the dtype.
    """
    differ = _Differ(tolerance, names)
    told = [seen["warned"] if _kind(seen) == "warned" else [] for seen in (mine, theirs)]
    found = []
    if told[0] != told[1]:
        found = differ.says("warnings", *("; ".join(lines) or "none" for lines in told))
    mine, theirs = (seen["return"] if _kind(seen) == "warned" else seen for seen in (mine, theirs))
    return found + differ.compare("return", mine, theirs)


class _Differ:
    def __init__(self, tolerance, names):
        self.override = tolerance
        self.names = names

    def says(self, path, mine, theirs):
        return [f"{path}: {self.names[0]} {_brief(mine)}, {self.names[1]} {_brief(theirs)}"]

    def tolerance(self, dtype):
        return self.override or BY_DTYPE.get(dtype, EXACT)

    def compare(self, path, mine, theirs):
        kind = _kind(theirs)
        if _kind(mine) != kind:
            return self.says(path, mine, theirs)
        method = getattr(self, "_" + kind, None)
        if method is not None:
            return method(path, mine, theirs)
        return [] if mine == theirs else self.says(path, mine, theirs)

    def _number(self, path, mine, theirs):
        near = self._near("float32" if isinstance(theirs, float) else "", [mine], [theirs])
        return [] if near.all() else self.says(path, mine, theirs)

    def _list(self, path, mine, theirs):
        found = []
        if len(mine) != len(theirs):
            found += self.says(f"len({path})", len(mine), len(theirs))
        for index, (left, right) in enumerate(zip(mine, theirs)):
            found += self.compare(f"{path}[{index}]", left, right)
        return found

    def _tuple(self, path, mine, theirs):
        return self._list(path, mine["tuple"], theirs["tuple"])

    def _dict(self, path, mine, theirs):
        left = {json.dumps(key): value for key, value in mine["dict"]}
        right = {json.dumps(key): value for key, value in theirs["dict"]}
        if list(left) != list(right):
            return self.says(f"{path}.keys()", list(left), list(right))
        found = []
        for key, value in left.items():
            found += self.compare(f"{path}[{key}]", value, right[key])
        return found

    def _printed(self, path, mine, theirs):
        same = self._same_text(mine["printed"], theirs["printed"], self.override or PYTHON_FLOAT)
        return [] if same else self.says(path + ".text", mine["printed"], theirs["printed"])

    def _error(self, path, mine, theirs):
        return self._fields(path, mine, theirs, ("error", "message"))

    def _scalar(self, path, mine, theirs):
        found = self._fields(path, mine, theirs, ("scalar",))
        if not self._near(theirs["scalar"], [mine["value"]], [theirs["value"]]).all():
            found += self.says(path, mine["value"], theirs["value"])
        return found

    def _array(self, path, mine, theirs):
        found = self._fields(path, mine, theirs, ("array", "stype", "ctx"))
        return found + self._numpy(path, mine, theirs)

    def _numpy(self, path, mine, theirs):
        found = self._fields(path, mine, theirs, ("numpy", "shape", "dtype"))
        if found and mine["shape"] != theirs["shape"]:
            return found
        if ("values" in mine) != ("values" in theirs):
            return found + self.says(path, sorted(mine), sorted(theirs))
        if "values" in theirs:
            found += self._values(path, mine, theirs)
        else:
            found += self._summaries(path, mine, theirs)
        if not found:
            found += self._repr(path, mine, theirs)
        return found

    def _fields(self, path, mine, theirs, names):
        found = []
        for name in names:
            if mine.get(name) != theirs.get(name):
                label = "class" if name in ("array", "numpy", "scalar", "error") else name
                found += self.says(f"{path}.{label}", mine.get(name), theirs.get(name))
        return found

    def _values(self, path, mine, theirs):
        near = self._near(theirs["dtype"], mine["values"], theirs["values"])
        if near.all():
            return []
        first = int(np.argmin(near))
        where = "".join(f"[{i}]" for i in np.unravel_index(first, theirs["shape"] or (1,)))
        says = self.says(path + ".values" + where, mine["values"][first], theirs["values"][first])[
            0
        ]
        return [f"{says} ({int((~near).sum())} of {near.size} differ)"]

    def _near(self, dtype, mine, theirs):
        if mine == theirs:
            return np.ones(len(theirs), bool)
        try:
            left, right = np.asarray(mine, np.float64), np.asarray(theirs, np.float64)
        except (TypeError, ValueError):
            return np.array([a == b for a, b in zip(mine, theirs)])
        if self.tolerance(dtype) == EXACT:
            return np.array([a == b for a, b in zip(mine, theirs)])
        finite = np.isfinite(left) & np.isfinite(right)
        same = (left == right) | (np.isnan(left) & np.isnan(right))
        left, right = np.where(finite, left, 0), np.where(finite, right, 0)
        largest = np.abs(right).max() if right.size else 0.0
        return same | (finite & self.tolerance(dtype).allows(left, right, largest))

    def _summaries(self, path, mine, theirs):
        left, right = mine["summary"], theirs["summary"]
        found = []
        if "sha1" in right:
            if left.get("sha1") != right["sha1"]:
                found += self.says(path + ".samples", left["samples"], right["samples"])
            return found
        if not self._near(theirs["dtype"], left["samples"], right["samples"]).all():
            found += self.says(path + ".samples", left["samples"], right["samples"])
        for name in ("nan", "inf"):
            if left[name] != right[name]:
                found += self.says(f"{path}.count of {name}", left[name], right[name])
        allowed = self.tolerance(theirs["dtype"])
        slack = (allowed.rtol + allowed.scale) * right["size"] + allowed.atol * math.prod(
            theirs["shape"]
        )
        for name in ("sum", "weighted"):
            if abs(left[name] - right[name]) > slack:
                found += self.says(f"{path}.{name}", left[name], right[name])
        return found

    def _repr(self, path, mine, theirs):
        left, right = mine.get("repr"), theirs.get("repr")
        if left == right:
            return []
        same_bits = mine.get("values") == theirs.get("values")
        readable = not same_bits and left and right
        if readable and self._same_text(left, right, self.tolerance(theirs["dtype"])):
            return []
        return self.says(path + ".repr", left, right)

    def _same_text(self, mine, theirs, tolerance):
        """Tell whether two texts agree once their numbers are read at ``tolerance``."""
        if mine == theirs:
            return True
        skeletons = ["".join(_NUMBER.sub("#", text).split()) for text in (mine, theirs)]
        if skeletons[0] != skeletons[1]:
            return False
        left = np.array([float(n) for n in _NUMBER.findall(mine)])
        right = np.array([float(n) for n in _NUMBER.findall(theirs)])
        same = (left == right) | (np.isnan(left) & np.isnan(right))
        finite = np.isfinite(left) & np.isfinite(right)
        left, right = np.where(finite, left, 0), np.where(finite, right, 0)
        largest = np.abs(right).max() if right.size else 0.0
        return bool((same | (finite & tolerance.allows(left, right, largest))).all())


def _kind(seen):
    if isinstance(seen, dict):
        return next((kind for kind in KINDS if kind in seen), "unknown")
    if isinstance(seen, bool):
        return "bool"
    if isinstance(seen, (int, float)):
        return "number" if isinstance(seen, float) else "int"
    return {"NoneType": "none", "str": "string", "list": "list"}[type(seen).__name__]


def _brief(seen, room=300):
    """Shorten an observation to what fits into a sentence."""
    text = _words(seen)
    return text if len(text) <= room else text[:room] + "..."


def _words(seen):
    kind = _kind(seen)
    if kind == "error":
        return "raised {}: {}".format(seen["error"], seen["message"])
    if kind == "array":
        return "{} {}{}".format(seen["array"], seen["dtype"], tuple(seen["shape"]))
    if kind == "numpy":
        return "numpy.{} {}{}".format(seen["numpy"], seen["dtype"], tuple(seen["shape"]))
    if kind == "scalar":
        return "{}({})".format(seen["scalar"], seen["value"])
    if kind in ("tuple", "list"):
        inside = ", ".join(map(_words, seen["tuple"] if kind == "tuple" else seen))
        return f"({inside})" if kind == "tuple" else f"[{inside}]"
    if kind == "dict":
        return "{%s}" % ", ".join(f"{_words(k)}: {_words(v)}" for k, v in seen["dict"])
    if kind == "string" and "\n" not in seen:
        return seen
    return repr(seen)
