"""Name managers, attribute scopes and the registry."""

from __future__ import annotations

import warnings

from compat_tests.inputs import attempt


def test_name_manager(mx):
    with mx.name.NameManager() as names:
        seen = [names.get(None, "fc"), names.get(None, "fc"), names.get("mine", "fc")]
        seen.append(names.get(None, "conv"))
        with mx.name.Prefix("inner_") as inner:
            seen += [inner.get(None, "fc"), inner.get("own", "fc"), inner.get("", "fc")]
        seen.append(names.get(None, "fc"))
    return seen


def test_current(mx):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with mx.name.NameManager() as names:
            same = mx.name.NameManager.current is names
            mx.name.NameManager.current = mx.name.Prefix("x_")
            changed = mx.name.NameManager.current.get(None, "fc")
    return same, changed


def test_attr_scope(mx):
    with mx.AttrScope(a="1", b="2") as outer:
        seen = [outer.get(None), outer.get({"b": "3"})]
        with mx.AttrScope(b="4", c="5") as inner:
            seen.append(inner.get({"d": "6"}))
        seen.append(outer.get(None))
    empty = mx.AttrScope()
    return seen, empty.get(None), empty.get({"x": "y"}), attempt(mx.AttrScope, a=1)


def test_registry(mx):
    class Shape:
        def __init__(self, size=1):
            self.size = size

    class Square(Shape):
        pass

    register = mx.registry.get_register_func(Shape, "shape")
    alias = mx.registry.get_alias_func(Shape, "shape")
    create = mx.registry.get_create_func(Shape, "shape")
    register(Square)
    alias("box", "Quad")(Square)
    return (
        sorted(mx.registry.get_registry(Shape)),
        create("SQUARE", 3).size,
        create("box", size=4).size,
        create('["quad", {"size": 5}]').size,
        create('{"shape": "box", "size": 6}').size,
        create(shape="box").size,
        create({"shape": "box", "size": 7}).size,
        attempt(create, "circle"),
        attempt(create, 3),
        attempt(create, Square(), 3),
        attempt(register, dict),
        attempt(create),
    )


def test_register_again_warns(mx):
    class Thing:
        pass

    register = mx.registry.get_register_func(Thing, "thing")
    register(Thing)
    register(Thing)
    register(Thing, "other")
    return sorted(mx.registry.get_registry(Thing))
