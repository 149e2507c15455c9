"""``mx.test_utils`` judges drawn pairs of arrays, most of them on the edge of the tolerance."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compat_tests.differ import diff
from compat_tests.live import call

pytestmark = pytest.mark.live
some = settings(max_examples=150, deadline=None, derandomize=True, database=None)

FLOATS = ["float16", "float32", "float64"]
SHAPES = [(), (1,), (3,), (2, 3), (4, 2, 2), (2, 1)]
TOLERANCES = [None, 0.0, 1e-5, 1e-3, 0.01]

CASES = {
    "shape": st.sampled_from(SHAPES),
    "scale": st.sampled_from([0.01, 1.0, 100.0]),
    "gap": st.sampled_from([0.0, 0.9, 1.0, 1.0, 1.1, 20.0]),
    "step": st.integers(-3, 3),
    "rtol": st.sampled_from(TOLERANCES),
    "atol": st.sampled_from(TOLERANCES),
    "seed": st.integers(0, 10**6),
    "special": st.none()
    | st.tuples(st.sampled_from([math.nan, math.inf, -math.inf]), st.integers(0, 2)),
}
COUNTS = st.sampled_from([(10, 10), (2, 3), (3, 0)])


def same(mx, oracle, case):
    request = {"body": "compat_tests.test_utils.judged:judge", "args": [case]}
    found = diff(call(mx, request), oracle.ask(request))
    assert not found, f"{case}\n  " + "\n  ".join(found)


@some
@given(
    case=st.fixed_dictionaries(CASES),
    dtypes=st.sampled_from(FLOATS).map(lambda dtype: (dtype, dtype))
    | st.tuples(*[st.sampled_from([*FLOATS, "int8", "uint8", "int32", "int64"])] * 2),
    kinds=st.tuples(*[st.sampled_from(["nd", "np", "numpy"])] * 2),
    options=st.fixed_dictionaries(
        {"equal_nan": st.booleans(), "use_broadcast": st.booleans(), "mismatches": COUNTS}
    ),
)
def test_assert_almost_equal(mx, oracle, case, dtypes, kinds, options):
    given = {"dtypes": dtypes, "kinds": kinds, "options": options, "check": "assert_almost_equal"}
    same(mx, oracle, {**case, **given})


@some
@given(
    case=st.fixed_dictionaries(CASES),
    dtype=st.sampled_from(FLOATS),
    kinds=st.tuples(*[st.sampled_from(["nd", "np", "numpy"])] * 2),
    options=st.fixed_dictionaries(
        {
            "etol": st.sampled_from([0, 0.1, 0.25, 0.5]),
            "equal_nan": st.booleans(),
            "mismatches": COUNTS,
        }
    ),
)
def test_with_share_of_errors(mx, oracle, case, dtype, kinds, options):
    given = {"dtypes": (dtype, dtype), "kinds": kinds, "options": options}
    same(mx, oracle, {**case, **given, "check": "assert_almost_equal_with_err"})
