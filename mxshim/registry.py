"""Factories by name: classes register under a nickname, strings and JSON create instances."""

from __future__ import annotations

import json
import warnings

_REGISTRY: dict[type, dict[str, type]] = {}


def get_registry(base_class):
    """Return a copy of the ``{lower-case name: class}`` table kept for ``base_class``."""
    return dict(_table(base_class))


def get_register_func(base_class, nickname):
    """Make a class decorator that files subclasses of ``base_class`` by lower-case name."""
    table = _table(base_class)

    def register(klass, name=None):
        assert issubclass(klass, base_class), f"Can only register subclass of {base_class.__name__}"
        key = (klass.__name__ if name is None else name).lower()
        known = table.get(key)
        if known is not None:
            # mxnet: the missing space in "isoverriding" and the red escape codes are its own.
            warnings.warn(
                f"\x1b[91mNew {nickname} {klass.__module__}.{klass.__name__} registered with "
                f"name {key} isoverriding existing {nickname} "
                f"{known.__module__}.{known.__name__}\x1b[0m",
                UserWarning,
                stacklevel=2,
            )
        table[key] = klass
        return klass

    register.__doc__ = f"Register a class with the {nickname} factory."
    return register


def get_alias_func(base_class, nickname):
    """Make a decorator factory that files a class under further names."""
    register = get_register_func(base_class, nickname)

    def alias(*aliases):
        def under_all(klass):
            for name in aliases:
                register(klass, name)
            return klass

        return under_all

    alias.__doc__ = f"Register a {nickname} under each of the given names."
    return alias


def get_create_func(base_class, nickname):
    """Make the factory: it takes an instance, a name, a dict, or what ``dumps()`` wrote."""
    table = _table(base_class)

    def create(*args, **kwargs):
        spec, args = (args[0], args[1:]) if args else (kwargs.pop(nickname), args)
        if isinstance(spec, base_class):
            assert not args and not kwargs, (
                f"{nickname} is already an instance. Additional arguments are invalid"
            )
            return spec
        if isinstance(spec, dict):
            return create(**spec)
        assert isinstance(spec, str), f"{nickname} must be of string type"
        if spec.startswith("["):
            assert not args and not kwargs
            name, params = json.loads(spec)
            return create(name, **params)
        if spec.startswith("{"):
            assert not args and not kwargs
            return create(**json.loads(spec))
        name = spec.lower()
        assert name in table, (
            f"{name} is not registered. Please register with {nickname}.register first"
        )
        return table[name](*args, **kwargs)

    create.__doc__ = f"Create a {nickname} from an instance, a registered name, a dict or JSON."
    return create


def _table(base_class):
    return _REGISTRY.setdefault(base_class, {})
