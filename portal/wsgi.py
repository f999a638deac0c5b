"""Owns the WSGI entry point that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application
from django.template import engines
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
application = get_wsgi_application()

# Loaded now, once for all workers, so that no first reader waits for it.
get_resolver().url_patterns  # noqa: B018 - a property that loads on access
engines.all()
