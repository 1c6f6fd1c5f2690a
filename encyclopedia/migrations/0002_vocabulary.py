import json
from pathlib import Path

from django.db import migrations

STARTER = Path(__file__).resolve().parent.parent / "starter" / "vocabulary.json"


def load(apps, schema_editor):
    """The words a portal starts with; an admin changes them as they like."""
    words = json.loads(STARTER.read_text())
    for name, rows in (
        ("Kind", words["kinds"]),
        ("Phase", words["phases"]),
        ("Criterion", words["criteria"]),
    ):
        model = apps.get_model("encyclopedia", name)
        for position, row in enumerate(rows):
            fields = row.pop("fields", [])
            made, _ = model.objects.get_or_create(code=row["code"], defaults={**row, "position": position})
            for at, field in enumerate(fields):
                made.fields.get_or_create(code=field["code"], defaults={**field, "position": at})


class Migration(migrations.Migration):
    dependencies = [("encyclopedia", "0001_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
