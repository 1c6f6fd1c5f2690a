"""Following clusters from run to run: the line of one cluster, and two runs side by side."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count

from botdetect.following import best_match, likeness
from botdetect.models import Cluster, Member, Run

MOST_RUNS = 60


@dataclass(frozen=True)
class Step:
    """A cluster on the line, and what has changed since the step before: identifiers that came, went and stayed."""

    cluster: Cluster
    came: tuple[str, ...]
    went: tuple[str, ...]
    kept: int
    jaccard: float | None


@dataclass(frozen=True)
class Pair:
    """A cluster of one run beside the one of another run that it is found again in; either may be missing."""

    one: Cluster | None
    two: Cluster | None
    kept: int = 0
    came: int = 0
    went: int = 0
    jaccard: float = 0.0


def runs_beside(cluster: Cluster, readable: Iterable[Run]) -> list[Run]:
    """The runs that the line of a cluster goes through: its own and those `readable` that are done, oldest first."""
    known = {run.pk: run for run in readable if run.state == Run.State.DONE}
    known[cluster.run.pk] = cluster.run
    ordered = sorted(known.values(), key=lambda run: (run.created_at, run.pk))
    here = [run.pk for run in ordered].index(cluster.run.pk)
    first = max(0, here - MOST_RUNS // 2)
    return ordered[first : first + MOST_RUNS]


def line_of(cluster: Cluster, readable: Iterable[Run]) -> list[Step]:
    """The line of a cluster through these runs, oldest first.

    From its own run on, and back from it, each run gives the cluster most like the one found last; a run in which none
    is alike enough is passed over.
    """
    ordered = runs_beside(cluster, readable)
    here = [run.pk for run in ordered].index(cluster.run.pk)
    before = _followed(cluster, reversed(ordered[:here]))
    after = _followed(cluster, ordered[here + 1 :])
    return _steps([*reversed(before), cluster, *after])


def _followed(cluster: Cluster, runs: Iterable[Run]) -> list[Cluster]:
    found, last, names = [], cluster, _names(cluster)
    for run in runs:
        shared = _shared_with(names, run)
        there = {each.pk: each for each in run.clusters.filter(pk__in=shared)}
        match = best_match(len(names), shared, {key: each.accounts_count for key, each in there.items()})
        if match is not None:
            last = there[match.cluster]
            last.run = run
            names = _names(last)
            found.append(last)
    return found


def _names(cluster: Cluster) -> set[str]:
    return set(cluster.members.values_list("name", flat=True))


def _shared_with(names: set[str], run: Run) -> dict[int, int]:
    """How many of these accounts each cluster of the run has."""
    # A thousand at a time: databases bound how many values a question may hold.
    ordered, counts = sorted(names), Counter[int]()
    for begin in range(0, len(ordered), 1000):
        homes = Member.objects.filter(run=run, name__in=ordered[begin : begin + 1000]).order_by()
        counts.update(dict(homes.values_list("cluster").annotate(count=Count("pk"))))
    return dict(counts)


def _steps(clusters: list[Cluster]) -> list[Step]:
    steps: list[Step] = []
    last: set[str] | None = None
    for cluster in clusters:
        names = _names(cluster)
        before = names if last is None else last
        kept = len(names & before)
        alike = None if last is None else likeness(kept, len(before), len(names))
        came, went = tuple(sorted(names - before)), tuple(sorted(before - names))
        steps.append(Step(cluster, came, went, kept, alike))
        last = names
    return steps


def beside(one: Run, two: Run) -> list[Pair]:
    """Each cluster of one run with the one of the other that is most like it, then those that are new in the other."""
    homes = dict(two.members.values_list("name", "cluster_id"))
    there = {cluster.pk: cluster for cluster in two.clusters.all()}
    shared: dict[int, Counter[int]] = {}
    for cluster, name in one.members.values_list("cluster_id", "name"):
        if name in homes:
            shared.setdefault(cluster, Counter())[homes[name]] += 1
    sizes = {key: cluster.accounts_count for key, cluster in there.items()}
    pairs, seen = [], set()
    for found in one.clusters.order_by("number"):
        match = best_match(found.accounts_count, shared.get(found.pk, {}), sizes)
        if match is None:
            pairs.append(Pair(found, None, went=found.accounts_count))
            continue
        seen.add(match.cluster)
        other = there[match.cluster]
        came, went = other.accounts_count - match.shared, found.accounts_count - match.shared
        pairs.append(Pair(found, other, match.shared, came, went, match.jaccard))
    new = sorted((each for key, each in there.items() if key not in seen), key=lambda each: each.number)
    return pairs + [Pair(None, each, came=each.accounts_count) for each in new]
