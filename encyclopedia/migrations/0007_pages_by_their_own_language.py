"""Pages are found by the language they are written in, beside those that they are about."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def add(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Give each live page the facet that a save gives it now."""
    facet, page = (apps.get_model("encyclopedia", name) for name in ("Facet", "Page"))
    live = page.objects.filter(is_deleted=False, current__isnull=False).order_by("pk")
    rows = live.values_list("pk", "language")
    made = (facet(page_id=key, dimension="language", value=language) for key, language in rows)
    facet.objects.bulk_create(made, batch_size=1_000, ignore_conflicts=True)


class Migration(migrations.Migration):
    dependencies = [("encyclopedia", "0006_revisions_brought_by_imports")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
