"""Owns the start of the app: signals and system checks are connected here."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TroubleshootConfig(AppConfig):
    name = "troubleshoot"
    verbose_name = _("Troubleshooting")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from troubleshoot import checks, signals  # noqa: F401, PLC0415 - registries fill on import
