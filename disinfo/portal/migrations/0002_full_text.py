"""The full-text indexes of disinfo.search: an FTS5 table kept by triggers, or a generated column with a GIN index."""

from django.db import migrations

_SQLITE = [
    "CREATE VIRTUAL TABLE portal_search_fts USING fts5(title_words, body_words, content='portal_searchentry', "
    "content_rowid='id', tokenize='unicode61 remove_diacritics 2')",
    "CREATE TRIGGER portal_search_insert AFTER INSERT ON portal_searchentry BEGIN "
    "INSERT INTO portal_search_fts(rowid, title_words, body_words) VALUES (new.id, new.title_words, new.body_words); END",
    "CREATE TRIGGER portal_search_delete AFTER DELETE ON portal_searchentry BEGIN "
    "INSERT INTO portal_search_fts(portal_search_fts, rowid, title_words, body_words) "
    "VALUES ('delete', old.id, old.title_words, old.body_words); END",
    "CREATE TRIGGER portal_search_update AFTER UPDATE OF title_words, body_words ON portal_searchentry BEGIN "
    "INSERT INTO portal_search_fts(portal_search_fts, rowid, title_words, body_words) "
    "VALUES ('delete', old.id, old.title_words, old.body_words); "
    "INSERT INTO portal_search_fts(rowid, title_words, body_words) VALUES (new.id, new.title_words, new.body_words); END",
]
_POSTGRESQL = [
    "ALTER TABLE portal_searchentry ADD COLUMN words tsvector GENERATED ALWAYS AS ("
    "setweight(to_tsvector('simple', title_words), 'A') || setweight(to_tsvector('simple', body_words), 'D')) STORED",
    "CREATE INDEX portal_search_words ON portal_searchentry USING gin (words)",
]
_UNDO = {
    "sqlite": [
        "DROP TRIGGER portal_search_insert",
        "DROP TRIGGER portal_search_delete",
        "DROP TRIGGER portal_search_update",
        "DROP TABLE portal_search_fts",
    ],
    "postgresql": ["DROP INDEX portal_search_words", "ALTER TABLE portal_searchentry DROP COLUMN words"],
}


def build(apps, schema_editor):
    for statement in {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    for statement in _UNDO[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("portal", "0001_initial")]
    operations = [migrations.RunPython(build, drop)]
