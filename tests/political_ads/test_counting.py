"""Completeness, presence, removal and windows: the rules by themselves, without a database."""

import csv
import gzip
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from political_ads.completeness import Reason, Seen, Status, judge
from political_ads.law import ALWAYS, Ballot, Facts, overlap, reached_minors, windows_of
from political_ads.presence import Change, Look, Presence, replay
from political_ads.removal import STORY_OF_2019, Comparison, survival
from tests.shared_data import need_shared_data

DAY = datetime(2026, 1, 1, tzinfo=UTC)


def looks(*held, complete=None, hours=24):
    return [
        Look(DAY + timedelta(hours=hours * n), set(keys), complete is None or complete[n])
        for n, keys in enumerate(held)
    ]


class TestCompleteness:
    def test_a_believable_count_is_complete(self):
        assert judge(Seen(1010, [1000, 1001, 1002, 1003, 1004])).status is Status.COMPLETE

    def test_a_fall_below_the_bounds_is_quarantined(self):
        verdict = judge(Seen(900, [1000, 1001, 1002, 1003, 1004]))
        assert (verdict.status, verdict.reasons) == (Status.QUARANTINED, (Reason.TOO_FEW,))

    def test_silent_advertisers_are_quarantined(self):
        assert judge(Seen(1000, answering=0.9)).reasons == (Reason.ADVERTISERS_SILENT,)

    def test_reading_cut_short_is_partial_whatever_the_count(self):
        assert judge(Seen(1000, is_walked=False)).status is Status.PARTIAL

    @pytest.mark.parametrize(
        ("seen", "reason"),
        [
            (Seen(0), Reason.EMPTY),
            (Seen(5000, [1000] * 5), Reason.TOO_MANY),
            (Seen(90, refused=10), Reason.ROWS_REFUSED),
        ],
    )
    def test_other_doubts(self, seen, reason):
        assert reason in judge(seen).reasons

    @given(st.integers(1, 10**6), st.integers(5, 20))
    def test_a_library_that_does_not_change_is_complete(self, count, looks):
        assert judge(Seen(count, [count] * looks, answering=1.0)).status is Status.COMPLETE


class TestPresence:
    def test_one_absence_is_no_removal(self):
        _states, events = replay(looks("ab", "a", "ab"))
        assert events == []

    def test_two_absences_two_days_apart_are(self):
        states, events = replay(looks("ab", "a", "a", "a"))
        assert [(event.key, event.change, event.at) for event in events] == [
            ("b", Change.REMOVED, DAY + timedelta(days=3))
        ]
        assert states["b"].presence is Presence.REMOVED

    def test_two_absences_within_48_hours_are_not(self):
        _states, events = replay(looks("ab", "a", "a", "a", hours=12))
        assert events == []

    def test_a_look_that_is_not_complete_takes_nothing_away(self):
        _states, events = replay(looks("ab", "a", "a", "a", complete=[True, False, False, False]))
        assert events == []

    def test_what_comes_back_is_told(self):
        _states, events = replay(looks("ab", "a", "a", "a", "ab"))
        assert [event.change for event in events] == [Change.REMOVED, Change.REAPPEARED]

    @given(st.lists(st.tuples(st.frozensets(st.sampled_from("abc")), st.booleans()), max_size=12))
    def test_removals_and_returns_take_turns(self, held):
        states, events = replay(
            looks(*[keys for keys, _ in held], complete=[is_whole for _, is_whole in held])
        )
        for key in "abc":
            mine = [event.change for event in events if event.key == key]
            assert mine == [Change.REMOVED, Change.REAPPEARED] * (len(mine) // 2) + [Change.REMOVED] * (
                len(mine) % 2
            )
            if key in states:
                assert (states[key].presence is Presence.REMOVED) == bool(len(mine) % 2)


class TestRemoval:
    def test_the_story_of_2019_has_three_numbers(self):
        story = STORY_OF_2019
        assert (story.net, story.gross, story.unexplained_share) == (31.45, 36.58, 3.06)
        assert (story.unexplained, story.explained_share) == (415, 33.52)

    def test_figures_that_cannot_be_are_refused(self):
        with pytest.raises(ValueError, match="after"):
            Comparison(before=10, after=9, added=0, removed=2)
        with pytest.raises(ValueError, match="whole"):
            Comparison(before=10, after=8, added=0, removed=2, explained=3)

    @given(st.integers(0, 1000), st.integers(0, 1000), st.data())
    def test_net_is_gross_less_what_was_added(self, before, added, data):
        removed = data.draw(st.integers(0, before))
        figures = Comparison(before=before, after=before - removed + added, added=added, removed=removed)
        share = 100 * added / before if before else 0
        assert figures.net == pytest.approx(figures.gross - share, abs=0.02)

    def test_survival_by_hand(self):
        curve = survival([(1, True), (2, False), (3, True), (4, False)])
        assert [(step.days, step.share) for step in curve] == [(0, 1.0), (1, 0.75), (3, 0.375)]

    def test_what_goes_on_its_first_day_lowers_the_beginning(self):
        curve = survival([(0, True), (0, False), (2, True), (4, False)])
        assert [(step.days, step.share) for step in curve] == [(0, 0.75), (2, 0.375)]

    @given(st.lists(st.tuples(st.integers(0, 50), st.booleans()), max_size=40))
    def test_a_survival_curve_only_falls(self, lives):
        curve = survival(lives)
        assert len({step.days for step in curve}) == len(curve)
        shares = [step.share for step in curve]
        assert shares == sorted(shares, reverse=True)
        assert all(0 <= share <= 1 for share in shares)


class TestLaw:
    def test_six_months_before_the_month_of_the_european_election_of_2019(self):
        ballot = Ballot("FR", (date(2019, 5, 26),))
        assert windows_of("months_to_decisive_round", ballot, {"months": 6}) == [
            (date(2018, 11, 1), date(2019, 5, 26))
        ]

    def test_and_of_the_municipal_election_of_2026(self):
        ballot = Ballot("FR", (date(2026, 3, 15), date(2026, 3, 22)))
        assert windows_of("months_to_decisive_round", ballot, {"months": 6}) == [
            (date(2025, 9, 1), date(2026, 3, 22))
        ]
        assert windows_of("eve_and_day", ballot, {}) == [
            (date(2026, 3, 14), date(2026, 3, 15)),
            (date(2026, 3, 21), date(2026, 3, 22)),
        ]

    def test_three_months_to_a_day_that_a_shorter_month_does_not_have(self):
        ballot = Ballot("FR", (date(2026, 5, 31),))
        assert windows_of("months_to_the_day", ballot, {"months": 3})[0][0] == date(2026, 2, 28)

    def test_an_ad_without_a_beginning_is_not_said_to_have_run(self):
        assert overlap(ALWAYS, None, None) is None

    def test_minors_are_seen_in_both_shapes(self):
        shares = [{"age": "13-17", "gender": "male", "percentage": "0.01"}]
        assert reached_minors(Facts(details={"demographic_distribution": shares}))
        assert reached_minors(Facts(details={"female_13-17": "0.2"}))
        assert not reached_minors(Facts(details={"female_13-17": "0", "male_18-24": "1"}))


@pytest.mark.data
def test_in_the_czech_series_no_page_is_removed_and_one_day_is_not_believed():
    days: dict[str, dict[str, int]] = {}
    with gzip.open(need_shared_data("ads/cz_2022_2023_daily_page_totals.csv.gz"), "rt") as file:
        for row in csv.DictReader(file):
            days.setdefault(row["date"], {})[row["page_id"]] = int(row["total_ads"])
    found, counts, last, doubted = [], [], set(), []
    for day, pages in sorted(days.items()):
        count = sum(pages.values())
        verdict = judge(Seen(count, counts, len(last & pages.keys()) / len(last) if last else None))
        is_complete = verdict.status is Status.COMPLETE
        found.append(Look(datetime.fromisoformat(day).replace(tzinfo=UTC), pages.keys(), is_complete))
        if is_complete:
            counts.append(count)
            last = set(pages)
        else:
            doubted.append(day)
    _states, events = replay(found)
    assert ([event for event in events if event.change is Change.REMOVED], doubted) == ([], ["2023-01-04"])
