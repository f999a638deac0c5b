"""The administration: who corrects content does it here, in Django's own look."""

from django.conf import settings
from django.contrib import admin
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from troubleshoot.admin import account, people, reading
from troubleshoot.admin.editing import catalog, entries, flows, history, writing

__all__ = ["account", "catalog", "entries", "flows", "history", "people", "reading", "writing"]

admin.site.empty_value_display = "–"
admin.site.site_header = format_lazy("{}: {}", settings.PORTAL_NAME, _("Administration"))
admin.site.login_form = account.SignInForm
admin.site.site_title = _("Administration")
admin.site.index_title = _("Content")
