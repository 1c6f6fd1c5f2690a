"""The score beside a reader's judgement, on changes that were labelled by hand before they were scored."""

from benchmarks.terms_significance import scored, share_worth


def test_what_stands_first_is_worth_a_memo():
    ranked = scored()
    assert share_worth(ranked, len(ranked) // 10) == 1
    assert share_worth(ranked, sum(each.is_worth for each in ranked)) >= 0.75


def test_noise_stands_last():
    ranked = scored()
    noise = [each for each in ranked if each.kind in {"layout", "links", "dates"}]
    assert len(noise) >= 10
    assert ranked[-len(noise) :] == noise
    assert not any(each.is_worth for each in noise)
