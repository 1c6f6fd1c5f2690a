"""Intervals and the agreement of reviewers, held against figures made by hand."""

from botdetect.agreement import kappa, positive_predictive_value, wilson


def test_intervals_and_agreement_by_hand():
    low, high = wilson(133, 171)
    assert (round(low, 3), round(high, 3)) == (0.71, 0.834)
    assert wilson(0, 0) == (0, 1)
    assert kappa([("a", "a"), ("b", "b"), ("a", "b"), ("b", "a")]) == 0
    assert kappa([]) is None
    assert round(positive_predictive_value(0.75, 0.214, 0.01), 3) == 0.034
