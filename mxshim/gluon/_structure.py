"""Helpers shared by blocks and parameters: nested arguments, hooks, known shapes, printed lists."""

from __future__ import annotations

import weakref
from collections import OrderedDict

from .. import numpy as _mx_np
from ..ndarray import NDArray
from ..util import is_np_array, is_np_shape

NO_ARRAY = (
    "In HybridBlock, there must be one NDArray or one Symbol in the input. "
    "Please check the type of the args.\n"
)
MIXED = (
    "In HybridBlock, we do not support mixed NDArrays and Symbols types for the input. "
    "Please check the type of the args.\n"
)


def indent(text, spaces):
    """Indent every line of ``text`` but the first."""
    return text.replace("\n", "\n" + " " * spaces)


def brief_list(names, limit=7):
    """Write quoted names, those in the middle of a long list as dots."""
    names = list(names)
    if len(names) > limit:
        head, tail = names[: limit // 2], names[-limit // 2 :]
        return f"{brief_list(head, limit)}, ..., {brief_list(tail, limit)}"
    return ", ".join(f"'{name}'" for name in names)


def front(F, legacy, np_name):
    """Return the operator ``legacy`` of ``F``, in np mode ``np_name`` of ``F.npx``."""
    return getattr(F.npx, np_name) if is_np_array() else getattr(F, legacy)


def unknown_dim():
    """Return what stands for an unknown dimension: -1 under np shapes, else 0."""
    return -1 if is_np_shape() else 0


def shape_is_known(shape):
    """Tell whether every dimension of ``shape`` is known under the shape rules in force."""
    if shape is None:
        return False
    unknown = unknown_dim()
    if len(shape) == 0:
        return unknown == -1
    for dim in shape:
        if dim == unknown:
            return False
        assert dim > unknown, (
            f"shape dimension size cannot be less than {unknown}, while received {dim}"
        )
    return True


def check_all_np(out):
    """Raise TypeError when a block's output holds a legacy array although np arrays are on."""
    if isinstance(out, NDArray):
        if not isinstance(out, _mx_np.ndarray):
            raise TypeError(
                "Block's output ndarrays/symbols must be of type `mxnet.numpy.ndarray` or "
                f"`mxnet.symbol.numpy._Symbol`, while got output type {type(out)}"
            )
    elif isinstance(out, (list, tuple)):
        for item in out:
            check_all_np(item)


class HookHandle:
    """Remember where a hook was attached, to detach it; works as a ``with`` block too."""

    def __init__(self):
        self._hooks_dict_ref = None
        self._id = None

    def attach(self, hooks_dict, hook):
        """Put ``hook`` into ``hooks_dict``; a handle serves one hook."""
        assert not self._hooks_dict_ref, "The same handle cannot be attached twice."
        self._id = id(hook)
        hooks_dict[self._id] = hook
        self._hooks_dict_ref = weakref.ref(hooks_dict)

    def detach(self):
        """Take the hook out again; harmless when it is gone."""
        hooks = self._hooks_dict_ref()
        if hooks is not None:
            hooks.pop(self._id, None)

    def __getstate__(self):
        return (self._hooks_dict_ref(), self._id)

    def __setstate__(self, state):
        hooks, self._id = state
        self._hooks_dict_ref = weakref.ref(OrderedDict() if hooks is None else hooks)

    def __enter__(self):
        return self

    def __exit__(self, ptype, value, trace):
        self.detach()
