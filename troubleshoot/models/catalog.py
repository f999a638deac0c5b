"""Owns the catalogue: the documented errors of each operation, and the ways to fix them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db import models
from django.db.models import Case, Count, Exists, OuterRef, Prefetch, Q, When
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modeltranslation.manager import MultilingualManager

from troubleshoot import kinds
from troubleshoot.models.document import Operation, changed, seen_by_readers
from troubleshoot.models.proposed import Proposable, State
from troubleshoot.models.stamps import SearchedManager, SearchedQuerySet, ShownQuerySet
from troubleshoot.models.translated import Named, Translated, address_of, in_a_language, in_an_address

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime


class ErrorEntryQuerySet(SearchedQuerySet["ErrorEntry"]):
    def get_by_natural_key(self, key: str) -> ErrorEntry:
        return self.known_as(key).get()

    def known_as(self, key: str) -> Self:
        """The entry that has this key, or else had it: fixtures and revisions name a renamed entry by either."""
        return own if (own := self.filter(key=key)).exists() else self.filter(former_keys__key=key)

    def in_state(self, state: str) -> Self:
        return self.filter(state=state)

    def but_archived(self) -> Self:
        return self.exclude(state=State.ARCHIVED)

    def seen_by_readers(self) -> Self:
        """Published entries that are not for staff only: all that may ever reach a reader."""
        return self.filter(seen_by_readers())

    def for_readers(self) -> Self:
        """Full entries as readers see them, without what is for staff: four queries, whatever the number of rows."""
        return self.seen_by_readers().with_parts(Resolution.objects.filter(staff_only=False))

    def with_everything(self) -> Self:
        """Full entries as staff see them, in every state and with the notes for staff."""
        return self.with_parts(Resolution.objects.all())

    def with_parts(self, resolutions: models.QuerySet[Resolution]) -> Self:
        """Fetch the aliases, and of the resolutions those given."""
        return self.with_operation().prefetch_related(
            Prefetch("aliases", ErrorAlias.objects.order_by("kind", "pk")),
            Prefetch("resolutions", resolutions.order_by("order")),
            "successor",
        )

    def with_operation(self) -> Self:
        return self.select_related("operation__section__document__product")

    def proposals(self) -> Self:
        """Changes of other entries that wait to be published."""
        return self.exclude(proposal_for=None)

    def akin_to(self, entry: ErrorEntry, *, by_operation: bool = False) -> Self:
        """What else ``entry`` may be, for readers: by its codes, its cause, its wizards; then by what solved more.

        Or what has only its operation in common with it.
        """
        codes = entry.aliases.filter(kind=ErrorAlias.Kind.CODE).values("text_ko")
        same_code = Exists(ErrorAlias.objects.filter(entry=OuterRef("pk"), text_ko__in=codes))
        same_cause = ~Q(cause_ko="") & Q(cause_ko=entry.cause_ko)
        wizards = entry.flow_links.filter(flow__published=True).values("flow")
        same_wizard = Exists(entry.flow_links.model.objects.filter(entry=OuterRef("pk"), flow__in=wizards))
        near = Case(When(same_code, then=0), When(same_cause, then=1), When(same_wizard, then=2), default=3)
        solved = Count("resolutions__verdicts", filter=Q(resolutions__verdicts__solved=True))
        others = self.seen_by_readers().exclude(pk=entry.pk).annotate(near=near, solved_by=solved)
        is_meant = Q(near=3, operation=entry.operation_id) if by_operation else Q(near__lt=3)
        return others.filter(is_meant).order_by("near", "-solved_by", "order")

    def in_document_order(self) -> Self:
        return self.order_by("operation", "order")

    def of_product(self, key: str) -> Self:
        """The entries whose document is about this product; all of them for an empty key."""
        return self.filter(operation__section__document__product__key=key) if key else self

    def of_operation(self, key: str) -> Self:
        return self.filter(operation__key=key)

    def by_keys(self, keys: Sequence[str]) -> list[ErrorEntry]:
        """The entries of these keys, in the order of ``keys``; a key without a row is left out."""
        found = {entry.key: entry for entry in self.filter(key__in=keys)}
        return [found[key] for key in keys if key in found]


ErrorEntryManager = MultilingualManager.from_queryset(ErrorEntryQuerySet)


class OwnEntryManager(ErrorEntryManager["ErrorEntry"]):
    """Entries in their own right, in any state."""

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(proposal_for=None)


class ErrorEntry(Proposable):
    """One documented error: its message, its cause, and through ``resolutions`` the ways to fix it."""

    WITHOUT_TWIN = Q(staff_only=True)

    key = models.SlugField(
        _("key"),
        max_length=80,
        unique=True,
        help_text=_(
            "The name in the page's address. After publication, it can only be changed with Rename, "
            "which keeps the old address working."
        ),
    )
    operation = models.ForeignKey(
        Operation, on_delete=models.PROTECT, related_name="entries", verbose_name=_("operation")
    )
    order = models.PositiveSmallIntegerField(_("order"))
    message = models.TextField(_("message"), help_text=_("The exact text on the screen."))
    cause = models.TextField(_("cause"), blank=True, help_text=_("Markdown. Why it happens."))
    lead = models.TextField(
        _("lead-in"), blank=True, help_text=_("Markdown. A sentence that introduces the resolutions.")
    )
    original = models.TextField(
        _("text of the document"),
        blank=True,
        default="",
        db_default="",
        help_text=_("Markdown. The cause and the fix in the document's own words. Edits do not change it."),
    )
    original_message = models.TextField(
        _("message in the document"),
        blank=True,
        default="",
        db_default="",
        help_text=_("The message as the document has it, whatever is edited here."),
    )
    is_outdated = models.BooleanField(
        _("outdated"), default=False, db_default=False, help_text=_("Tells readers that it no longer applies.")
    )
    outdated_note = models.TextField(
        _("what applies instead"),
        blank=True,
        default="",
        db_default="",
        help_text=_("Markdown. Shown if it is outdated."),
    )
    source_line = models.PositiveIntegerField(_("line in the document"), null=True, blank=True)
    # What a program writes (a fixture) is published; what a person begins in the administration is a draft there.
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.PUBLISHED, editable=False, db_index=True
    )
    staff_only = models.BooleanField(
        _("for staff only"), default=False, help_text=_("Readers never see this anywhere; only staff do.")
    )
    proposal_for = models.OneToOneField(
        "self",
        on_delete=models.CASCADE,
        related_name="proposal",
        verbose_name=_("change to"),
        null=True,
        editable=False,
    )
    successor = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        related_name="predecessors",
        verbose_name=_("replaced by"),
        null=True,
        blank=True,
        help_text=_(
            "Where the address of an archived entry redirects, and where an outdated one sends its readers. If empty, "
            "the page of an archived entry says that it was archived."
        ),
    )
    # Entries that somebody compared with this one: alike, and still two errors.
    told_apart = models.ManyToManyField("self", editable=False)
    created = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    updated = models.DateTimeField(_("updated"), default=timezone.now, editable=False)

    # The first one is Django's default: administration, constraints and history mean every row. Whoever asks for
    # ``objects`` means no proposal.
    with_proposals = ErrorEntryManager()
    objects = OwnEntryManager()

    if TYPE_CHECKING:
        pk: int
        message_ko: str
        message_en: str
        cause_ko: str
        cause_en: str
        lead_ko: str
        lead_en: str
        original_ko: str
        original_en: str
        original_message_ko: str
        original_message_en: str
        outdated_note_ko: str
        outdated_note_en: str

    class Meta:
        verbose_name = _("error entry")
        verbose_name_plural = _("error entries")
        ordering = ("operation", "order")
        permissions = (("publish_errorentry", _("Can publish, archive and rename error entries")),)
        constraints = (
            models.UniqueConstraint(
                fields=("operation", "order"), condition=Q(proposal_for=None), name="entry_order_unique"
            ),
            in_a_language("message", name="entry_has_a_message"),
            in_an_address(name="entry_key_in_an_address"),
            models.CheckConstraint(condition=Q(state__in=tuple(kinds.State)), name="entry_state_is_known"),
            models.CheckConstraint(
                condition=Q(proposal_for=None) | Q(state__in=(kinds.State.DRAFT, kinds.State.REVIEW)),
                name="entry_proposal_is_unpublished",
            ),
        )

    def __str__(self) -> str:
        return Truncator(self.message).chars(80)

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.updated = timezone.now()
        super().save(*args, **kwargs)

    @property
    def needs_twin(self) -> bool:
        return not self.staff_only

    @property
    def is_of_document(self) -> bool:
        """Whether a document has it; what an editor began here has no line there."""
        return self.source_line is not None

    @property
    def original_messages(self) -> list[str]:
        """The messages that its document has in one place, the first of which is its own; empty where none is kept."""
        return (self.original_message or "").splitlines()

    @property
    def shown_aliases(self) -> list[ErrorAlias]:
        """The messages and codes by which readers recognise it, from rows fetched with its parts."""
        return [alias for alias in self.aliases.all() if alias.kind != ErrorAlias.Kind.SYMPTOM]

    @property
    def changed(self) -> datetime | None:
        """When what readers are told changed last: an edit, or else the date of the document, never a loading."""
        return changed(self.edited, self.operation.section if self.is_of_document else None)

    @property
    def is_seen_by_readers(self) -> bool:
        """Whether everybody may read it, as ``ErrorEntryQuerySet.seen_by_readers`` finds."""
        return self.state == self.State.PUBLISHED and not self.staff_only

    def get_absolute_url(self) -> str:
        return address_of("error", self.key)


class FormerKey(Named, models.Model):
    """A key that an entry had before it was renamed; its address leads to the entry for good."""

    key = models.SlugField(_("former key"), max_length=80, unique=True)
    entry = models.ForeignKey(ErrorEntry, on_delete=models.CASCADE, related_name="former_keys", verbose_name=_("entry"))

    objects: ClassVar[models.Manager[FormerKey]] = models.Manager.from_queryset(ShownQuerySet)()

    class Meta:
        verbose_name = _("former key")
        verbose_name_plural = _("former keys")
        ordering = ("key",)
        constraints = (in_an_address(name="former_key_in_an_address"),)

    def __str__(self) -> str:
        return self.key


class ErrorAlias(Translated):
    """Another string by which an entry is recognised."""

    NATURAL_KEY = ("entry__key", "text_ko")
    # A code is the same in every language, and staff write for staff in the one that they share.
    WITHOUT_TWIN = Q(kind="code") | Q(entry__staff_only=True)

    class Kind(models.TextChoices):
        MESSAGE = "message", _("alternative message")
        CODE = "code", _("error code")
        # Finds the entry, and is evidence of nothing; readers are not shown it.
        SYMPTOM = "symptom", _("symptom, in customers' words")

    entry = models.ForeignKey(ErrorEntry, on_delete=models.CASCADE, related_name="aliases", verbose_name=_("entry"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.MESSAGE)
    text = models.CharField(_("text"), max_length=500)

    objects: ClassVar[MultilingualManager[ErrorAlias]] = SearchedManager()

    if TYPE_CHECKING:
        pk: int
        text_ko: str
        text_en: str

    class Meta:
        verbose_name = _("alias")
        verbose_name_plural = _("aliases")
        ordering = ("entry", "kind", "pk")
        constraints = (
            models.UniqueConstraint(fields=("entry", "text_ko"), name="alias_unique_in_entry"),
            models.CheckConstraint(condition=Q(kind__in=("message", "code", "symptom")), name="alias_kind_is_known"),
            models.CheckConstraint(condition=~Q(text_ko=""), name="alias_has_text"),
        )
        # Each page of an entry asks which others have a code of its own.
        indexes = (models.Index(fields=("text_ko",), condition=Q(kind="code"), name="alias_by_code"),)

    def __str__(self) -> str:
        return self.text

    @property
    def needs_twin(self) -> bool:
        return self.kind != self.Kind.CODE and self.entry.needs_twin


class Resolution(Translated):
    """One way to fix an entry; several are alternatives, tried in order.

    ``body`` is Markdown. Its top-level ordered list, where it has one, is the list of steps; without one, each of
    its top-level blocks is a step.
    """

    NATURAL_KEY = ("entry__key", "order")
    WITHOUT_TWIN = Q(staff_only=True) | Q(entry__staff_only=True)

    class Origin(models.TextChoices):
        DOCUMENT = "document", _("the document's resolution column")
        MESSAGE = "message", _("the advice in the message")
        EDITOR = "editor", _("an editor of this portal")

    entry = models.ForeignKey(ErrorEntry, on_delete=models.CASCADE, related_name="resolutions", verbose_name=_("entry"))
    order = models.PositiveSmallIntegerField(_("order"))
    origin = models.CharField(_("origin"), max_length=10, choices=Origin.choices, default=Origin.EDITOR)
    condition = models.TextField(
        _("applies when"), blank=True, help_text=_("Markdown. The case that this resolution applies to.")
    )
    body = models.TextField(_("steps"), help_text=_("Markdown. Write the steps as a numbered list."))
    note = models.TextField(
        _("editor's note"),
        blank=True,
        default="",
        db_default="",
        help_text=_("Markdown. What readers should know about the document's text. Shown as a note."),
    )
    staff_only = models.BooleanField(
        _("for staff only"), default=False, help_text=_("Readers never see this anywhere; only staff do.")
    )

    objects: ClassVar[MultilingualManager[Resolution]] = SearchedManager()

    if TYPE_CHECKING:
        pk: int
        condition_ko: str
        condition_en: str
        body_ko: str
        body_en: str
        note_ko: str
        note_en: str

    class Meta:
        verbose_name = _("resolution")
        verbose_name_plural = _("resolutions")
        ordering = ("entry", "order")
        constraints = (
            models.UniqueConstraint(fields=("entry", "order"), name="resolution_order_unique"),
            models.CheckConstraint(
                condition=Q(origin__in=("document", "message", "editor")), name="resolution_origin_is_known"
            ),
            in_a_language("body", name="resolution_has_steps"),
        )

    def __str__(self) -> str:
        # A form that is shown again may have it without a number.
        return gettext("Resolution %(number)d") % {"number": self.order or 0}

    @property
    def needs_twin(self) -> bool:
        return not self.staff_only and self.entry.needs_twin
