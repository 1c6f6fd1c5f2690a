import re

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("encyclopedia", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="source",
            name="archived_type",
            field=models.CharField(blank=True, editable=False, max_length=100),
        ),
        migrations.AddField(
            model_name="watch",
            name="seen_at",
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name="looked at"),
        ),
        migrations.AlterField(
            model_name="source",
            name="checked_at",
            field=models.DateTimeField(blank=True, db_index=True, null=True, verbose_name="last checked"),
        ),
        migrations.AlterField(
            model_name="source",
            name="date",
            field=models.CharField(
                blank=True,
                help_text="A day, a month or a year: 2019-05-27, 2019-05, 2019.",
                max_length=20,
                validators=[
                    django.core.validators.RegexValidator(
                        "^\\d{4}(-\\d\\d(-\\d\\d)?)?\\Z", "A day, a month or a year, please."
                    )
                ],
                verbose_name="date",
            ),
        ),
        migrations.AlterField(
            model_name="source",
            name="key",
            field=models.CharField(
                help_text="What pages cite it by: [@key].",
                max_length=80,
                unique=True,
                validators=[
                    django.core.validators.RegexValidator(
                        re.compile("^[\\w:-]{1,80}\\Z"), "Letters, figures, “-”, “_” and “:” only."
                    )
                ],
                verbose_name="key",
            ),
        ),
        migrations.CreateModel(
            name="Picture",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sha256", models.CharField(editable=False, max_length=64, unique=True)),
                (
                    "format",
                    models.CharField(
                        choices=[("png", "PNG"), ("jpg", "JPEG"), ("webp", "WebP")],
                        editable=False,
                        max_length=4,
                        verbose_name="format",
                    ),
                ),
                ("width", models.PositiveIntegerField(editable=False, verbose_name="width")),
                ("height", models.PositiveIntegerField(editable=False, verbose_name="height")),
                (
                    "alt",
                    models.CharField(
                        help_text="In one sentence, for who cannot see it.",
                        max_length=300,
                        verbose_name="what it shows",
                    ),
                ),
                (
                    "licence",
                    models.CharField(
                        help_text="Who made it and under which licence: Jane Roe, CC BY 4.0; our own, Etalab 2.0.",
                        max_length=200,
                        verbose_name="licence and author",
                    ),
                ),
                ("added_at", models.DateTimeField(auto_now_add=True, verbose_name="added")),
                (
                    "added_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="added by",
                    ),
                ),
            ],
            options={
                "verbose_name": "picture",
                "verbose_name_plural": "pictures",
                "ordering": ["-added_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Thread",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="subject")),
                ("is_resolved", models.BooleanField(default=False, verbose_name="resolved")),
                (
                    "last_at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="last remark"),
                ),
                (
                    "page",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="threads",
                        to="encyclopedia.page",
                        verbose_name="page",
                    ),
                ),
            ],
            options={
                "verbose_name": "thread",
                "verbose_name_plural": "threads",
                "ordering": ["-last_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="Remark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("said_at", models.DateTimeField(default=django.utils.timezone.now, verbose_name="said")),
                ("text", models.TextField(max_length=10000, verbose_name="text")),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("shown", "shown"),
                            ("waiting", "waits for a moderator"),
                            ("hidden", "hidden"),
                        ],
                        default="shown",
                        max_length=8,
                        verbose_name="status",
                    ),
                ),
                ("hidden_reason", models.CharField(blank=True, max_length=300, verbose_name="reason")),
                (
                    "author",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="author",
                    ),
                ),
                (
                    "thread",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="remarks",
                        to="encyclopedia.thread",
                    ),
                ),
            ],
            options={
                "verbose_name": "remark",
                "verbose_name_plural": "remarks",
                "ordering": ["said_at", "pk"],
            },
        ),
        migrations.AddIndex(
            model_name="thread",
            index=models.Index(fields=["page", "is_resolved"], name="threads_by_page"),
        ),
        migrations.AddIndex(
            model_name="remark",
            index=models.Index(fields=["status", "said_at"], name="remarks_by_status"),
        ),
    ]
