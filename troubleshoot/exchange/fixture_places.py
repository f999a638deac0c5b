"""Owns making room in ordered sequences while fixtures are loaded, without a move counting as an edit."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.db.models import Q, UniqueConstraint

from troubleshoot.exchange.fixture_rows import is_edited

if TYPE_CHECKING:
    from django.db.models import Model

    from troubleshoot.models import FixtureRecord

_STEP_ASIDE = 10_000


class Places:
    """The places of one load. ``records`` are by model and natural key."""

    def __init__(self, records: dict[tuple[str, str], FixtureRecord]) -> None:
        self._records = dict(records)
        self._was_edited: dict[tuple[type[Model], Any], bool] = {}

    def is_edited(self, row: Model, record: FixtureRecord | None) -> bool:
        """Whether a row was edited here, before this load moved it."""
        known = self._was_edited.get((type(row), row.pk))
        return is_edited(row, record) if known is None else known

    def make_room(self, wanted: Model) -> None:
        """Move a row that holds the place that another is to have out of the way; its own load puts it right."""
        for constraint in wanted._meta.constraints:
            if isinstance(constraint, UniqueConstraint) and "order" in constraint.fields:
                place = {name: getattr(wanted, name) for name in constraint.fields}
                holders = type(wanted)._default_manager.filter(constraint.condition or Q(), **place)
                for holder in holders.exclude(pk=wanted.pk):
                    self._move(holder)

    def _move(self, holder: Any) -> None:
        natural_key = json.dumps(holder.natural_key(), ensure_ascii=False)
        record = self._records.get((holder._meta.label_lower, natural_key))
        self._was_edited.setdefault((type(holder), holder.pk), is_edited(holder, record))
        holder.order += _STEP_ASIDE
        holder.save()
