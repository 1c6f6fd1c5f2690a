"""One pass, now."""

import sys
from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand

from disinfo.terminal import ProgressBar
from terms_tracker.models import Terms
from terms_tracker.services import tracking


class Command(BaseCommand):
    help = "Check tracked terms now, whether they are due or not, with a progress bar and a summary."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which terms."""
        parser.add_argument("--collection", help="only this collection (identifier)")
        parser.add_argument(
            "--service", action="append", help="only this service (identifier or name); may be repeated"
        )
        parser.add_argument("--type", action="append", help="only this terms type; may be repeated")
        parser.add_argument("--due", action="store_true", help="only what is due")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Check, and say what came of it; exit with 1 when everything failed."""
        chosen = Terms.objects.due() if options["due"] else Terms.objects.tracked()
        if options["collection"]:
            chosen = chosen.filter(service__collection__key=options["collection"])
        if options["service"]:
            chosen = chosen.filter(service__key__in=options["service"]) | chosen.filter(
                service__name__in=options["service"]
            )
        if options["type"]:
            chosen = chosen.filter(type__in=options["type"])
        with ProgressBar(chosen.count(), out=sys.stderr) as bar:
            summary = tracking.run_pass(chosen, on_result=lambda result: bar.advance(str(result.terms)))
        for result in summary.results:
            if result.version:
                self.stdout.write(
                    f"{result.version.get_kind_display()}: {result.terms} {result.version.commit[:10]}"
                )
            elif result.failure:
                self.stdout.write(
                    f"{self.style.ERROR(result.failure.code)}: {result.terms}: {result.failure.message}"
                )
        errors = Counter(result.failure.code for result in summary.results if result.failure)
        details = ", ".join(f"{code} {count}" for code, count in errors.most_common())
        self.stdout.write(
            f"{summary.checked} checked, {summary.changed} changed, {summary.failed} failed"
            + (f" ({details})" if details else "")
        )
        if summary.checked and summary.failed == summary.checked:
            raise SystemExit(1)
