from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("troubleshoot", "0027_key_shape")]

    operations = [
        migrations.AlterField(
            model_name="erroralias",
            name="kind",
            field=models.CharField(
                choices=[
                    ("message", "alternative message"),
                    ("code", "error code"),
                    ("symptom", "symptom, in customers' words"),
                ],
                default="message",
                max_length=10,
                verbose_name="kind",
            ),
        ),
        migrations.RemoveConstraint(model_name="erroralias", name="alias_kind_is_known"),
        migrations.AddConstraint(
            model_name="erroralias",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ("message", "code", "symptom"))), name="alias_kind_is_known"
            ),
        ),
    ]
