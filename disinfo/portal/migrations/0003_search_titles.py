"""PostgreSQL finds words in titles by an index of their own; FTS5 keeps its columns apart already."""

from django.db import migrations


def build(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE INDEX portal_search_titles ON portal_searchentry USING gin (to_tsvector('simple', title_words))"
        )


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX portal_search_titles")


class Migration(migrations.Migration):
    dependencies = [("portal", "0002_full_text")]
    operations = [migrations.RunPython(build, drop)]
