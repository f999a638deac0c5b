"""Owns the work on uploaded documents beside the requests: reading, a preview in rows, and the import as shown."""

from __future__ import annotations

import logging
import threading
import uuid
import zipfile
from collections import Counter
from contextlib import suppress
from dataclasses import asdict
from io import BytesIO
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from django.db import DatabaseError, connections, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext, ngettext

from troubleshoot.document.articles.source import collect
from troubleshoot.exchange.documents.carrying_out import OutdatedPlanError, carry_out, leading
from troubleshoot.exchange.documents.plan import CONTRACT, NOT_WANTED, Correction, Plan, PlanError, Status, told_of
from troubleshoot.exchange.documents.planning import plan_documents
from troubleshoot.exchange.documents.sources import in_words, read, sent_as
from troubleshoot.models import ContentVersion, DocumentUpload, UploadedRow
from troubleshoot.search.index import freshness

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from troubleshoot.document.articles.source import Refused, Source
    from troubleshoot.document.dataset import Dataset

    Work = Callable[["_Run"], object]

logger = logging.getLogger(__name__)

State = DocumentUpload.State
LONGEST_NAME = 200
_ROWS_AT_ONCE = 500
_TRIALS = 3
_BEAT_SECONDS = 5


class _LostError(Exception):
    """Another work has the upload by now, or it is deleted."""


def receive(files: Iterable[Any], user: Any) -> DocumentUpload:
    """Keep uploaded files and begin to read them."""
    upload = _kept(files, user)
    start(upload, State.READING, _read)
    return upload


def bring_beside(
    files: Iterable[Any], user: Any, *, publish: bool, is_dry: bool, said: Mapping[str, str]
) -> DocumentUpload:
    """Keep files and begin to read and, unless it is a dry run, to import them. ``said`` holds for each of them."""
    upload = _kept(files, user, corrections={"": dict(said)})
    start(upload, State.READING, _read if is_dry else lambda run: _bring(run, publish=publish))
    return upload


def _kept(files: Iterable[Any], user: Any, **fields: Any) -> DocumentUpload:
    packed, names = BytesIO(), []
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, file in enumerate(files):
            path = "/".join(part for part in PurePosixPath(file.name).parts if part not in {"..", "/"})
            names.append(PurePosixPath(path).name)
            with archive.open(f"{number}/{path}", "w") as target:
                for chunk in file.chunks():
                    target.write(chunk)
    others = len(names) - 1
    more = ngettext("%(name)s and %(count)d more", "%(name)s and %(count)d more", others)
    name = more % {"name": names[0], "count": others} if others else names[0]
    return DocumentUpload.objects.begin(user=user, name=name[-LONGEST_NAME:], data=packed.getvalue(), **fields)


def read_again(upload: DocumentUpload) -> None:
    """After what a document is was corrected, or the work did not finish. What was said of its rows stays said."""
    start(upload, State.READING, _read)


def approve(upload: DocumentUpload, *, publish: bool) -> None:
    """Begin to import what is shown."""
    start(upload, State.IMPORTING, lambda run: _import(run, publish=publish))


def answer_of(upload: DocumentUpload) -> dict[str, Any]:
    """What an upload was understood as, as the command and the API tell it."""
    entries: list[dict[str, Any]] = []
    unread: list[dict[str, Any]] = []
    for row in upload.rows.order_by("number"):
        if row.status == UploadedRow.UNREAD:
            left = row.shown | {
                "document": row.document,
                "text": row.shown["message"] if row.key else row.shown["text"],
            }
            unread.append({name: left[name] for name in ("document", "line", "text", "reason")})
            continue
        message, operation = row.shown.get("told", (row.shown["message"], row.shown["operation"]))
        entries.append({name: row.shown[name] for name in CONTRACT} | {"message": message, "operation": operation})
    unread += [{"document": each["path"], "text": "", **each} for each in upload.refused]
    counts = Counter(entry["status"] for entry in entries)
    return {
        "documents": upload.documents,
        "entries": entries,
        "unread": [{name: value for name, value in left.items() if name != "path"} for left in unread],
        "counts": {status.value: counts[status.value] for status in Status}
        | {"documents": len(upload.documents), "unread": len(unread)},
    }


def start(upload: DocumentUpload, state: str, work: Work) -> None:
    """Take the upload and work on it beside the requests."""
    run = _Run(upload, state)
    language = translation.get_language()

    def guarded() -> None:
        with translation.override(language):
            _guarded(run, work)

    _beside(guarded, run.tell)


def _beside(work: Callable[[], None], sign: Callable[[], None]) -> None:
    """Work in a thread, and sign in another as long as it works: once its process is gone, nobody does."""
    is_over = threading.Event()

    def working() -> None:
        try:
            work()
        finally:
            is_over.set()
            connections.close_all()

    def signing() -> None:
        with suppress(_LostError):
            while not is_over.wait(_BEAT_SECONDS):
                with suppress(DatabaseError):  # the next sign does as well
                    sign()
        connections.close_all()

    for target in (working, signing):
        threading.Thread(target=target, name="documents").start()


def _guarded(run: _Run, work: Work) -> None:
    try:
        work(run)
    except _LostError:
        logger.warning("The work on uploaded documents ends: it was begun anew or deleted")
    except PlanError as error:
        run.ask(str(error))
    except OutdatedPlanError:
        run.fail(gettext("The content kept changing in the meantime. Start again."))
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


def _read(run: _Run, then: str = State.READY) -> tuple[list[Dataset], list[Refused]]:
    datasets, refused = _datasets(run)
    try:
        plan = plan_documents(datasets)
    except PlanError:
        told = [told_of(each, each.key) for one in datasets for each in (one, one.twin) if each]
        run.tell(documents=told, refused=[asdict(each) for each in refused], shown="")
        run.upload.rows.all().delete()
        raise
    _show(run, plan, refused, then=then)
    return datasets, refused


def _bring(run: _Run, *, publish: bool) -> None:
    """Read and import at once; where a file can't be read, nothing is imported."""
    read_ = _read(run, State.IMPORTING)
    if refused := read_[1]:
        where = {"path": refused[0].path, "line": refused[0].line, "reason": in_words(refused[0].reason)}
        run.fail(gettext("%(path)s, line %(line)d: %(reason)s. Nothing was imported.") % where)
        return
    run.upload.refresh_from_db()
    _import(run, publish=publish, read_=read_)


def _import(run: _Run, *, publish: bool, read_: tuple[list[Dataset], list[Refused]] | None = None) -> None:
    upload = run.upload
    datasets, refused = read_ or _datasets(run)
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
        archive.extractall(name)  # packed here, of paths that do not climb
        kept = [file for folder in sorted(Path(name).iterdir(), key=_number) for file in folder.rglob("*")]
        sources = [sent_as(source, name) for source in collect(file for file in kept if file.is_file())]
        return read(_told(run, sources), corrections=run.upload.corrections)


def _number(folder: Path) -> int:
    return int(folder.name)


def _told(run: _Run, sources: list[Source | Refused]) -> Iterator[Source | Refused]:
    """The sources, one after the other, while the upload is told how far it is."""
    for number, source in enumerate(sources):
        run.tell(done=number, total=len(sources))
        yield source
    run.tell(done=len(sources), total=len(sources))


def _show(run: _Run, plan: Plan, refused: list[Refused], message: str = "", then: str = State.READY) -> None:
    """Write the preview; what was said of rows that are there again stays, whatever their document is called now."""
    upload = run.upload
    said = {_place(row): row for row in upload.rows.corrected()}
    with transaction.atomic():
        run.tell(
            state=then,
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
            shown |= {"message": row.words, "operation": row.place, "told": [row.message, row.operation]}
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
