"""Owns the work on uploaded documents beside the requests: reading, a preview in rows, and the import as shown."""

from __future__ import annotations

import logging
import threading
import uuid
import zipfile
from contextlib import suppress
from dataclasses import asdict
from io import BytesIO
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from django.db import connections, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext, ngettext

from troubleshoot.document.articles.source import collect
from troubleshoot.exchange.documents.carrying_out import OutdatedPlanError, carry_out, leading
from troubleshoot.exchange.documents.plan import NOT_WANTED, Correction, Plan, PlanError, Status, told_of
from troubleshoot.exchange.documents.planning import plan_documents
from troubleshoot.exchange.documents.sources import read, sent_as
from troubleshoot.models import ContentVersion, DocumentUpload, UploadedRow
from troubleshoot.search.index import freshness

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from troubleshoot.document.articles.source import Refused, Source
    from troubleshoot.document.dataset import Dataset

    Work = Callable[["_Run"], None]

logger = logging.getLogger(__name__)

State = DocumentUpload.State
LONGEST_NAME = 200
_ROWS_AT_ONCE = 500
_TRIALS = 3


class _LostError(Exception):
    """Another work has the upload by now, or it is deleted."""


def receive(files: Iterable[Any], user: Any) -> DocumentUpload:
    """Keep uploaded files and begin to read them."""
    packed, names = BytesIO(), []
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, file in enumerate(files):
            names.append(name := PurePath(file.name).name)
            with archive.open(f"{number}/{name}", "w") as target:
                for chunk in file.chunks():
                    target.write(chunk)
    others = len(names) - 1
    more = ngettext("%(name)s and %(count)d more", "%(name)s and %(count)d more", others)
    name = more % {"name": names[0], "count": others} if others else names[0]
    upload = DocumentUpload.objects.begin(user=user, name=name[-LONGEST_NAME:], data=packed.getvalue())
    start(upload, State.READING, _read)
    return upload


def read_again(upload: DocumentUpload) -> None:
    """After what a document is was corrected. What was said of its rows stays said."""
    start(upload, State.READING, _read)


def approve(upload: DocumentUpload, *, publish: bool) -> None:
    """Begin to import what is shown."""
    start(upload, State.IMPORTING, lambda run: _import(run, publish=publish))


def start(upload: DocumentUpload, state: str, work: Work) -> None:
    """Take the upload and work on it beside the requests."""
    run = _Run(upload, state)
    language = translation.get_language()

    def guarded() -> None:
        with translation.override(language):
            _guarded(run, work)

    _beside(guarded)


def _beside(work: Callable[[], None]) -> None:
    def closing() -> None:
        try:
            work()
        finally:
            connections.close_all()

    threading.Thread(target=closing, name="documents").start()


def _guarded(run: _Run, work: Work) -> None:
    try:
        work(run)
    except _LostError:
        logger.warning("The work on uploaded documents ends: it was begun anew or deleted")
    except PlanError as error:
        run.ask(str(error))
    except OutdatedPlanError:
        run.fail(gettext("The content kept changing in the meantime. Upload the documents again."))
    except Exception:
        logger.exception("Uploaded documents can't be imported")
        run.fail(gettext("Something went wrong on the server. Nothing was imported."))


class _Run:
    """One work on an upload: only while it is the last one that was begun may it write."""

    def __init__(self, upload: DocumentUpload, state: str) -> None:
        self.upload, self._id = upload, uuid.uuid4()
        now = timezone.now()
        rows = DocumentUpload.objects.filter(pk=upload.pk)
        rows.update(run=self._id, state=state, sign=now, message="", done=0, total=0)
        upload.refresh_from_db()

    def tell(self, **values: Any) -> None:
        """Write down how far it is, which is a sign of life, too. Raises _LostError."""
        rows = DocumentUpload.objects.filter(pk=self.upload.pk, run=self._id)
        if not rows.update(sign=timezone.now(), **values):
            raise _LostError

    def fail(self, sentence: str) -> None:
        with suppress(_LostError):
            self.tell(state=State.FAILED, message=sentence)

    def ask(self, sentence: str) -> None:
        """Show what was read with what keeps it from being imported: a correction may help."""
        with suppress(_LostError):
            self.tell(state=State.READY, message=sentence)


def _read(run: _Run) -> None:
    datasets, refused = _datasets(run)
    try:
        plan = plan_documents(datasets)
    except PlanError:
        told = [told_of(each, each.key) for one in datasets for each in (one, one.twin) if each]
        run.tell(documents=told, refused=[asdict(each) for each in refused], shown="")
        run.upload.rows.all().delete()
        raise
    _show(run, plan, refused)


def _import(run: _Run, *, publish: bool) -> None:
    upload = run.upload
    datasets, refused = _datasets(run)
    for _trial in range(_TRIALS):
        if (
            upload.basis != ContentVersion.objects.edition()
            and (plan := plan_documents(datasets)).digest != upload.shown
        ):
            _show(run, plan, refused, gettext("The content has changed in the meantime. Check again what changes."))
            return
        told = {f"{row.key}/{row.language}": _correction(row) for row in upload.rows.corrected()}
        plan = plan_documents(datasets, corrections=told)
        run.tell()
        with suppress(OutdatedPlanError), leading(plan, publish=publish), transaction.atomic():
            outcome = carry_out(plan, publish=publish, user=upload.user)
            run.tell(
                state=State.DONE,
                outcome=asdict(outcome) | {"publish": publish},
                documents=plan.as_json()["documents"],
                data=b"",
            )
            break
    else:
        raise OutdatedPlanError
    freshness.view().current()


def _correction(row: UploadedRow) -> Correction:
    return Correction(row.is_error, row.operation, row.message, row.prefer)


def _datasets(run: _Run) -> tuple[list[Dataset], list[Refused]]:
    """The documents as they were brought, with what an administrator says of them."""
    with TemporaryDirectory() as name, zipfile.ZipFile(BytesIO(bytes(run.upload.data))) as archive:
        archive.extractall(name)  # packed here, of names without folders
        kept = sorted(Path(name).glob("*/*"), key=lambda path: int(path.parent.name))
        sources = [sent_as(source, name) for source in collect(kept)]
        return read(_told(run, sources), corrections=run.upload.corrections)


def _told(run: _Run, sources: list[Source | Refused]) -> Iterator[Source | Refused]:
    """The sources, one after the other, while the upload is told how far it is."""
    for number, source in enumerate(sources):
        run.tell(done=number, total=len(sources))
        yield source
    run.tell(done=len(sources), total=len(sources))


def _show(run: _Run, plan: Plan, refused: list[Refused], message: str = "") -> None:
    """Write the preview; what was said of rows that are there again stays, whatever their document is called now."""
    upload = run.upload
    said = {_place(row): row for row in upload.rows.corrected()}
    with transaction.atomic():
        run.tell(
            state=State.READY,
            documents=plan.as_json()["documents"],
            refused=[asdict(each) for each in refused],
            basis=plan.basis,
            shown=plan.digest,
            message=message,
        )
        upload.rows.all().delete()
        rows = []
        for number, row in enumerate(_rows(plan)):
            row.upload, row.number = upload, number
            if row.key and (before := said.get(_place(row))):
                row.is_error, row.operation = before.is_error, before.operation
                row.message, row.prefer = before.message, before.prefer
            rows.append(row)
        UploadedRow.objects.bulk_create(rows, batch_size=_ROWS_AT_ONCE)


def _place(row: UploadedRow) -> tuple[str, int, str]:
    return row.shown["path"], row.shown["line"], row.shown["message"]


def _rows(plan: Plan) -> Iterator[UploadedRow]:
    """What is shown of each row is the document's own text; what was said of it before stands beside."""
    paths = {
        (document.key, language): dataset.path
        for document in plan.documents
        for language, dataset in document.datasets.items()
    }
    for row, is_wanted in [(row, True) for row in plan.rows] + [(row, False) for row in plan.not_wanted]:
        shown = row.contract | {
            "text": row.text,
            "before": row.before,
            "path": paths.get((row.document, row.language), ""),
        }
        if row.status is not Status.GONE:
            shown |= {"message": row.words, "operation": row.place}
        if row.correction:
            shown["said"] = dict(row.correction)
        yield UploadedRow(
            status=row.status.value if is_wanted else UploadedRow.UNREAD,
            document=row.document,
            key=row.key,
            language=row.language,
            shown=shown if is_wanted else shown | {"reason": NOT_WANTED},
            **row.correction,
        )
    for left in plan.left_out:
        yield UploadedRow(status=UploadedRow.UNREAD, document=left["document"], shown=left)
