"""Recording and training flags: scopes, setters, nesting, threads."""

import threading

import pytest

from compat_tests.inputs import attempt


def flags(mx):
    return mx.autograd.is_recording(), mx.autograd.is_training()


@pytest.mark.parametrize("train", [True, False])
@pytest.mark.parametrize("scope", ["record", "pause"])
def test_scope_sets_both_flags(mx, scope, train):
    with getattr(mx.autograd, scope)(train_mode=train):
        inside = flags(mx)
    return inside, flags(mx)


@pytest.mark.parametrize("scope", ["record", "pause", "train_mode", "predict_mode"])
def test_scope_defaults(mx, scope):
    with getattr(mx.autograd, scope)() as entered:
        inside = flags(mx)
    return inside, flags(mx), entered


@pytest.mark.parametrize("inner", ["record", "pause", "train_mode", "predict_mode"])
@pytest.mark.parametrize("outer", ["record", "pause", "train_mode", "predict_mode"])
def test_nested_scopes(mx, outer, inner):
    seen = []
    with getattr(mx.autograd, outer)():
        seen.append(flags(mx))
        with getattr(mx.autograd, inner)():
            seen.append(flags(mx))
        seen.append(flags(mx))
    return seen, flags(mx)


def test_setters_return_the_former_value(mx):
    seen = [mx.autograd.set_recording(True), mx.autograd.set_recording(False)]
    seen += [mx.autograd.set_training(True), mx.autograd.set_training(False)]
    return seen, flags(mx)


def test_scope_restores_after_an_error(mx):
    try:
        with mx.autograd.record():
            raise KeyError("inside")
    except KeyError:
        pass
    return flags(mx)


def test_flags_are_per_thread(mx):
    seen = []
    with mx.autograd.record():
        thread = threading.Thread(target=lambda: seen.append(flags(mx)))
        thread.start()
        thread.join()
    return seen


def test_default_context_is_per_thread(mx):
    seen = []
    with mx.cpu(1):
        thread = threading.Thread(target=lambda: seen.append(str(mx.context.current_context())))
        thread.start()
        thread.join()
        seen.append(str(mx.context.current_context()))
    return seen


def test_scope_object_can_be_entered_again(mx):
    scope = mx.autograd.record()
    with scope:
        first = flags(mx)
    with scope:
        second = flags(mx)
    return first, second, flags(mx)


def test_bad_grad_req(mx, front):
    x = front.array([1.0])
    return attempt(x.attach_grad, "sometimes")
