import time
from argparse import ArgumentParser
from decimal import Decimal
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from botdetect.harvest_forms import HarvestForm
from botdetect.models import Collection, Harvest
from botdetect.services import collections
from botdetect.services.harvests import asking, performing
from botdetect.services.harvests.asking import HarvestError


class Command(BaseCommand):
    help = "Collect from X, which costs money: prints the estimate, and reads only with --yes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="the collection: made when there is none of this name")
        parser.add_argument("kind", choices=Harvest.Kind.values)
        parser.add_argument("what", nargs="+", help="the search, or accounts: @names or identifiers")
        parser.add_argument("--most-money", type=Decimal, required=True, help="the budget, in dollars")
        parser.add_argument("--yes", action="store_true", help="start once it is estimated")
        parser.add_argument("--with-authors", action="store_true", help="of posts: pay for the profiles too")
        parser.add_argument("--start", help="of a search: from this day (2026-01-31)")
        parser.add_argument("--end", help="of a search: until this day")
        parser.add_argument("--most-posts", type=int, default=15, help="of a crawl: the dormant rule")
        parser.add_argument("--least-ratio", type=float, default=3.0)
        parser.add_argument("--newest-days", type=float, help="when left out: whenever it was created")
        parser.add_argument("--most-depth", type=int, default=1, help="of a crawl: steps from the accounts")
        parser.add_argument("--purpose", default="", help="why it is collected, and on what legal basis")

    def handle(self, *_args: Any, **options: Any) -> None:
        what = " ".join(options["what"])
        form = HarvestForm(options | {"query": what, "accounts": what})
        if not form.is_valid():
            raise CommandError(
                "; ".join(f"{name}: {' '.join(map(str, found))}" for name, found in form.errors.items())
            )
        try:
            harvest = self._asked(form, options)
            self._perform(harvest)
            if harvest.state == Harvest.State.READY and options["yes"]:
                asking.start(harvest=harvest, most_money=options["most_money"], actor=None, is_queued=False)
                self._perform(harvest)
        except HarvestError as error:
            raise CommandError(str(error)) from error
        if harvest.state == Harvest.State.FAILED:
            raise CommandError(harvest.problem)
        self.stdout.write(self.style.SUCCESS(f"harvest {harvest.pk} {harvest.state}: {self._said(harvest)}"))

    def _asked(self, form: HarvestForm, options: dict[str, Any]) -> Harvest:
        collection = Collection.objects.filter(name=options["name"]).first() or collections.create(
            name=options["name"],
            source=Collection.Source.X,
            platform="X",
            purpose=options["purpose"],
            organisation=None,
            actor=None,
        )
        return asking.ask(
            collection=collection,
            kind=options["kind"],
            asked=form.asked(),
            most_money=options["most_money"],
            actor=None,
            is_queued=False,
        )

    def _perform(self, harvest: Harvest) -> None:
        """Until it rests or is over, over the pauses that X asks for."""
        harvest.refresh_from_db()
        while harvest.is_moving:
            performing.perform(harvest=harvest, seconds=60)
            harvest.refresh_from_db()
            self.stdout.write(self._said(harvest))
            if harvest.resume_at:
                time.sleep(max(0.0, (harvest.resume_at - timezone.now()).total_seconds()))

    def _said(self, harvest: Harvest) -> str:
        estimate = "" if harvest.estimated_money is None else f" (estimated ${harvest.estimated_money:.2f})"
        spent = f"${harvest.money:.2f} of ${harvest.most_money:.2f}{estimate}"
        problem = f": {harvest.problem}" if harvest.problem else ""
        return f"{harvest.calls} calls, {harvest.reads} reads, {spent}{problem}"
