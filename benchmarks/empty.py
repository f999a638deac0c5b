"""Owns the empty view that pages are measured against: Django with nothing to say, and no middleware."""

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.urls import path

from portal import settings as of_the_portal

ours = {name: getattr(of_the_portal, name) for name in dir(of_the_portal) if name.isupper()}
settings.configure(**ours | {"ROOT_URLCONF": __name__, "MIDDLEWARE": [], "INSTALLED_APPS": []})
django.setup(set_prefix=False)
application = WSGIHandler()


def empty(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(b"")


urlpatterns = [path("", empty), path("readyz", empty)]
