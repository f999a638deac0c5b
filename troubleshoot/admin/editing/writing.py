"""Owns what a text can show and link to, as its toolbar offers it: images that are uploaded, and pages by title."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.forms import Script
from django.http import JsonResponse
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.text import Truncator
from django.utils.translation import get_language, gettext, override
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from troubleshoot.admin.guards import GuardedList
from troubleshoot.document.rendering import headline
from troubleshoot.editing import images, links, publishing
from troubleshoot.editing.images import ENDINGS, ImageError
from troubleshoot.models import ErrorEntry, Flow, Image, Section, Step

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse
    from django.utils.safestring import SafeString

WIDTHS = ((1600, _("large: up to 1600 pixels wide")), (800, _("medium: up to 800")), (400, _("small: up to 400")))
_MOST_OFFERED = 8


class ImageForm(forms.ModelForm[Image]):
    """An image as it is uploaded. Cleaned, it is the one that is kept."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("PNG, JPEG or WebP, at most 10 MB."),
        widget=forms.FileInput(attrs={"accept": ",".join(ENDINGS), "data-most-bytes": images.MOST_BYTES}),
    )
    width = forms.TypedChoiceField(label=_("Size"), choices=WIDTHS, coerce=int, initial=800)

    class Meta:
        model = Image
        fields = ("description",)

    class Media:
        js = (Script("troubleshoot/js/admin-upload.js", type="module"),)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].widget.attrs["data-too-large"] = images.too_large()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        file = cleaned.get("file")
        if file is None or self.errors:
            return cleaned
        try:
            self.instance = images.taken_in(
                file.read(images.MOST_BYTES + 1),
                name=file.name,
                media_type=file.content_type or "",
                description=cleaned["description"],
                width=cleaned["width"],
            )
        except ImageError as error:
            raise ValidationError({"file": str(error)}) from error
        return cleaned

    def _post_clean(self) -> None:
        """What was taken in is right; an image that was here already keeps its description."""


class UseFilter(admin.SimpleListFilter):
    title = _("use")
    parameter_name = "use"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002 - Django's signature
        return [("none", _("in no text")), ("some", _("in a text"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Image]) -> QuerySet[Image]:  # noqa: ARG002 - Django's signature
        if self.value() not in {"none", "some"}:
            return queryset
        used = Q(key__in=links.uses_of_images())
        return queryset.filter(used if self.value() == "some" else ~used)


@admin.register(Image)
class ImageAdmin(GuardedList):
    """Images are uploaded and, while no text shows them, deleted; they are never changed."""

    form = ImageForm
    list_display = ("shown", "description", "used_in", "uploaded")
    list_display_links = ("shown", "description")
    list_filter = (UseFilter,)
    list_per_page = 50
    search_fields = ("description", "key")
    fields = ("shown", "description", "written", "used_in", "uploaded")
    readonly_fields = ("shown", "written", "used_in", "uploaded")

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        return [
            path("upload/", wrap(require_POST(self.upload_view)), name="troubleshoot_image_upload"),
            path("targets/", wrap(require_GET(targets_view)), name="troubleshoot_image_targets"),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Image]:
        """Without the bytes, which only their own address needs; where each is used is found once a request."""
        self._uses: dict[str, list[Any]] | None = None
        return super().get_queryset(request).defer("content")

    def get_fields(self, request: HttpRequest, obj: Image | None = None) -> Any:
        return super().get_fields(request, obj) if obj else ("file", "description", "width")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Image | None = None) -> bool:  # noqa: ARG002 - Django's signature
        return bool(request.user.has_perm("troubleshoot.view_errorentry"))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return publishing.may_change(request.user) or publishing.may_change(request.user, Flow)

    def has_change_permission(self, request: HttpRequest, obj: Image | None = None) -> bool:  # noqa: ARG002 - Django's signature
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Image | None = None) -> bool:  # noqa: ARG002 - Django's signature
        return publishing.may_publish(request.user)

    def get_deleted_objects(self, objs: Iterable[Any], request: HttpRequest) -> Any:
        """An image that a text shows stays."""
        to_delete, counts, permissions, protected = super().get_deleted_objects(objs, request)  # type: ignore[arg-type]
        uses = links.uses_of_images()
        kept = [f"{image}: {page}" for image in objs for page in uses.get(image.key, [])]
        return to_delete, counts, permissions, [*protected, *kept]

    def upload_view(self, request: HttpRequest) -> HttpResponse:
        """An image from the toolbar of a text: what to write there, or why not."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = ImageForm(request.POST, request.FILES)
        if not form.is_valid():
            return JsonResponse({"errors": form.errors}, status=422)
        self.log_addition(request, form.instance, [{"added": {}}])
        return JsonResponse({"target": form.instance.target})

    @admin.display(description=_("image"))
    def shown(self, image: Image) -> SafeString:
        return format_html('<img class="uploaded" src="{}" alt="{}">', image.get_absolute_url(), image.description)

    @admin.display(description=_("how to write it in a text"))
    def written(self, image: Image) -> SafeString:
        return format_html("<code>![{}]({})</code>", image.description, image.target)

    @admin.display(description=_("used in"))
    def used_in(self, image: Image) -> SafeString | str:
        if self._uses is None:
            self._uses = links.uses_of_images()
        pages = self._uses.get(image.key, [])
        return format_html_join(", ", '<a href="{}">{}</a>', ((_address(page), page) for page in pages)) or "–"


def _address(page: Any) -> str:
    return reverse(f"admin:troubleshoot_{page._meta.model_name}_change", args=(page.pk,))


def targets_view(request: HttpRequest) -> HttpResponse:
    """What a text can link to, of what is called so: entries, wizards and their steps, sections of documents."""
    if not request.user.has_perm("troubleshoot.view_errorentry"):
        raise PermissionDenied
    wanted = request.GET.get("q", "").replace("\0", "")[:200].split()[:8]
    language = request.GET.get("language", "")
    with override(language if language in dict(settings.LANGUAGES) else get_language()):
        return JsonResponse({"targets": list(_targets(wanted)) if wanted else []})


def _targets(wanted: list[str]) -> Iterator[dict[str, str]]:
    entries = ErrorEntry.objects.filter(staff_only=False, state=ErrorEntry.State.PUBLISHED)
    for entry in _called(entries, wanted, "message", "key", "aliases__text"):
        yield _target("error", entry.key, gettext("error entry"), headline(entry.message))
    for flow in _called(Flow.objects.published(), wanted, "title", "key"):
        yield _target("flow", flow.key, gettext("wizard"), str(flow))
    steps = Step.objects.filter(flow__published=True).select_related("flow")
    for step in _called(steps, wanted, "title", "key"):
        yield _target("step", f"{step.flow.key}/{step.key}", gettext("step of a wizard"), step.title, str(step.flow))
    sections = Section.objects.filter(document__is_draft=False).select_related("document")
    for section in _called(sections, wanted, "title", "key"):
        yield _target("section", section.key, gettext("section"), section.title, str(section.document))


def _called(rows: Any, wanted: list[str], *names: str) -> Any:
    columns = [column for name in names for column in ((name,) if name == "key" else (f"{name}_ko", f"{name}_en"))]
    for word in wanted:
        rows = rows.filter(reduce(or_, (Q(**{f"{column}__icontains": word}) for column in columns)))
    return rows.distinct()[:_MOST_OFFERED]


def _target(kind: str, key: str, called: str, title: str, place: str = "") -> dict[str, str]:
    words = Truncator(title.replace("\n", " ")).chars(120)
    return {"target": f"portal:{kind}/{key}", "kind": called, "title": words, "place": place}
