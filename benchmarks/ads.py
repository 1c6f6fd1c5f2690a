"""The crowd's figures: the next ad, votes of many at once, consensus on real crowds, Dawid–Skene on a million votes.

`python -m benchmarks.ads [next|votes|crowd|dawid-skene …] [--report]`, all of them when none is named; on PostgreSQL
under `python scripts/with_postgresql.py`. With --report a missed bar does not fail.
"""

import json
import os
import random
import statistics
import sys
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks._portal import line_of, portal, running, tell
from benchmarks.terms import Table

CITIZENS, ASKED_EACH, PAUSE_SECONDS = 8, 150, 0.1
SMALL, LARGE = 100_000, 1_000_000
VOTES_EACH, HOT_TASKS = 1_000, 2_000
DATA = Path(os.environ.get("DISINFO_SHARED_DATA") or Path(__file__).resolve().parents[2] / "shared/data")


# ── The other process of a citizen ────────────────────────────────────────────────────────────────────────
def work() -> None:
    """One citizen: for each line (what to do, how often) do it, and answer with times and results."""
    import django

    django.setup()
    print("ready", flush=True)
    for line in sys.stdin:
        what, count, seed = json.loads(line)
        print(json.dumps({"next": ask, "votes": answer}[what](count, random.Random(seed))), flush=True)


def ask(count: int, chance: random.Random) -> list[list[float]]:
    """Ask for so many ads, each as somebody new, with the pause of somebody who reads: (milliseconds, ad) each."""
    from political_ads.services.queueing import next_task

    given = []
    for _ in range(count):
        began = time.perf_counter()
        task = next_task(voter=uuid.uuid4(), languages=["fr", ""], chance=chance)
        given.append([(time.perf_counter() - began) * 1000, task.pk if task else 0])
        time.sleep(chance.random() * 2 * PAUSE_SECONDS)
    return given


def answer(count: int, chance: random.Random) -> list[float]:
    """Give so many answers, thirty a session, one in five to the same two hundred ads: milliseconds each."""
    from datetime import timedelta

    from django.utils import timezone

    from political_ads.assignments import Assignment
    from political_ads.labels import Label
    from political_ads.models import Task, Voter
    from political_ads.services.voting import vote

    tasks = list(Task.objects.order_by("pk").values_list("pk", flat=True)[:HOT_TASKS])
    labels, times, person = list(Label), [], None
    for number in range(count):
        if number % 30 == 0:
            person = Voter.objects.create(gold_seen=10, gold_right=8, votes_count=10)
            fresh = chance.sample(tasks[200:], 30)
            hot = chance.sample(tasks[:200], 30)
        assert person
        chosen = hot.pop() if number % 5 == 0 else fresh.pop()
        began = time.perf_counter()
        vote(
            assignment=Assignment(chosen, person.pk, timezone.now() - timedelta(seconds=9)),
            label=chance.choice(labels),
            network=f"{person.pk.hex}"[:32],
        )
        times.append((time.perf_counter() - began) * 1000)
    return times


def at_once(what: str, count: int) -> tuple[list[Any], float]:
    """What eight citizens in processes of their own did, and how long all of it took."""
    with ExitStack() as stack:
        citizens = [stack.enter_context(running("-m", "benchmarks.ads", "--work")) for _ in range(CITIZENS)]
        for citizen in citizens:
            line_of(citizen)
        began = time.perf_counter()
        for seed, citizen in enumerate(citizens):
            tell(citizen, json.dumps([what, count, seed]))
        answers = [row for citizen in citizens for row in json.loads(line_of(citizen))]
        return answers, time.perf_counter() - began


# ── What is measured ──────────────────────────────────────────────────────────────────────────────────────
def fill(upto: int, since: int = 0) -> None:
    """Creatives with their ads' worth of tasks, put in as an import does; 70 % still open in nine buckets."""
    from political_ads.models import Creative, Task
    from political_ads.queue import Bucket
    from political_ads.services.queueing import enqueue_new

    last = Creative.objects.order_by("pk").values_list("pk", flat=True).last() or 0
    for start in range(since, upto, 10_000):
        Creative.objects.bulk_create(
            [
                Creative(fingerprint=uuid.uuid4().hex, text=f"Number {n}", language="fr" if n % 3 else "en")
                for n in range(start, min(upto, start + 10_000))
            ]
        )
    began = time.perf_counter()
    made = enqueue_new()
    print(f"enqueue_new: {made:,} tasks in {time.perf_counter() - began:.0f} s")
    tenth = (upto - since) // 10
    new = Task.objects.filter(pk__gt=last)
    new.filter(pk__lte=last + 3 * tenth).update(state="retired", bucket=None)
    begun = new.filter(pk__gt=last + 5 * tenth, pk__lte=last + 8 * tenth, is_audit=False)
    begun.update(bucket=Bucket.FINISH, votes_count=1)
    analyse()


def analyse() -> None:
    """Let the planner know what there is, as autovacuum does in its own time."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def measure_next(table: Table) -> None:
    """The next ad with 100,000 and with 1,000,000 in the queue."""
    fill(SMALL)
    small = next_times(table, SMALL)
    fill(LARGE, since=SMALL)
    large = next_times(table, LARGE)
    explain(table)
    ratio = large / small
    table.row("cost of 1,000,000 over 100,000 (medians)", f"{ratio:.2f}", "<= 1.3", is_met=ratio <= 1.3)


def next_times(table: Table, size: int) -> float:
    """Print median and 95th percentile; gives the median in milliseconds."""
    from political_ads.models import Task

    Task.objects.exclude(leased_by=None).update(leased_by=None, leased_until=None)
    given, _seconds = at_once("next", ASKED_EACH)
    times = sorted(milliseconds for milliseconds, _ in given)
    ads = Counter(ad for _, ad in given if ad)
    median, late = statistics.median(times), times[int(len(times) * 0.95)]
    has_bar = size == LARGE
    name = f"next ad, {size:,} tasks, {CITIZENS} citizens"
    table.row(f"{name}: median", f"{median:.1f} ms", "< 10 ms" * has_bar, is_met=median < 10 or not has_bar)
    table.row(f"{name}: p95", f"{late:.1f} ms", "< 25 ms" * has_bar, is_met=late < 25 or not has_bar)
    doubled = sum(count - 1 for count in ads.values())
    table.row(f"{name}: leased twice", str(doubled), "0", is_met=not doubled)
    assert sum(ads.values()) == CITIZENS * ASKED_EACH, "somebody was given nothing"
    return median


def answer_some() -> None:
    """Fifty thousand answers and twenty thousand skips by a thousand people, as rows."""
    from political_ads.models import Skip, Task, Vote, Voter

    people = Voter.objects.bulk_create([Voter(pk=uuid.uuid4()) for _ in range(1_000)])
    keys = list(Task.objects.order_by("-pk").values_list("pk", flat=True)[:50_000])
    Vote.objects.bulk_create(
        [Vote(voter=people[n % 1_000], creative_id=key, label="engagement") for n, key in enumerate(keys)],
        batch_size=5_000,
    )
    # A planner reads an empty table whole, and rightly: this one must not be empty either.
    Skip.objects.bulk_create(
        [Skip(voter=people[n % 1_000], creative_id=key) for n, key in enumerate(keys[:20_000])],
        batch_size=5_000,
    )
    analyse()


def explain(table: Table) -> None:
    """The plan of the statement that picks must walk indexes, on a table of votes that is not empty."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from political_ads.models import Task
    from political_ads.queue import Bucket

    answer_some()
    with CaptureQueriesContext(
        connection,
    ) as captured:
        Task.objects.pick(Bucket.FINISH, ["fr", ""], uuid.uuid4(), timezone.now(), start=0.5)
    with connection.cursor() as cursor:
        keyword = "EXPLAIN" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
        cursor.execute(f"{keyword} {captured[0]['sql']}")
        plan = "\n".join(str(row[-1]) for row in cursor.fetchall())
    scans = [line for line in plan.splitlines() if "Seq Scan" in line or line.startswith("SCAN political")]
    is_indexed = "waiting_tasks" in plan and not scans
    table.row("plan walks the index, no sequential scan", str(is_indexed), "True", is_met=is_indexed)
    if not is_indexed:
        print(plan)


def measure_votes(table: Table) -> None:
    """Eight writers, a thousand votes each, a fifth of them on two hundred ads."""
    from django.db import connection
    from django.db.models import Count, F, Q

    from political_ads.models import Task, Vote
    from political_ads.queue import Bucket

    if not Task.objects.exists():
        fill(4 * HOT_TASKS)
    first = list(Task.objects.order_by("pk").values_list("pk", flat=True)[:HOT_TASKS])
    Task.objects.filter(pk__lte=first[-1]).update(state="open", bucket=Bucket.FINISH)
    before = Vote.objects.count()
    times, seconds = at_once("votes", VOTES_EACH)
    rate = len(times) / seconds
    bar = 300 if connection.vendor == "postgresql" else 100
    table.row(
        f"votes, {CITIZENS} writers x {VOTES_EACH:,}", f"{rate:.0f}/s", f">= {bar}/s", is_met=rate >= bar
    )
    table.row("  one vote: median", f"{statistics.median(times):.1f} ms")
    kept = Vote.objects.count() - before
    table.row("  votes kept", f"{kept:,}", f"{len(times):,}", is_met=kept == len(times))
    counted = Count("creative__votes", filter=Q(creative__votes__status="active"))
    wrong = Task.objects.filter(creative__votes__isnull=False).annotate(n=counted).exclude(n=F("votes_count"))
    table.row("  counters that differ from votes", str(wrong.count()), "0", is_met=not wrong.exists())
    doubled = Vote.objects.values("voter", "creative").annotate(n=Count("pk")).filter(n__gt=1).count()
    table.row("  double votes", str(doubled), "0", is_met=not doubled)


def measure_crowd(table: Table) -> None:
    """On real crowds: against the reference file, the majority, and accounts that agree to lie."""
    import csv

    from political_ads.consensus.answers import read_answers, read_gold
    from political_ads.consensus.dawid_skene import dawid_skene
    from political_ads.consensus.majority import majority
    from political_ads.consensus.online import replay

    folder = DATA / "ads/crowd"
    if not folder.exists():
        print(f"consensus on real crowds: skipped, {folder} is not there (set DISINFO_SHARED_DATA)")
        return
    with (folder / "REFERENCE_crowdkit.csv").open() as file:
        reference = {row["dataset"]: row for row in csv.DictReader(file)}
    for name in ("bluebird", "rte", "web"):
        answers, gold = read_answers(folder / f"{name}_labels.csv"), read_gold(folder / f"{name}_gold.csv")
        ours, theirs = dawid_skene(answers).accuracy(answers, gold), float(reference[name]["DS"])
        is_met = abs(ours - theirs) <= 0.01
        table.row(f"{name}: Dawid-Skene (reference {theirs:.4f})", f"{ours:.4f}", "+-0.01", is_met=is_met)
        if name == "bluebird":
            continue
        plain = np.mean([majority(answers, seed=seed).accuracy(answers, gold) for seed in range(10)])
        clean, used = online(answers, gold, replay)
        table.row(f"{name}: online, 5 % gold", f"{clean:.4f}", f">= {plain:.4f}", is_met=bool(clean >= plain))
        table.row(f"{name}: answers it used", f"{used:.0%}", "<= 80 %", is_met=used <= 0.8)
        dirty, _used = online(with_liars(answers, gold), gold, replay)
        moved = abs(dirty - clean)
        table.row(f"{name}: moved by 20 sybils", f"{100 * moved:.2f} points", "< 1", is_met=moved < 0.01)


def online(answers: Any, gold: dict[str, str], replay: Any) -> tuple[float, float]:
    """Mean accuracy and share of answers used, over ten draws of the hidden gold."""
    runs = [replay(answers, gold, gold_share=0.05, seed=seed) for seed in range(10)]
    right = [run.accuracy(answers, gold, leaving_out=run.hidden_gold) for run in runs]
    return float(np.mean(right)), float(np.mean([run.answers_used for run in runs])) / len(answers)


def with_liars(answers: Any, gold: dict[str, str]) -> Any:
    """Twenty accounts that give one wrong label to a fifth of the tasks."""
    from political_ads.consensus.answers import Answers

    chance = random.Random(3)
    rows: list[tuple[str, str, str]] = [
        (answers.tasks[t], answers.workers[w], answers.labels[k])
        for t, w, k in zip(answers.task, answers.worker, answers.label, strict=True)
    ]
    for task in answers.tasks:
        if task in gold and chance.random() < 0.2:
            wrong = chance.choice([label for label in answers.labels if label != gold[task]])
            rows += [(task, f"sybil {n}", wrong) for n in range(20)]
    return Answers.of(rows)


def measure_dawid_skene(table: Table) -> None:
    """A million votes of 20,000 sessions on 300,000 creatives, most of them right two times in three."""
    from political_ads.consensus.answers import Answers
    from political_ads.consensus.dawid_skene import dawid_skene
    from political_ads.consensus.majority import majority

    chance = np.random.default_rng(1)
    tasks, workers, labels, votes = 300_000, 20_000, 6, 1_000_000
    truth = chance.integers(0, labels, tasks)
    skill = chance.beta(4, 2, workers)
    task, worker = chance.integers(0, tasks, votes), chance.integers(0, workers, votes)
    is_right = chance.random(votes) < skill[worker]
    label = np.where(is_right, truth[task], chance.integers(0, labels, votes))
    names = (tuple(map(str, range(tasks))), tuple(map(str, range(workers))), tuple(map(str, range(labels))))
    answers = Answers(*names, task=task, worker=worker, label=label)
    began = time.perf_counter()
    found = dawid_skene(answers)
    seconds = time.perf_counter() - began
    seen = np.bincount(task, minlength=tasks) > 0
    right, plain = ((each.label == truth)[seen].mean() for each in (found, majority(answers)))
    table.row("Dawid-Skene, 1,000,000 votes", f"{seconds:.1f} s", "< 45 s", is_met=seconds < 45)
    table.row("  right (majority right)", f"{right:.3f} ({plain:.3f})")


MEASURES = {
    "crowd": measure_crowd,
    "dawid-skene": measure_dawid_skene,
    "votes": measure_votes,
    "next": measure_next,
}


def chosen() -> Iterator[str]:
    """What was named on the command line, or all."""
    named = [name for name in sys.argv[1:] if not name.startswith("--")]
    yield from named or MEASURES


def main() -> int:
    """Measure, and say what was missed."""
    table = Table()
    with portal():
        from django.db import connection

        print(f"{connection.vendor}; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before we began")
        for name in chosen():
            MEASURES[name](table)
        print(f"load {os.getloadavg()[0]:.1f} at the end")
    if table.missed:
        print("missed: " + "; ".join(table.missed))
    return 1 if table.missed and "--report" not in sys.argv else 0


if __name__ == "__main__":
    sys.exit(work() if "--work" in sys.argv else main())
