"""The words a portal starts with; an admin changes them as they like."""

import json
from pathlib import Path

from django.db import transaction

from encyclopedia.models import Criterion, Field, Kind, Phase

_STARTER = Path(__file__).resolve().parent.parent / "starter" / "vocabulary.json"


@transaction.atomic
def load_into_empty(**_signal: object) -> None:
    """Give an empty portal its words; one that has any is left alone, so that what an admin took away stays away."""
    if Kind.objects.exists():
        return
    words = json.loads(_STARTER.read_text())
    for position, row in enumerate(words["kinds"]):
        fields = row.pop("fields")
        kind = Kind.objects.create(position=position, **row)
        Field.objects.bulk_create(Field(kind=kind, position=at, **field) for at, field in enumerate(fields))
    Phase.objects.bulk_create(Phase(position=at, **row) for at, row in enumerate(words["phases"]))
    Criterion.objects.bulk_create(Criterion(position=at, **row) for at, row in enumerate(words["criteria"]))
