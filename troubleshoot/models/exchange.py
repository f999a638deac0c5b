"""Owns the rows of the exchange: what a load or a document wrote, of which release, and what is to be confirmed."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Max, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from troubleshoot.models.catalog import ErrorEntry
from troubleshoot.models.document import LANGUAGES, Document, Section


class FixtureRecord(models.Model):
    """One row that came from a fixture: its model, natural key, and the digest of the ``fields`` as loaded.

    A row that differs from its record was edited here; a record without a row was deleted here. Both stay as they are
    unless the load is forced.
    """

    model = models.CharField(max_length=60)
    natural_key = models.CharField(max_length=600)
    digest = models.CharField(max_length=64)
    fields = models.JSONField(default=list)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("model", "natural_key"), name="fixture_record_unique"),)

    def __str__(self) -> str:
        return f"{self.model} {self.natural_key}"


class FixtureReleaseManager(models.Manager["FixtureRelease"]):
    def newest(self) -> int | None:
        """The number of the newest release that was loaded here, in a transaction: no other load goes on beside it."""
        list(self.select_for_update())
        newest: int | None = self.aggregate(newest=Max("number"))[
            "newest"
        ]  # after the lock: what was waited for counts
        return newest

    def loaded(self, number: int) -> None:
        """Remember a load of this release. What counted as newer was taken back by force, and is forgotten."""
        self.filter(number__gt=number).delete()
        self.get_or_create(number=number)


class FixtureRelease(models.Model):
    """A release of the content that was loaded here. Fixtures of an older one than the newest change nothing."""

    number = models.PositiveIntegerField(unique=True)
    time = models.DateTimeField(db_default=Now(), editable=False)

    objects = FixtureReleaseManager()

    def __str__(self) -> str:
        return str(self.number)


class ImportedEntry(models.Model):
    """One error as a document tells it, and the entry that was made of it.

    What nobody wants here (it is no error, or its entry was deleted) has no ``entry`` and stays away. An administrator
    has edited an entry where it says neither ``content``, which the document says, nor ``before``, which it said when
    a change to it was proposed.
    """

    document = models.ForeignKey(Document, on_delete=models.CASCADE, related_name="imported")
    language = models.CharField(max_length=2, choices=LANGUAGES)
    entry = models.ForeignKey(ErrorEntry, on_delete=models.SET_NULL, null=True, related_name="imports")
    name = models.CharField(max_length=100, help_text="Its key as the document was read.")
    edition = models.CharField(max_length=100, blank=True, help_text="The last edition that has it.")
    gone = models.CharField(max_length=100, blank=True, help_text="The edition that has it no more.")
    section = models.ForeignKey(Section, on_delete=models.SET_NULL, null=True, related_name="+")
    line = models.PositiveIntegerField()
    text = models.TextField(blank=True, help_text="What it was read from.")
    content = models.JSONField()
    before = models.JSONField(null=True)
    corrections = models.JSONField(default=dict)

    class Meta:
        indexes = (models.Index(fields=("document", "language"), name="imported_of_document"),)

    def __str__(self) -> str:
        return f"{self.document.key}:{self.line}"


class ApiTokenManager(models.Manager["ApiToken"]):
    def issue(self, token: ApiToken) -> str:
        """Save a token with a secret of its own, which is told here and kept nowhere."""
        secret = secrets.token_urlsafe(32)
        token.digest = _digest(secret)
        token.save()
        return secret

    def holder_of(self, secret: str) -> Any:
        """The user, active and of the staff, who a secret stands for, or None. The day of its use is noted."""
        digest = _digest(secret)
        found = self.filter(digest=digest, user__is_active=True, user__is_staff=True).select_related("user").first()
        if found is None or not secrets.compare_digest(found.digest, digest):
            return None
        if found.used != (today := timezone.localdate()):
            self.filter(pk=found.pk).update(used=today)
        return found.user


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


class ApiToken(models.Model):
    """The right of a program to send documents in the name of a user. Only a digest of its secret is kept."""

    name = models.CharField(
        _("name"), max_length=100, help_text=_("What uses it, such as the pipeline of a repository.")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("user"),
        limit_choices_to={"is_staff": True, "is_active": True},
        help_text=_("The history names this user, whose permissions hold."),
    )
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    used = models.DateField(_("last used"), null=True, editable=False)

    objects = ApiTokenManager()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ("name", "pk")

    def __str__(self) -> str:
        return self.name


class PendingImportManager(models.Manager["PendingImport"]):
    def keep(self, **fields: Any) -> PendingImport:
        """Keep a file until it is confirmed, and forget those that nobody confirmed for a day."""
        self.filter(time__lt=timezone.now() - timedelta(days=1)).delete()
        return self.create(**fields)


class PendingImport(models.Model):
    """A file whose changes were shown to ``user``, and ``shown``, the digest of these changes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    time = models.DateTimeField(default=timezone.now, db_index=True)
    kind = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    data = models.BinaryField()
    shown = models.CharField(max_length=64)

    objects = PendingImportManager()

    def __str__(self) -> str:
        return self.name


class DocumentUploadManager(models.Manager["DocumentUpload"]):
    def begin(self, **fields: Any) -> DocumentUpload:
        """A new upload that is to be read; those that nobody worked on for a day are forgotten."""
        self.filter(sign__lt=timezone.now() - timedelta(days=1)).delete()
        return self.create(**fields)


class DocumentUpload(models.Model):
    """Documents that ``user`` brought, from reading to import. One row holds how far it is, for every process to see.

    ``data`` is a ZIP file of the files as they came. ``run`` names the work that goes on: who finds another one there
    has lost it and stops. ``sign`` is when anybody worked on it last, and a work renews it every few seconds: where
    none did for a while, its process is gone, and the work can be started again.
    """

    class State(models.TextChoices):
        READING = "reading"
        READY = "ready"
        IMPORTING = "importing"
        DONE = "done"
        FAILED = "failed"

    SILENT = timedelta(seconds=30)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    time = models.DateTimeField(default=timezone.now, db_index=True)
    name = models.CharField(max_length=200)
    data = models.BinaryField()
    state = models.CharField(max_length=10, choices=State, default=State.READING)
    run = models.UUIDField(default=uuid.uuid4)
    sign = models.DateTimeField(default=timezone.now)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    documents = models.JSONField(default=list, help_text="What was read, as the command tells it.")
    corrections = models.JSONField(default=dict, help_text="What an administrator says of a document, by its path.")
    refused = models.JSONField(default=list, help_text="What can't be read: path, line and reason.")
    basis = models.CharField(max_length=100, blank=True, default="", help_text="The content it was compared with.")
    shown = models.CharField(max_length=64, blank=True, default="", help_text="The digest of what is shown.")
    message = models.TextField(blank=True, default="", help_text="Why it failed, or is shown again.")
    outcome = models.JSONField(default=dict)

    objects = DocumentUploadManager()

    def __str__(self) -> str:
        return self.name

    def touch(self) -> None:
        """Note that somebody works on it, so that it is kept."""
        DocumentUpload.objects.filter(pk=self.pk).update(sign=timezone.now())

    @property
    def works(self) -> bool:
        return self.state in {self.State.READING, self.State.IMPORTING} and not self.is_interrupted

    @property
    def is_interrupted(self) -> bool:
        is_at_work = self.state in {self.State.READING, self.State.IMPORTING}
        return is_at_work and self.sign < timezone.now() - self.SILENT

    @property
    def may_start_again(self) -> bool:
        """Whether nothing came of it, and its files are there."""
        return self.is_interrupted or self.state == self.State.FAILED


class UploadedRowQuerySet(models.QuerySet["UploadedRow"]):
    def corrected(self) -> Self:
        """Of which an administrator says something, or takes back what was said at an earlier import."""
        as_read = Q(is_error=True, operation="", message="", prefer="")
        return self.exclude(key="").filter(~as_read | Q(shown__has_key="said"))


class UploadedRow(models.Model):
    """One row of the preview of an upload, and what an administrator says of it.

    ``status`` is that of the plan, or ``unread``; ``shown`` is the row as its document has it, with ``said``, what held
    of it since an earlier import.
    """

    UNREAD = "unread"

    upload = models.ForeignKey(DocumentUpload, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    status = models.CharField(max_length=10)
    document = models.CharField(max_length=100)
    key = models.CharField(max_length=100, blank=True)
    language = models.CharField(max_length=2, blank=True)
    shown = models.JSONField()
    is_error = models.BooleanField(_("It is an error"), default=True)
    operation = models.CharField(_("Operation"), max_length=100, blank=True, default="")
    message = models.TextField(_("Message"), blank=True, default="")
    prefer = models.CharField(max_length=10, blank=True, default="")

    objects = models.Manager.from_queryset(UploadedRowQuerySet)()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("upload", "number"), name="uploaded_row_unique"),)
        indexes = (models.Index(fields=("upload", "status", "number"), name="uploaded_row_by_status"),)

    def __str__(self) -> str:
        return f"{self.document}:{self.key}"

    @property
    def is_corrected(self) -> bool:
        return not self.is_error or bool(self.operation or self.message or self.prefer)

    @property
    def is_taken_back(self) -> bool:
        """Whether what was said of it at an earlier import is to hold no more."""
        return "said" in self.shown and not self.is_corrected
