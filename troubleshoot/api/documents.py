"""Owns the address that takes documents: who may send them, in which form, and the answer of the plan."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import OpenApiParameter, extend_schema_serializer
from rest_framework import serializers, status
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import (
    APIException,
    AuthenticationFailed,
    NotAuthenticated,
    NotFound,
    PermissionDenied,
)
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response

from troubleshoot.api.base import ApiView, Json, TooLarge, described, one_of, refuse_too_much
from troubleshoot.document.articles.source import Source, collect
from troubleshoot.editing.publishing import may_publish
from troubleshoot.exchange.documents import OutdatedPlanError, PlanError, bring, plan_documents, read, sent_as, uploads
from troubleshoot.models import ApiToken, Document, DocumentUpload

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from uuid import UUID

    from rest_framework.request import Request

    from troubleshoot.document.articles.source import Refused

# A request works on as much for some seconds.
MOST_CHARACTERS_AT_ONCE, MOST_LINES_AT_ONCE = 2_000_000, 9_000
_LONGEST_PATH = 500


class Unprocessable(APIException):
    status_code = status.HTTP_422_UNPROCESSABLE_ENTITY
    default_code = "unprocessable"


class Conflict(APIException):
    status_code = status.HTTP_409_CONFLICT
    default_code = "conflict"


class BearerToken(BaseAuthentication):
    """``Authorization: Bearer`` with a token that a superuser has made in the administration."""

    def authenticate(self, request: Request) -> tuple[Any, None]:
        scheme, _blank, secret = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "bearer" or not secret:
            raise NotAuthenticated(_("Send a token: “Authorization: Bearer …”."))
        user = ApiToken.objects.holder_of(secret.strip())
        if user is None:
            raise AuthenticationFailed(_("This token is not known."))
        return user, None

    def authenticate_header(self, _request: Request) -> str:
        return "Bearer"


class BearerTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = BearerToken
    name = "token"

    def get_security_definition(self, _schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


class SentDocument(serializers.Serializer[Any]):
    path = serializers.CharField(max_length=_LONGEST_PATH, help_text="Its name gives the key of a new document.")
    text = serializers.CharField(trim_whitespace=False, help_text="Markdown.")


@extend_schema_serializer(component_name="Documents")
class DocumentsShape(serializers.Serializer[Any]):
    """Documents as they are; or `multipart/form-data` with `file`: Markdown files, or a ZIP file of them."""

    documents = SentDocument(many=True, allow_empty=False)
    publish = serializers.BooleanField(default=False, help_text="Show readers at once what is new and what changed.")
    language = serializers.ChoiceField(choices=("ko", "en"), allow_null=True, default=None)
    edition_of = serializers.CharField(
        allow_null=True, allow_blank=True, default=None, help_text="The key of the document that this is an edition of."
    )


class PlannedShape(serializers.Serializer[Any]):
    path = serializers.CharField()
    key = serializers.CharField()
    title = serializers.CharField()
    language = serializers.CharField()
    product = serializers.CharField(allow_blank=True)
    edition = serializers.CharField(allow_blank=True)


class EntryShape(serializers.Serializer[Any]):
    document = serializers.CharField()
    key = serializers.CharField()
    status = serializers.ChoiceField(choices=("new", "changed", "unchanged", "conflict", "gone"))
    operation = serializers.CharField(allow_blank=True)
    message = serializers.CharField()
    title = serializers.CharField()
    codes = serializers.ListField(child=serializers.CharField())
    aliases = serializers.ListField(child=serializers.CharField())
    cause = serializers.CharField(allow_blank=True)
    resolutions = serializers.ListField(child=serializers.CharField())
    line = serializers.IntegerField()


class UnreadShape(serializers.Serializer[Any]):
    document = serializers.CharField()
    line = serializers.IntegerField()
    text = serializers.CharField(allow_blank=True)
    reason = serializers.CharField()


class CountsShape(serializers.Serializer[Any]):
    new = serializers.IntegerField()
    changed = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    conflict = serializers.IntegerField()
    gone = serializers.IntegerField()
    documents = serializers.IntegerField()
    unread = serializers.IntegerField()


@extend_schema_serializer(component_name="ImportPlan")
class PlanShape(serializers.Serializer[Any]):
    """What was done, or with `dry_run=1` what would be."""

    documents = PlannedShape(many=True)
    entries = EntryShape(many=True)
    unread = UnreadShape(many=True)
    counts = CountsShape()


DRY_RUN = OpenApiParameter("dry_run", str, enum=["1", "0"], default="0", description="1: tell, and write nothing.")


@extend_schema_serializer(component_name="ImportStatus")
class StatusShape(serializers.Serializer[Any]):
    """How far the work on many documents is, and its answer once it is done."""

    url = serializers.CharField(help_text="That of this answer.")
    state = serializers.ChoiceField(choices=("reading", "importing", "done", "failed"))
    message = serializers.CharField(allow_blank=True, help_text="Why it failed.")
    read = serializers.IntegerField(help_text="How many files are read, of `total`.")
    total = serializers.IntegerField()
    answer = PlanShape(allow_null=True)


class _ForPublishers(ApiView):
    """What programs may do whose token is of somebody who publishes."""

    authentication_classes = [BearerToken]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not may_publish(request.user):
            raise PermissionDenied(_("This token's user may not publish."))


class Documents(_ForPublishers):
    """Imports documents, all of them or none: as `manage.py import_document` does, with the same answer.

    What takes long (more than 9,000 lines, or 2 MB of text) is done beside the request: the answer is 202 with the
    address that tells how far it is, which ends with the same answer.
    """

    parser_classes = [Json, MultiPartParser]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        refuse_too_much(request, settings.DOCUMENTS_LIMIT, TooLarge())

    @described(
        "Documents",
        "documents",
        "Import documents",
        {200: PlanShape, 202: StatusShape},
        401,
        403,
        409,
        413,
        422,
        request=DocumentsShape,
        parameters=[DRY_RUN],
    )
    def post(self, request: Request) -> Response:
        is_dry = one_of(request, "dry_run", ("0", "1")) == "1"
        with TemporaryDirectory() as folder:
            sent, asked = _sent(request, Path(folder))
            edition_of = asked["edition_of"] or ""
            sources = _at_once(sent)
            if sources is None:
                return _beside(request, asked, is_dry=is_dry)
            datasets, refused = read(sources, asked["language"], edition_of=edition_of)
        if refused and not is_dry:
            raise Unprocessable(_sentence(refused))
        try:
            if is_dry:
                return Response(plan_documents(datasets, edition_of=edition_of).as_json(refused))
            plan, _outcome = bring(datasets, edition_of=edition_of, publish=asked["publish"], user=request.user)
        except PlanError as error:
            raise Unprocessable(str(error)) from error
        except OutdatedPlanError as error:
            raise Conflict(_("The content changed meanwhile. Try the request again.")) from error
        return Response(plan.as_json())


class DocumentsStatus(_ForPublishers):
    """How far documents are that came in by a large request of the same user. It is kept for a day."""

    @described("Documents", "documentsStatus", "How far an import is", {200: StatusShape}, 401, 403, 404)
    def get(self, request: Request, upload: UUID) -> Response:
        found = DocumentUpload.objects.filter(pk=upload, user=request.user.pk).defer("data").first()
        if found is None:
            raise NotFound
        return Response(_status_of(found))


def _status_of(upload: DocumentUpload) -> dict[str, Any]:
    state, message, states = str(upload.state), upload.message, DocumentUpload.State
    if upload.is_interrupted:
        state, message = states.FAILED, _("The work was interrupted on the server. Send the documents again.")
    elif state == states.READY:
        state = states.FAILED if message else states.DONE
    url = reverse("api:documents_status", args=[upload.pk])
    told = {"url": url, "state": state, "message": message, "read": upload.done, "total": upload.total}
    return told | {"answer": uploads.answer_of(upload) if state == states.DONE else None}


def _at_once(sent: Iterable[Source | Refused]) -> list[Source | Refused] | None:
    """The sources; None where they are more than a request should work on."""
    sources: list[Source | Refused] = []
    size = lines = 0
    for source in sent:
        sources.append(source)
        if isinstance(source, Source):
            size, lines = size + len(source.text), lines + source.text.count("\n")
        if size > MOST_CHARACTERS_AT_ONCE or lines > MOST_LINES_AT_ONCE:
            return None
    return sources


def _beside(request: Request, asked: dict[str, Any], *, is_dry: bool) -> Response:
    said = {name: asked[name] for name in ("language", "edition_of") if asked[name]}
    if "edition_of" in said and not Document.objects.filter(key=said["edition_of"]).exists():
        raise Unprocessable(_("No document has the key “%s”.") % said["edition_of"])
    files: list[Any] = request.FILES.getlist("file") or [
        ContentFile(each["text"].encode(), name=str(PurePosixPath(each["path"]).with_suffix(".md")))
        for each in asked["documents"]
    ]
    upload = uploads.bring_beside(files, request.user, publish=asked["publish"], is_dry=is_dry, said=said)
    told = _status_of(upload)
    return Response(told, status.HTTP_202_ACCEPTED, headers={"Location": told["url"]})


def _sent(request: Request, folder: Path) -> tuple[Iterable[Source | Refused], dict[str, Any]]:
    """The documents of a request, and what is asked of them. Files are kept in ``folder`` while they are read."""
    files = request.FILES.getlist("file")
    data: Any = request.data
    if files:
        data = {name: data[name] for name in ("publish", "language", "edition_of") if data.get(name)}
        data |= {"documents": [{"path": file.name, "text": " "} for file in files]}
    shape = DocumentsShape(data=data)
    shape.is_valid(raise_exception=True)
    asked = dict(shape.validated_data)
    if files:
        return [sent_as(each, str(folder)) for each in collect(_kept(files, folder))], asked
    return [Source(each["path"], each["text"]) for each in asked["documents"]], asked


def _kept(files: Iterable[Any], folder: Path) -> Iterator[Path]:
    """Each file in a folder of its own, so that none takes another's place. Django has made names of its names."""
    for number, file in enumerate(files):
        path = folder / str(number) / file.name
        path.parent.mkdir()
        with path.open("wb") as target:
            target.writelines(file.chunks())
        yield path


def _sentence(refused: list[Refused]) -> str:
    first = refused[0]
    said = _("%(path)s, line %(line)d: %(reason)s. Nothing was imported.")
    return said % {"path": first.path, "line": first.line, "reason": first.reason}
