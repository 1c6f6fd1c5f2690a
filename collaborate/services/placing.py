"""Putting a message under the next number of its room.

Whoever writes holds the room until the database has the message; on PostgreSQL that is one statement, so that a writer
who is put to sleep by the machine never sleeps with the room locked.
"""

from functools import cache
from typing import Any

from django.db import connection, transaction
from django.db.models import Field
from django.db.models.signals import post_save

from collaborate.models import Message, Room

_COUNTED = {"number": "last_number", "changed": "clock"}


def place(row: Message) -> None:
    """Insert a new message; gives it its number and the clock of its room, and moves the room on.

    Raises IntegrityError when its author already sent its nonce.
    """
    if connection.vendor == "postgresql":
        _in_one_statement(row)
        return
    with transaction.atomic():
        row.room.tick(numbers=1)
        row.number, row.changed = row.room.last_number, row.room.clock
        row.save(force_insert=True)


def _in_one_statement(row: Message) -> None:
    statement, given = _statement()
    values = [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in given]
    with connection.cursor() as cursor:
        cursor.execute(statement, [row.said_at, row.room_id, *values])
        row.pk, row.number, row.changed = cursor.fetchone()
    row._state.adding, row._state.db = False, connection.alias  # noqa: SLF001 (what save() would have set)
    row.room.last_number, row.room.clock = row.number, row.changed
    # Incidents and integrations hear of it as they do of what save() wrote, see hearing.py.
    post_save.send(
        sender=Message, instance=row, created=True, update_fields=None, raw=False, using=connection.alias
    )


@cache
def _statement() -> tuple[Any, list[Field[Any, Any]]]:
    """The statement, and the fields whose values it is given after the time and the room."""
    from psycopg import sql  # with SQLite it need not be loaded

    given = [
        field
        for field in Message._meta.concrete_fields
        if not field.primary_key and field.name not in _COUNTED
    ]
    columns = [*(str(field.column) for field in given), *_COUNTED]
    counted = [sql.SQL("(SELECT {} FROM ticked)").format(sql.Identifier(name)) for name in _COUNTED.values()]
    # Values stand in VALUES, where PostgreSQL takes their types from the columns.
    statement = sql.SQL(
        "WITH ticked AS (UPDATE {room} SET clock = clock + 1, last_number = last_number + 1, last_at = %s "
        "WHERE id = %s RETURNING clock, last_number) "
        "INSERT INTO {message} ({columns}) VALUES ({values}) RETURNING id, number, changed"
    ).format(
        room=sql.Identifier(Room._meta.db_table),
        message=sql.Identifier(Message._meta.db_table),
        columns=sql.SQL(", ").join(sql.Identifier(column) for column in columns),
        values=sql.SQL(", ").join([*(sql.Placeholder() for _field in given), *counted]),
    )
    return statement, given
