"""An invented library for the demo: four looks, one of them in quarantine, some ads that went away, an election."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from django.utils import timezone

from disinfo.leases import lease
from political_ads.models import Creative, Election, Source
from political_ads.services import findable, importing, rules, starter_rules
from political_ads.sources import AdRecord

_SLUG = "demo-chirper-fr"
_DAYS_BETWEEN = 7
_THEMES = (
    (
        "Liste Demain la Ville",
        "Dimanche, votez pour la liste Demain la Ville : des pistes cyclables dans chaque quartier.",
    ),
    ("Union des Rivages", "Le maire sortant vous cache le vrai coût de la piscine. Voici les chiffres."),
    (
        "Sondages Éclair",
        "Sondage : la liste Demain la Ville donnée en tête avec 34 % des intentions de vote.",
    ),
    ("Association Mon Vote", "Inscrivez-vous sur les listes électorales avant vendredi. Votre voix compte."),
    ("Isolation Pro", "Propriétaires : isolez vos combles pour 1 euro avant la fin de l’année."),
    ("Collectif Eau Vive", "Signez la pétition pour garder l’eau publique."),
)
_COPIES = 12


def load() -> Source:
    """Make the invented library once; a second call changes nothing."""
    starter_rules.add_missing()
    source, is_new = Source.objects.get_or_create(
        slug=_SLUG,
        defaults={
            "name": "Chirper, France (invented)",
            "platform": "chirper",
            "country": "FR",
            "format": Source.Format.GENERIC,
            "retention_days": 21,
        },
    )
    if is_new:
        today = timezone.now().replace(hour=6, minute=0, second=0, microsecond=0)
        _make_election(today.date())
        for number in range(4):
            _look(source, number, today - timedelta(days=_DAYS_BETWEEN * (3 - number)))
        findable.make_findable()
        rules.apply_to(source.ads.all())
    return source


def _make_election(today: date) -> None:
    Election.objects.get_or_create(
        slug="demo-municipal",
        defaults={
            "name": "Municipales de Ville-Exemple (invented)",
            "country": "FR",
            "first_round": today - timedelta(days=10),
            "last_round": today - timedelta(days=3),
            "reference": "invented",
        },
    )


def _look(source: Source, number: int, at: datetime) -> None:
    with lease(f"ads-import:{source.pk}", seconds=60) as held:
        importing.import_records(
            source=source, records=_ads(number, at), taken_at=at, digest=f"demo-{number}", held=held
        )


def _ads(number: int, at: datetime) -> Iterator[AdRecord]:
    """What the library holds at look `number`; the third (2) answers for two pages only."""
    for place, (advertiser, text) in enumerate(_THEMES):
        if number == 2 and place > 1:
            continue
        for copy in range(_COPIES):
            # Gone from the second look on: removed once the fourth has confirmed it.
            if number >= 1 and ((place == 5 and copy > 0) or (place == 1 and copy < 4)):
                continue
            yield _ad(place, copy, advertiser, text, number, at)
    if number == 3:
        for copy in range(6):
            yield _ad(4, _COPIES + copy, *_THEMES[4], number, at)


def _ad(place: int, copy: int, advertiser: str, text: str, number: int, at: datetime) -> AdRecord:
    start = datetime(at.year, at.month, at.day, tzinfo=UTC) - timedelta(
        days=_DAYS_BETWEEN * number + 20 - copy
    )
    stops = place == 5 and copy < 5
    return AdRecord(
        external_id=f"{place + 1}{copy:04}",
        advertiser_id=f"page-{place + 1}",
        advertiser_name=advertiser,
        text=text,
        payer="" if place in {1, 4} else advertiser,
        language="fr",
        currency="USD" if place == 1 else "EUR",
        spend=(100 * copy, 100 * copy + 99),
        impressions=(1000 * (copy + number), 1000 * (copy + number) + 999),
        started_on=start,
        stopped_on=start + timedelta(days=2) if stops else None,
        countries=("FR",),
        platforms=("chirper",),
    )


def creatives() -> list[Creative]:
    """The invented creatives, for whoever adds answers of citizens to the demo."""
    return list(Creative.objects.filter(ads__source__slug=_SLUG).distinct().order_by("pk"))
