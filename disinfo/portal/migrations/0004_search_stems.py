"""What was indexed before words had stems is indexed again, some at a time."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_AT_ONCE = 500


def index_again(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Fold and stem the titles and texts that are in a language with stems."""
    from disinfo.search import indexed

    entries = apps.get_model("portal", "SearchEntry").objects
    keys = list(entries.filter(language__in=["fr", "en"]).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(keys), _AT_ONCE):
        rows = list(entries.filter(pk__in=keys[start : start + _AT_ONCE]))
        for row in rows:
            row.title_words = indexed(row.title, row.language)
            row.body_words = indexed(row.body, row.language)
        entries.bulk_update(rows, ["title_words", "body_words"])


class Migration(migrations.Migration):
    dependencies = [("portal", "0003_search_titles")]
    operations = [migrations.RunPython(index_again, migrations.RunPython.noop)]
