"""Owns the feed of entries that are new or were changed, in each language, for readers who want to be told."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.views.decorators.http import require_safe

from troubleshoot.document.rendering import first_line, headline
from troubleshoot.filters import DOCUMENT, PRODUCT
from troubleshoot.keeping import keepable
from troubleshoot.models import ErrorEntry, Product

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest

MOST = 50
# What no XML may have (XML 1.0, section 2.2), and a text that was copied from a terminal or a log has.
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class EntryFeed(Feed[ErrorEntry, Any]):
    """The entries that were edited last, then those as old as their document; of one product where it is asked for."""

    feed_type = Atom1Feed

    def get_object(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> Product | None:
        """What is behind ``?product=``. Raises Product.DoesNotExist, which is a 404."""
        key = request.GET.get("product", "").replace("\x00", "")
        return Product.objects.get(key=key) if key else None

    def title(self, product: Product | None) -> str:
        return f"{product.title} · {settings.PORTAL_NAME}" if product else str(settings.PORTAL_NAME)

    def subtitle(self) -> str:
        return str(settings.PORTAL_DESCRIPTION)

    def link(self) -> str:
        return reverse("error_list")

    def feed_url(self, product: Product | None) -> str:
        return reverse("feed") + (f"?{urlencode({'product': product.key})}" if product else "")

    def items(self, product: Product | None) -> list[ErrorEntry]:
        changed = Coalesce("edited", f"{DOCUMENT}__published")
        entries = ErrorEntry.objects.for_readers().order_by(changed.desc(nulls_last=True), "-pk")
        return list((entries.filter(**{PRODUCT: product}) if product else entries)[:MOST])

    def item_title(self, item: ErrorEntry) -> str:
        return _written(headline(item.message))

    def item_description(self, item: ErrorEntry) -> str:
        resolution = next(iter(item.resolutions.all()), None)
        return _written(first_line(resolution.body if resolution else item.cause))

    def item_updateddate(self, item: ErrorEntry) -> datetime | None:
        return item.changed

    def item_categories(self, item: ErrorEntry) -> list[str]:
        return [_written(item.operation.title)]


def _written(text: str) -> str:
    return _UNWRITABLE.sub("", text)


feed = keepable(require_safe(EntryFeed()))
