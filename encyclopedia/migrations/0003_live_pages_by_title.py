from django.db import migrations, models


def drop_facets_of_deleted_pages(apps, schema_editor):
    """From here on only live pages have facets."""
    apps.get_model("encyclopedia", "Facet").objects.filter(page__is_deleted=True).delete()


class Migration(migrations.Migration):
    dependencies = [("encyclopedia", "0002_choices_in_french")]

    operations = [
        migrations.AddIndex(
            model_name="page",
            index=models.Index(
                fields=["language", "title", "id", "is_deleted", "current"],
                name="live_pages_by_title",
            ),
        ),
        migrations.RunPython(drop_facets_of_deleted_pages, migrations.RunPython.noop),
    ]
