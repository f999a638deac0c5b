"""Owns the start of the app: signals and system checks are connected here."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class TroubleshootConfig(AppConfig):
    name = "troubleshoot"
    verbose_name = _("Troubleshooting")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from troubleshoot import checks, signals  # noqa: F401, PLC0415 - registries fill on import
        from troubleshoot.editing import roles  # noqa: PLC0415 - it reads models, which are ready only now

        post_migrate.connect(roles.establish, sender=self)
