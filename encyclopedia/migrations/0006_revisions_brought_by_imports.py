"""Which revisions an import brought: those with the name that its history gives, and the first of an imported page."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Q


def mark(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Mark them, and as looked at: an administrator took them in."""
    brought = ~Q(author_name="") | (Q(number=1) & ~Q(page__imported_key=""))
    rows = apps.get_model("encyclopedia", "Revision").objects
    keys = rows.filter(brought, author=None).values("pk")
    rows.filter(pk__in=keys).update(is_imported=True, is_patrolled=True)


class Migration(migrations.Migration):
    dependencies = [
        ("encyclopedia", "0005_decision_reason"),
    ]

    operations = [
        migrations.AddField(
            model_name="revision",
            name="is_imported",
            field=models.BooleanField(default=False, editable=False, verbose_name="brought by an import"),
        ),
        migrations.AddIndex(
            model_name="revision",
            index=models.Index(fields=["is_imported", "saved_at", "id"], name="revisions_written_here"),
        ),
        migrations.RunPython(mark, migrations.RunPython.noop),
    ]
