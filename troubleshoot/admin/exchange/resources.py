"""Owns what can be imported and exported: entries, their aliases and resolutions, and synonyms, by their keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from troubleshoot.admin.exchange.columns import Column, Number, Reference, Text, Word, YesOrNo
from troubleshoot.admin.exchange.places import Places
from troubleshoot.admin.exchange.rows import Rows
from troubleshoot.editing import keys, publishing
from troubleshoot.models import ErrorAlias, ErrorEntry, Operation, Resolution, SynonymGroup

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet

State = ErrorEntry.State


def own_entries() -> QuerySet[ErrorEntry]:
    return ErrorEntry.objects.without_proposals()


class Entries(Rows):
    """Entries by key. A new one begins as a draft unless the file says otherwise; nothing is archived this way."""

    name = _("error entries")
    key = Column("key", Word())
    operation = Column("operation", Reference(Operation.objects.all()))
    order = Column("order", Number())
    state = Column("state", Word())
    staff_only = Column("staff_only", YesOrNo())
    message_ko = Column("message_ko", Text())
    message_en = Column("message_en", Text())
    cause_ko = Column("cause_ko", Text())
    cause_en = Column("cause_en", Text())
    lead_ko = Column("lead_ko", Text())
    lead_en = Column("lead_en", Text())

    class Meta(Rows.Meta):
        model = ErrorEntry
        fields = (
            "key",
            "operation",
            "order",
            "state",
            "staff_only",
            "message_ko",
            "message_en",
            "cause_ko",
            "cause_en",
            "lead_ko",
            "lead_en",
        )
        import_id_fields = ("key",)

    def get_queryset(self) -> QuerySet[ErrorEntry]:
        return own_entries().select_related("operation__section")

    def filter_export(self, queryset: QuerySet[ErrorEntry], **kwargs: Any) -> QuerySet[ErrorEntry]:  # noqa: ARG002 - the library's signature
        return self.get_queryset().filter(pk__in=queryset.values("pk")).order_by("operation__order", "order")

    def init_instance(self, row: Any = None) -> ErrorEntry:  # noqa: ARG002 - the library's signature
        return ErrorEntry(state=State.DRAFT, proposed_by=self.user)

    def before_import(self, dataset: Any, **kwargs: Any) -> None:  # noqa: ARG002 - the library's signature
        self._places = Places(self.get_queryset())
        self._places.make_room(dataset.dict)

    def get_instance(self, instance_loader: Any, row: Any) -> Any:
        entry = super().get_instance(instance_loader, row)
        if entry is not None:
            self._places.restore(entry)
        return entry

    def import_instance(self, instance: ErrorEntry, row: dict[str, Any], **kwargs: Any) -> None:
        state, operation = instance.state, instance.operation_id
        try:
            super().import_instance(instance, row, **kwargs)
        finally:
            if instance.order is None or (instance.operation_id != operation and not row.get("order")):
                instance.order = self._next_order(instance.operation_id)
        self._refuse_state(instance, state)
        if State.PUBLISHED == instance.state != state:
            instance.reviewed = timezone.now()

    def validate_instance(self, instance: ErrorEntry, *args: Any, **kwargs: Any) -> None:
        super().validate_instance(instance, *args, **kwargs)
        if instance.pk is None:
            try:
                keys.refuse(instance.key)
            except ValidationError as error:
                raise ValidationError({"key": error}) from error

    def _refuse_state(self, entry: ErrorEntry, before: str) -> None:
        unseen = publishing.UNPUBLISHED
        if entry.state == before:
            return
        if entry.state not in (*unseen, State.PUBLISHED):
            raise ValidationError({"state": gettext("Enter draft, review or published.")})
        if before not in unseen:
            raise ValidationError(
                {"state": gettext("Once published, an entry can only change its state on its own page.")}
            )
        if entry.state == State.PUBLISHED and not publishing.may_publish(self.user):
            raise ValidationError({"state": gettext("You don't have permission to publish.")})

    @staticmethod
    def _next_order(operation: int | None) -> int:
        rows = own_entries().filter(operation=operation)
        return int(rows.aggregate(last=Max("order"))["last"] or 0) + 1


class PartsOfEntries(Rows):
    """Rows that are edited on the page of an entry, which the column ``entry`` names."""

    def get_queryset(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset()
        return rows.filter(entry__proposal_for=None).select_related("entry")

    def filter_export(self, queryset: QuerySet[ErrorEntry], **kwargs: Any) -> QuerySet[Any]:  # noqa: ARG002 - the library's signature
        rows = self.get_queryset().filter(entry__in=queryset.values("pk"))
        return rows.order_by("entry__operation__order", "entry__order", *self._meta.model._meta.ordering[1:])

    def page_of(self, instance: Any) -> Model | None:
        return instance.entry if instance.entry_id else None


class Aliases(PartsOfEntries):
    """Aliases by entry and Korean text."""

    name = _("aliases")
    entry = Column("entry", Reference(own_entries()))
    kind = Column("kind", Word())
    text_ko = Column("text_ko", Text())
    text_en = Column("text_en", Text())

    class Meta(Rows.Meta):
        model = ErrorAlias
        fields = (
            "entry",
            "kind",
            "text_ko",
            "text_en",
        )
        import_id_fields = ("entry", "text_ko")


class Resolutions(PartsOfEntries):
    """Resolutions by entry and order."""

    name = _("resolutions")
    entry = Column("entry", Reference(own_entries()))
    order = Column("order", Number())
    origin = Column("origin", Word())
    staff_only = Column("staff_only", YesOrNo())
    condition_ko = Column("condition_ko", Text())
    condition_en = Column("condition_en", Text())
    body_ko = Column("body_ko", Text())
    body_en = Column("body_en", Text())

    class Meta(Rows.Meta):
        model = Resolution
        fields = (
            "entry",
            "order",
            "origin",
            "staff_only",
            "condition_ko",
            "condition_en",
            "body_ko",
            "body_en",
        )
        import_id_fields = ("entry", "order")


class Synonyms(Rows):
    """Synonym groups by key."""

    name = _("synonym groups")
    key = Column("key", Word())
    terms = Column("terms", Text())
    note = Column("note", Text())

    class Meta(Rows.Meta):
        model = SynonymGroup
        fields = (
            "key",
            "terms",
            "note",
        )
        import_id_fields = ("key",)

    def filter_export(self, queryset: QuerySet[SynonymGroup], **kwargs: Any) -> QuerySet[SynonymGroup]:  # noqa: ARG002 - the library's signature
        return queryset.order_by("key")
