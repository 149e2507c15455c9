"""Sequences for cells: split into steps, join them again, mask and reverse them by length."""

from __future__ import annotations

from ... import ndarray, symbol


def as_list(value):
    """Return a list or tuple as it is, anything else in a list."""
    return value if isinstance(value, (list, tuple)) else [value]


def format_sequence(length, inputs, layout, merge):
    """Return ``inputs`` merged or split as asked, the time axis, ``F`` and the batch size.

    ``merge`` None leaves ``inputs`` as they are.
    """
    assert inputs is not None, (
        "unroll(inputs=None) has been deprecated. "
        "Please create input variables outside unroll."
    )  # fmt: skip
    axis = layout.find("T")
    if not isinstance(as_list(inputs)[0], ndarray.NDArray):
        return _format_symbols(length, inputs, axis, merge)
    if isinstance(inputs, ndarray.NDArray):
        batch_size = inputs.shape[layout.find("N")]
        if merge is False:
            assert length is None or length == inputs.shape[axis]
            inputs = split_steps(ndarray, inputs, inputs.shape[axis], axis)
    else:
        assert length is None or len(inputs) == length
        batch_size = inputs[0].shape[0]
        if merge is True:
            inputs = ndarray.stack(*inputs, axis=axis)
    return inputs, axis, ndarray, batch_size


def _format_symbols(length, inputs, axis, merge):
    """Do the same with symbols, whose batch size is unknown."""
    if not isinstance(inputs, (list, tuple)):
        if merge is False:
            assert len(inputs.list_outputs()) == 1, (
                "unroll doesn't allow grouped symbol as input. Please convert "
                "to list with list(inputs) first or let unroll handle splitting."
            )
            inputs = split_steps(symbol, inputs, length, axis)
    else:
        assert length is None or len(inputs) == length
        if merge is True:
            inputs = symbol.stack(*inputs, axis=axis)
    return inputs, axis, symbol, 0


def split_steps(F, data, length, axis):
    """Split an array into a list of its steps."""
    steps = F.split(data, num_outputs=length, axis=axis, squeeze_axis=1)
    return as_list(steps) if F is ndarray else list(steps)


def mask_padding(F, data, length, valid_length, axis, merge):
    """Zero the steps behind each sequence's valid length; return an array or a list of steps."""
    assert valid_length is not None
    if isinstance(data, (list, tuple)):
        data = F.stack(*data, axis=axis)
    masked = F.SequenceMask(data, sequence_length=valid_length, use_sequence_length=True, axis=axis)
    return masked if merge else split_steps(F, masked, length, axis)


def reverse_steps(F, steps, length, valid_length=None):
    """Reverse a list of steps, each sequence within its valid length."""
    if valid_length is None:
        return list(reversed(steps))
    turned = F.SequenceReverse(
        F.stack(*steps, axis=0), sequence_length=valid_length, use_sequence_length=True
    )
    split = length > 1 or F is not ndarray
    return split_steps(F, turned, length, 0) if split else [turned[0]]


def begin_states(cell, F, begin_state, inputs, batch_size):
    """Return the given first states, or zeros on the device of the inputs."""
    if begin_state is not None:
        return begin_state
    if F is not ndarray:
        return cell.begin_state(func=F.zeros, batch_size=batch_size)
    with as_list(inputs)[0].context:
        return cell.begin_state(func=F.zeros, batch_size=batch_size)
