"""A suggestion holds its documents as a declaration does: several of them, with ranges and filters."""

from typing import Any

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

LISTED = ("select", "remove")


def gather(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """From columns to a document."""
    for row in apps.get_model("terms_tracker", "Suggestion").objects.all():
        document: dict[str, Any] = {"fetch": row.address}
        for name in LISTED:
            if lines := [line.strip() for line in getattr(row, name).splitlines() if line.strip()]:
                document[name] = lines[0] if len(lines) == 1 else lines
        row.documents = [document]
        row.save(update_fields=["documents"])


def spread(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """From the first document to columns; ranges, which have no line, and further documents are left behind."""
    for row in apps.get_model("terms_tracker", "Suggestion").objects.all():
        document = row.documents[0] if row.documents else {}
        row.address = document.get("fetch", "")
        for name in LISTED:
            value = document.get(name, [])
            listed = value if isinstance(value, list) else [value]
            setattr(row, name, "\n".join(each for each in listed if isinstance(each, str)))
        row.save(update_fields=["address", *LISTED])


class Migration(migrations.Migration):
    dependencies = [("terms_tracker", "0008_counting_changes")]

    operations = [
        migrations.AddField(
            "suggestion", "documents", models.JSONField(default=list, verbose_name="documents")
        ),
        migrations.AddField(
            "suggestion",
            "collection",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="terms_tracker.collection",
                verbose_name="collection",
            ),
        ),
        # Empty on the way back, until `spread` fills them.
        migrations.AlterField("suggestion", "address", models.URLField(max_length=1000, default="")),
        migrations.RunPython(gather, spread),
        migrations.RemoveField("suggestion", "address"),
        migrations.RemoveField("suggestion", "select"),
        migrations.RemoveField("suggestion", "remove"),
    ]
