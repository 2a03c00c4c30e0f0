"""The tree of territories, so that a fresh installation has it. Loading it again adds what is missing and renames nothing."""

from django.db import migrations

from koopset.apps.places.formats.territories import read_tree


def load(apps, schema_editor):
    territory = apps.get_model("places", "Territory")
    known = {}
    for node in read_tree():
        parent = known.get(node.parent)
        row, made = territory.objects.get_or_create(
            parent=parent, name=node.name, defaults={"level": node.level, "oktmo": node.oktmo}
        )
        if made or not row.path:
            row.path = f"{parent.path if parent else ''}{row.pk}."
            row.save(update_fields=["path"])
        known[(*node.parent, node.name)] = row


class Migration(migrations.Migration):
    dependencies = [("places", "0001_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
