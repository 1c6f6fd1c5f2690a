"""`python -m botdetect.coordination INPUT --out DIR`: a coordination network from a file of share events."""

import argparse
import resource
import sys
import time
from pathlib import Path
from typing import Any

from botdetect import eventfile
from botdetect.coordination import EventsError, compatible, report
from botdetect.coordination.detection import MEGABYTE, Parameters, baseline, detect, estimate
from botdetect.coordination.events import Columns, Events, load
from botdetect.derived import parameters_of
from botdetect.traces import KINDS

_UNITS = {"K": 1_000, "M": MEGABYTE, "G": 1_000 * MEGABYTE}


def arguments() -> argparse.ArgumentParser:
    """The options; their defaults are those of Parameters."""
    parser = argparse.ArgumentParser(prog="python -m botdetect.coordination", description=__doc__)
    parser.add_argument("input", type=Path, help=".csv, .csv.gz, .parquet or .jsonl")
    parser.add_argument("--out", type=Path, required=True, help="folder for the results")
    parser.add_argument("--mode", choices=("corrected", "coortweet", "toolkit"), default="corrected")
    parser.add_argument(
        "--window", type=float, nargs="+", default=[60.0], help="seconds; several give a folder each in --out"
    )
    parser.add_argument("--fast", type=float, help="a second, shorter window, counted beside the first")
    parser.add_argument("--min-participation", type=int, default=2)
    parser.add_argument("--min-objects", type=int, default=2, help="distinct objects an edge must stand on")
    parser.add_argument("--min-weight", type=int, default=1, help="toolkit mode: least weight of an edge")
    parser.add_argument("--edge-quantile", type=float, default=0.5, help="coortweet mode")
    parser.add_argument("--fdr", type=float, default=0.01, help="1 keeps every edge that was tested")
    parser.add_argument("--core", type=int, default=3)
    parser.add_argument("--loops", action="store_true", help="compatible modes: keep an account's own pairs")
    parser.add_argument(
        "--most-pairs", type=int, default=20_000_000, help="an object with more is left out, and listed"
    )
    parser.add_argument(
        "--memory", type=_bytes, default=2_000 * MEGABYTE, help="for pairs, such as 2G; more goes to disk"
    )
    parser.add_argument("--shuffles", type=int, default=1, help="draws of shuffled data to count beside")
    parser.add_argument(
        "--control",
        type=Path,
        help="shares that are not coordinated, in the same columns: they say what chance gives",
    )
    parser.add_argument("--communities", choices=("propagation", "leiden"), default="propagation")
    parser.add_argument(
        "--scheduler",
        default="",
        metavar="ADDRESS",
        help="a Dask scheduler, such as tcp://host:8786; same results",
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--estimate", action="store_true", help="only say what the run would take")
    parser.add_argument(
        "--trace", choices=KINDS, help="the input holds posts, not shares: take this of what they share"
    )
    parser.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="FIELD=COLUMN",
        help="with --trace, for an unknown table",
    )
    for field, name in vars(Columns()).items():
        parser.add_argument(
            f"--{field}", default=name, help=f"the column of the {field} (default: %(default)s)"
        )
    return parser


def main(argv: list[str] | None = None) -> int:
    """Run on a file; 0, or 2 with a message when the file cannot be read."""
    options = arguments().parse_args(argv)
    try:
        events = _of_posts(options) if options.trace else load(options.input, _columns(options))
        run = _corrected if options.mode == "corrected" else _compatible
        for window in options.window:
            folder = options.out if len(options.window) == 1 else options.out / f"{window:g}s"
            run(events, argparse.Namespace(**{**vars(options), "window": window, "out": folder}))
    except (EventsError, ValueError, OSError, ModuleNotFoundError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _columns(options: argparse.Namespace) -> Columns:
    return Columns(options.object, options.account, options.content, options.time)


def _of_posts(options: argparse.Namespace) -> Events:
    """The shares of one trace from a file of posts; a trace that demands certain parameters gets them."""
    mapping = dict(pair.split("=", 1) for pair in options.map if "=" in pair)
    table, refused = eventfile.shares_in(options.input, mapping)
    print(f"{refused:,} rows refused" if refused else "every row read")
    kinds = eventfile.kinds_of(table)
    if options.trace not in kinds:
        raise EventsError(
            f"no {options.trace} in {options.input.name}, which holds {', '.join(kinds) or 'nothing'}"
        )
    demanded = parameters_of(options.trace)
    options.window = [demanded.pop("window")] if demanded else options.window
    vars(options).update(demanded)
    return eventfile.events_in(table, options.trace)


def _corrected(events: Events, options: argparse.Namespace) -> None:
    began = time.perf_counter()
    parameters = Parameters(
        **{name: getattr(options, name) for name in vars(Parameters()) if name != "loops"}
    )
    cost = estimate(events, parameters)
    print(
        f"{cost.shares:,} shares, {cost.accounts:,} accounts, {cost.objects:,} objects: {cost.pairs:,} pairs"
    )
    print(f"about {cost.seconds:,.1f} s and {cost.bytes / MEGABYTE:,.0f} MB")
    for name, shares, pairs in cost.capped:
        print(f"left out: {name} ({shares:,} shares, {pairs:,} pairs)")
    if options.estimate:
        return
    options.out.mkdir(parents=True, exist_ok=True)
    control = None
    if options.control:
        control = baseline(load(options.control, _columns(options)), parameters)
    network = detect(
        events,
        parameters,
        say=lambda stage: print(f"  {stage}"),
        folder=options.out,
        control=control,
        scheduler=options.scheduler,
    )
    found = report.summary(network, parameters, input_hash=report.sha256_of(options.input))
    if options.control:
        found["control"] = {"input_sha256": report.sha256_of(options.control)}
    found["machine"] = _machine(began) | {"seconds_by_stage": network.seconds}
    report.write(options.out, events, network, found)
    counts = found["counts"]
    print(f"{counts['significant']:,} significant edges; on shuffled data: {list(network.shuffled)}")
    print(f"{counts['core_accounts']:,} accounts in {counts['clusters']:,} clusters")


def _compatible(events: Events, options: argparse.Namespace) -> None:
    names = events.accounts.to_pylist()
    faults: tuple[str, ...]
    if options.mode == "coortweet":
        found = compatible.coortweet(
            events,
            window=options.window,
            min_participation=options.min_participation,
            edge_quantile=options.edge_quantile,
            fast=options.fast,
            loops=options.loops,
        )
        columns = vars(found)
        threshold = columns.pop("threshold")
        faults = compatible.COORTWEET_FAULTS
    else:
        directed = compatible.toolkit(
            events, window=options.window, min_weight=options.min_weight, loops=options.loops
        )
        columns, threshold = vars(directed), None
        faults = compatible.TOOLKIT_FAULTS
    lists = [values.tolist() for values in columns.values()]
    rows = ([names[row[0]], names[row[1]], *row[2:]] for row in zip(*lists, strict=True))
    options.out.mkdir(parents=True, exist_ok=True)
    report.write_csv(options.out / "edges.csv", list(columns), rows)
    print(
        f"{len(lists[0]):,} edges as the reference program gives them, threshold {threshold}. Its known faults:"
    )
    print("\n".join(f"- {fault}" for fault in faults))


def _machine(began: float) -> dict[str, Any]:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {"seconds": round(time.perf_counter() - began, 3), "peak_rss_bytes": peak}


def _bytes(text: str) -> int:
    """Read 2G, 500M or a plain number of bytes."""
    unit = _UNITS.get(text[-1:].upper())
    return int(float(text[:-1]) * unit) if unit else int(text)


if __name__ == "__main__":
    sys.exit(main())
