import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

_BUILD = {
    "sqlite": [
        "CREATE VIRTUAL TABLE collaborate_message_fts USING fts5(words, content='collaborate_message', "
        "content_rowid='id', tokenize='unicode61 remove_diacritics 2')",
        "CREATE TRIGGER collaborate_message_insert AFTER INSERT ON collaborate_message BEGIN "
        "INSERT INTO collaborate_message_fts(rowid, words) VALUES (new.id, new.words); END",
        "CREATE TRIGGER collaborate_message_delete AFTER DELETE ON collaborate_message BEGIN "
        "INSERT INTO collaborate_message_fts(collaborate_message_fts, rowid, words) "
        "VALUES ('delete', old.id, old.words); END",
        "CREATE TRIGGER collaborate_message_update AFTER UPDATE OF words ON collaborate_message "
        "WHEN old.words <> new.words BEGIN "
        "INSERT INTO collaborate_message_fts(collaborate_message_fts, rowid, words) "
        "VALUES ('delete', old.id, old.words); "
        "INSERT INTO collaborate_message_fts(rowid, words) VALUES (new.id, new.words); END",
    ],
    "postgresql": [
        "ALTER TABLE collaborate_message ADD COLUMN tokens tsvector GENERATED ALWAYS AS "
        "(to_tsvector('simple', words)) STORED",
        "CREATE INDEX collaborate_message_tokens ON collaborate_message USING gin (tokens)",
    ],
}
_DROP = {
    "sqlite": [
        "DROP TRIGGER collaborate_message_insert",
        "DROP TRIGGER collaborate_message_delete",
        "DROP TRIGGER collaborate_message_update",
        "DROP TABLE collaborate_message_fts",
    ],
    "postgresql": [
        "DROP INDEX collaborate_message_tokens",
        "ALTER TABLE collaborate_message DROP COLUMN tokens",
    ],
}


def build_full_text(apps, schema_editor):
    for statement in _BUILD[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def drop_full_text(apps, schema_editor):
    for statement in _DROP[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0002_audit_append_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Bot",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("purpose", models.CharField(blank=True, max_length=200, verbose_name="what it does")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="bots",
                        to="accounts.organisation",
                        verbose_name="organisation",
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="bot",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "bot",
                "verbose_name_plural": "bots",
                "ordering": ["user__name", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Link",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("url", models.TextField(verbose_name="address")),
                ("digest", models.CharField(editable=False, max_length=64, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "waiting"), ("read", "read"), ("failed", "cannot be read")],
                        default="waiting",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("title", models.CharField(blank=True, max_length=200, verbose_name="title")),
                ("description", models.CharField(blank=True, max_length=400, verbose_name="description")),
                ("first_seen_at", models.DateTimeField(auto_now_add=True, verbose_name="first posted")),
                ("read_at", models.DateTimeField(blank=True, null=True, verbose_name="read")),
            ],
            options={
                "verbose_name": "posted address",
                "verbose_name_plural": "posted addresses",
                "ordering": ["-pk"],
                "indexes": [models.Index(fields=["state"], name="links_by_state")],
            },
        ),
        migrations.CreateModel(
            name="NotificationChoice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "mail",
                    models.CharField(
                        choices=[("at_once", "at once"), ("digest", "once a day"), ("never", "never")],
                        default="digest",
                        max_length=8,
                        verbose_name="e-mail",
                    ),
                ),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="room_notification_choice",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "choice of notifications",
                "verbose_name_plural": "choices of notifications",
            },
        ),
        migrations.CreateModel(
            name="Room",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("public", "open to every organisation"),
                            ("organisation", "for one organisation"),
                            ("private", "private, by invitation"),
                            ("direct", "direct"),
                        ],
                        default="public",
                        max_length=12,
                        verbose_name="who may enter",
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("slug", models.SlugField(max_length=140, unique=True)),
                ("topic", models.CharField(blank=True, max_length=300, verbose_name="what it is for")),
                (
                    "tlp",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("clear", "TLP:CLEAR"),
                            ("green", "TLP:GREEN"),
                            ("amber", "TLP:AMBER"),
                            ("amber+strict", "TLP:AMBER+STRICT"),
                            ("red", "TLP:RED"),
                        ],
                        max_length=12,
                        verbose_name="mark of what is said here",
                    ),
                ),
                (
                    "slow_seconds",
                    models.PositiveIntegerField(
                        default=0, verbose_name="slow mode: seconds between two messages of a person"
                    ),
                ),
                (
                    "retention_days",
                    models.PositiveIntegerField(
                        blank=True,
                        null=True,
                        validators=[django.core.validators.MinValueValidator(1)],
                        verbose_name="days after which messages are deleted",
                    ),
                ),
                ("is_archived", models.BooleanField(default=False, verbose_name="closed for writing")),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                (
                    "last_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="last message"),
                ),
                ("last_number", models.PositiveBigIntegerField(default=0, editable=False)),
                ("clock", models.PositiveBigIntegerField(default=0, editable=False)),
                (
                    "created_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="accounts.organisation",
                        verbose_name="organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "room",
                "verbose_name_plural": "rooms",
                "ordering": ["name", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "organisation"), _negated=True),
                            ("organisation__isnull", False),
                            _connector="OR",
                        ),
                        name="room_of_an_organisation_names_it",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveBigIntegerField(verbose_name="number")),
                ("changed", models.PositiveBigIntegerField(editable=False)),
                ("by_bot", models.BooleanField(default=False)),
                ("said_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="said")),
                ("text", models.TextField(verbose_name="text")),
                ("html", models.TextField()),
                ("words", models.TextField()),
                ("cards", models.JSONField(default=list)),
                ("mentions", models.JSONField(default=list)),
                ("reply_count", models.PositiveIntegerField(default=0)),
                (
                    "tlp",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("clear", "TLP:CLEAR"),
                            ("green", "TLP:GREEN"),
                            ("amber", "TLP:AMBER"),
                            ("amber+strict", "TLP:AMBER+STRICT"),
                            ("red", "TLP:RED"),
                        ],
                        max_length=12,
                        verbose_name="mark",
                    ),
                ),
                ("has_link", models.BooleanField(default=False)),
                ("has_file", models.BooleanField(default=False)),
                ("has_reaction", models.BooleanField(default=False)),
                ("nonce", models.CharField(blank=True, max_length=64)),
                (
                    "command",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "no command"),
                            ("waiting", "waits for its answer"),
                            ("answered", "answered"),
                        ],
                        default="",
                        max_length=8,
                    ),
                ),
                (
                    "mark",
                    models.CharField(
                        blank=True,
                        choices=[("task", "task"), ("question", "open question"), ("decision", "decision")],
                        max_length=8,
                        verbose_name="what it is",
                    ),
                ),
                ("settled_at", models.DateTimeField(null=True, verbose_name="settled")),
                ("pinned_at", models.DateTimeField(null=True, verbose_name="pinned")),
                ("edited_at", models.DateTimeField(null=True, verbose_name="edited")),
                ("deleted_at", models.DateTimeField(null=True, verbose_name="deleted")),
                ("hidden_at", models.DateTimeField(null=True, verbose_name="hidden")),
                (
                    "hidden_reason",
                    models.CharField(blank=True, max_length=300, verbose_name="why it is hidden"),
                ),
                (
                    "assignee",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="author",
                    ),
                ),
                ("links", models.ManyToManyField(related_name="messages", to="collaborate.link")),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "root",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="replies",
                        to="collaborate.message",
                    ),
                ),
                (
                    "shared_from",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="collaborate.message",
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="messages",
                        to="collaborate.room",
                    ),
                ),
            ],
            options={
                "verbose_name": "message",
                "verbose_name_plural": "messages",
                "ordering": ["room", "number"],
                "indexes": [
                    models.Index(fields=["room", "changed"], name="messages_by_change"),
                    models.Index(
                        condition=models.Q(("mark", ""), _negated=True),
                        fields=["room", "mark"],
                        name="messages_marked",
                    ),
                    models.Index(
                        condition=models.Q(("pinned_at__isnull", False)),
                        fields=["room"],
                        name="messages_pinned",
                    ),
                    models.Index(
                        condition=models.Q(("command", "waiting")),
                        fields=["command"],
                        name="messages_waiting",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("room", "number"), name="one_message_per_number"),
                    models.UniqueConstraint(
                        condition=models.Q(("nonce", ""), _negated=True),
                        fields=("author", "room", "nonce"),
                        name="one_message_per_nonce",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Edit",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField(verbose_name="text before")),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="changed")),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="edits",
                        to="collaborate.message",
                    ),
                ),
            ],
            options={
                "verbose_name": "edit",
                "verbose_name_plural": "edits",
                "ordering": ["at", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Participant",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("guest", "guest"),
                            ("member", "member"),
                            ("moderator", "moderator"),
                            ("owner", "owner"),
                        ],
                        default="member",
                        max_length=10,
                        verbose_name="role",
                    ),
                ),
                ("last_read", models.PositiveBigIntegerField(default=0, verbose_name="read up to")),
                ("is_muted", models.BooleanField(default=False, verbose_name="muted")),
                ("joined_at", models.DateTimeField(auto_now_add=True, verbose_name="since")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="room_seats",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="participants",
                        to="collaborate.room",
                    ),
                ),
            ],
            options={
                "verbose_name": "participant",
                "verbose_name_plural": "participants",
                "ordering": ["room", "pk"],
                "constraints": [models.UniqueConstraint(fields=("room", "user"), name="one_seat_each")],
            },
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("email", models.EmailField(max_length=254, verbose_name="e-mail address")),
                ("digest", models.CharField(editable=False, max_length=64, unique=True)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                ("expires_at", models.DateTimeField(verbose_name="expires")),
                ("accepted_at", models.DateTimeField(blank=True, null=True, verbose_name="accepted")),
                (
                    "invited_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to="collaborate.room",
                    ),
                ),
            ],
            options={
                "verbose_name": "invitation",
                "verbose_name_plural": "invitations",
                "ordering": ["-created_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Ban",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("until", models.DateTimeField(blank=True, null=True, verbose_name="until")),
                ("reason", models.CharField(max_length=300, verbose_name="reason")),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="since")),
                (
                    "banned_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="room_bans",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="bans",
                        to="collaborate.room",
                    ),
                ),
            ],
            options={
                "verbose_name": "ban",
                "verbose_name_plural": "bans",
                "ordering": ["-at", "-pk"],
                "constraints": [models.UniqueConstraint(fields=("room", "user"), name="one_ban_each")],
            },
        ),
        migrations.CreateModel(
            name="Saved",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="saved")),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="collaborate.message",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="saved_messages",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "saved message",
                "verbose_name_plural": "saved messages",
                "ordering": ["-at", "-pk"],
                "constraints": [models.UniqueConstraint(fields=("user", "message"), name="saved_once")],
            },
        ),
        migrations.CreateModel(
            name="ShareRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.CharField(max_length=300, verbose_name="why")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "waits for an answer"),
                            ("agreed", "agreed"),
                            ("refused", "refused"),
                        ],
                        default="waiting",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="asked")),
                ("answered_at", models.DateTimeField(null=True, verbose_name="answered")),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="share_requests",
                        to="collaborate.message",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "room",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="collaborate.room",
                        verbose_name="to the room",
                    ),
                ),
            ],
            options={
                "verbose_name": "request to share",
                "verbose_name_plural": "requests to share",
                "ordering": ["-at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "waiting")),
                        fields=("message", "room"),
                        name="one_open_request",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Sighting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="seen")),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sightings",
                        to="collaborate.message",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "sighting",
                "verbose_name_plural": "sightings",
                "ordering": ["at", "pk"],
                "constraints": [models.UniqueConstraint(fields=("message", "user"), name="first_sighting")],
            },
        ),
        migrations.CreateModel(
            name="Attachment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=160, verbose_name="name")),
                ("content_type", models.CharField(max_length=80, verbose_name="type")),
                ("size", models.PositiveBigIntegerField(verbose_name="bytes")),
                ("sha256", models.CharField(max_length=64)),
                ("width", models.PositiveIntegerField(null=True)),
                ("height", models.PositiveIntegerField(null=True)),
                ("perceptual_hash", models.CharField(blank=True, max_length=16)),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attachments",
                        to="collaborate.message",
                    ),
                ),
            ],
            options={
                "verbose_name": "attachment",
                "verbose_name_plural": "attachments",
                "ordering": ["pk"],
                "indexes": [models.Index(fields=["sha256"], name="attachments_by_content")],
            },
        ),
        migrations.CreateModel(
            name="Notification",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("mention", "mentions you"),
                            ("reply", "replies in your thread"),
                            ("direct", "writes to you"),
                            ("task", "gives you a task"),
                        ],
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="at")),
                ("read_at", models.DateTimeField(null=True, verbose_name="read")),
                ("mailed_at", models.DateTimeField(null=True, verbose_name="sent by e-mail")),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notifications",
                        to="collaborate.message",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="room_notifications",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "notification",
                "verbose_name_plural": "notifications",
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(
                        condition=models.Q(("mailed_at", None), ("read_at", None)),
                        fields=["at"],
                        name="notifications_to_mail",
                    )
                ],
                "constraints": [models.UniqueConstraint(fields=("user", "message"), name="told_once")],
            },
        ),
        migrations.CreateModel(
            name="Reaction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sign", models.CharField(max_length=16, verbose_name="sign")),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reactions",
                        to="collaborate.message",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "reaction",
                "verbose_name_plural": "reactions",
                "ordering": ["pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("message", "user", "sign"), name="one_reaction_per_sign")
                ],
            },
        ),
        migrations.CreateModel(
            name="Report",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reason", models.CharField(max_length=300, verbose_name="reason")),
                ("text", models.TextField(verbose_name="text when reported")),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="reported")),
                ("settled_at", models.DateTimeField(null=True, verbose_name="settled")),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reports",
                        to="collaborate.message",
                    ),
                ),
                (
                    "reporter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "settled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "report",
                "verbose_name_plural": "reports",
                "ordering": ["-at", "-pk"],
                "constraints": [
                    models.UniqueConstraint(fields=("message", "reporter"), name="one_report_each")
                ],
            },
        ),
        migrations.RunPython(build_full_text, drop_full_text),
    ]
