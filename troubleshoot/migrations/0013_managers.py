"""Django's own questions mean every entry, proposals included; nothing changes in the database."""

import django.db.models.manager
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("troubleshoot", "0012_plain_words")]

    operations = [
        migrations.AlterModelManagers(
            name="errorentry", managers=[("with_proposals", django.db.models.manager.Manager())]
        )
    ]
