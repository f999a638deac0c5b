"""Owns the WSGI entry point that gunicorn serves."""

import os

import django
from django.template import engines
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup(set_prefix=False)

from portal import kept, request_id  # noqa: E402 - they ask for the settings
from portal.reading import Handler  # noqa: E402 - Django's handler asks for them, too

application = request_id.numbered(kept.in_front_of(Handler()))

# Loaded now, once for all workers, so that no first reader waits for it.
get_resolver().url_patterns  # noqa: B018 - a property that loads on access
engines.all()
