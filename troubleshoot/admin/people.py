"""Owns the people of the administration: who may do what, in words, and one-time links to choose a password."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.auth import admin as _auth  # noqa: F401 - registers what is taken away below
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.models import Group, User
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from troubleshoot.admin import account
from troubleshoot.admin.guards import ConditionFilter, GuardedList, is_number, not_found
from troubleshoot.editing import notices
from troubleshoot.editing.roles import ANALYST, AUTHOR, EDITOR
from troubleshoot.reading import limits, readers

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

ROLES = {
    AUTHOR: _("author: drafts entries and wizards, and proposes changes"),
    EDITOR: _("editor: reviews and publishes, edits wizards and synonyms, and reads the reports"),
    ANALYST: _("analyst: reads the content and the reports"),
}
_MOST_OF_ONE_ADDRESS = 5
_ADMINISTRATOR = _("administrator: may do everything, and looks after people")


class RoleFilter(ConditionFilter):
    title = _("role")
    parameter_name = "role"
    conditions = (
        *((name, said, Q(groups__name=name)) for name, said in ROLES.items()),
        ("administrator", _ADMINISTRATOR, Q(is_superuser=True)),
    )


class Roles(forms.ModelMultipleChoiceField[Group]):
    """The groups, each with what it may do."""

    def label_from_instance(self, group: Group) -> str:
        return str(ROLES.get(group.name, group.name))


class PersonForm(forms.ModelForm[User]):
    groups = Roles(Group.objects.order_by("pk"), label=_("roles"), required=False, widget=forms.CheckboxSelectMultiple)

    class Meta:
        model = User
        fields = ("username", "last_name", "first_name", "email", "groups", "is_superuser", "is_active")
        labels = {"is_superuser": _ADMINISTRATOR}
        help_texts = {
            "username": _("With this name the person signs in."),
            "is_superuser": "",
            "is_active": _("Untick it instead of deleting somebody: the history keeps their name."),
        }


# Django's own pages; what a group may do stands in the roles.
admin.site.unregister((User, Group))


@admin.register(User)
class PeopleAdmin(GuardedList):
    """Only administrators look after people. Nobody chooses the password of another."""

    form = PersonForm
    change_form_template = "admin/people/change_form.html"
    list_display = ("username", "full_name", "roles", "last_login", "is_active")
    list_filter = (RoleFilter, "is_active")
    search_fields = ("username", "first_name", "last_name", "email")
    ordering = ("username",)
    fieldsets = (
        (None, {"fields": ("username", ("last_name", "first_name"), "email")}),
        (_("Roles"), {"fields": ("groups", "is_superuser", "is_active")}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    def get_urls(self) -> list[Any]:
        pages = {"link": self.link_view, "factor": self.factor_view, "sessions": self.sessions_view}
        wrap = self.admin_site.admin_view
        own = [
            path(f"<path:object_id>/{name}/", wrap(require_POST(view)), name=f"auth_user_{name}")
            for name, view in pages.items()
        ]
        return [*own, *super().get_urls()]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _looks_after_people(request)

    def has_view_permission(self, request: HttpRequest, obj: User | None = None) -> bool:  # noqa: ARG002 - Django's signature
        return _looks_after_people(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return _looks_after_people(request)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:  # noqa: ARG002 - Django's signature
        return _looks_after_people(request)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return _looks_after_people(request) and obj != request.user

    def get_form(self, request: HttpRequest, obj: User | None = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002 - Django's signature
        """The form, which knows whose it is: administrators do not shut themselves out."""
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        if obj != request.user:
            return form
        return type("OwnForm", (form,), {"clean": _clean_own})

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        if not change:
            obj.is_staff = True
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001 - Django's signature
        """Once the roles are saved, who has none is told of."""
        super().save_related(request, form, formsets, change)
        person = form.instance
        if person.is_active and not person.get_all_permissions():
            said = gettext("No role: %(name)s can sign in, but sees nothing. Choose a role.")
            self.message_user(request, said % {"name": person.get_username()}, messages.WARNING)

    def response_post_save_add(self, request: HttpRequest, obj: User) -> HttpResponseRedirect:  # noqa: ARG002 - Django's signature
        return HttpResponseRedirect(reverse("admin:auth_user_change", args=(obj.pk,)))

    def link_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """A link with which somebody chooses a password: it works once, until they sign in, and for some days."""
        person = self._person(request, object_id)
        if person is None:
            return not_found(self, request, object_id)
        if not person.is_active:
            self.message_user(request, gettext("This account is not active."), messages.ERROR)
            return HttpResponseRedirect(reverse("admin:auth_user_change", args=(person.pk,)))
        self.log_change(request, person, gettext("Made a link to choose a password."))
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "title": gettext("A link for %s") % person.get_username(),
            "original": person,
            "link": _link_for(request, person),
        }
        return TemplateResponse(request, "admin/people/link.html", context)

    def factor_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Take the second factor off somebody who lost it."""
        if (person := self._person(request, object_id)) is None:
            return not_found(self, request, object_id)
        account.take_off_second_factor(person)
        self.log_change(request, person, gettext("Took the second factor off."))
        return self._back(request, person, gettext("The second factor is off. The password alone signs them in."))

    def sessions_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Sign somebody out, in one place or everywhere."""
        if (person := self._person(request, object_id)) is None:
            return not_found(self, request, object_id)
        keep = request.session.session_key if person == request.user else None
        account.end_sessions(person, request.POST.get("session", ""), keep=keep)
        self.log_change(request, person, gettext("Signed them out."))
        return self._back(request, person, gettext("Signed out there."))

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        if (person := context.get("original")) is not None:
            context |= {
                "has_second_factor": account.has_second_factor(person),
                "sessions": account.sessions_of(person, request.session.session_key),
            }
        return super().render_change_form(request, context, *args, **kwargs)

    def _person(self, request: HttpRequest, object_id: str) -> User | None:
        if not _looks_after_people(request):
            raise PermissionDenied
        number = unquote(object_id)
        return self.get_object(request, number) if is_number(number) else None

    def _back(self, request: HttpRequest, person: User, sentence: str) -> HttpResponse:
        self.message_user(request, sentence, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:auth_user_change", args=(person.pk,)))

    @admin.display(description=_("name"))
    def full_name(self, person: User) -> str:
        return f"{person.last_name} {person.first_name}".strip() or "–"

    @admin.display(description=_("roles"))
    def roles(self, person: User) -> str:
        """What somebody may do, in words."""
        if person.is_superuser:
            return str(_ADMINISTRATOR)
        return "; ".join(str(ROLES.get(group.name, group.name)) for group in person.groups.all()) or "–"


def _looks_after_people(request: HttpRequest) -> bool:
    return bool(request.user.is_active and request.user.is_superuser)


def _clean_own(form: PersonForm) -> dict[str, Any]:
    cleaned: dict[str, Any] = super(type(form), form).clean() or form.cleaned_data
    if not (cleaned.get("is_active") and cleaned.get("is_superuser")):
        raise ValidationError(gettext("You can't take this from yourself. Ask another administrator."))
    return cleaned


class ForgottenForm(forms.Form):
    name = forms.CharField(
        label=_("Username or e-mail address"),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True, "spellcheck": "false"}),
    )


@never_cache
@require_http_methods(("GET", "HEAD", "POST"))
def forgotten_password(request: HttpRequest) -> HttpResponse:
    """Send whoever forgot a password the link to choose another; nobody learns here who has an account.

    Without mail, or where the settings don't say the portal's address, it says who makes such a link.
    """
    form = ForgottenForm(request.POST or None)
    is_sent = False
    # Whoever asks chooses the Host of the request, so no link that is mailed may be made of it.
    has_mail = bool(settings.EMAIL_HOST and settings.PORTAL_ADDRESS)
    if has_mail and request.method == "POST" and form.is_valid():
        try:
            limits.refuse_a_flood(limits.PASSWORDS, readers.address(request.META))
        except limits.TooManyError:
            form.add_error(None, gettext("Too many links were asked for. Wait an hour, or ask an administrator."))
        else:
            _mail_links(request, form.cleaned_data["name"])
            is_sent = True
    own = {"title": gettext("Forgot your password?"), "form": form, "is_sent": is_sent, "has_mail": has_mail}
    return TemplateResponse(request, "admin/people/forgotten.html", admin.site.each_context(request) | own)


def _mail_links(request: HttpRequest, name: str) -> None:
    known = Q(username=name) | Q(email__iexact=name)
    for person in User.objects.filter(known, is_active=True).exclude(email="")[:_MOST_OF_ONE_ADDRESS]:
        text = gettext("Username: %(name)s\n\nChoose a password here, within three days:\n%(link)s\n")
        values = {"name": person.get_username(), "link": _link_for(request, person)}
        unasked = gettext("If you did not ask for it, do nothing: your password stays as it is.")
        notices.send(gettext("Choose a new password"), f"{text % values}\n{unasked}\n", person.email)


def _link_for(request: HttpRequest, person: User) -> str:
    """Where somebody chooses a password: it works once, until they sign in, and for some days."""
    place = urlsafe_base64_encode(force_bytes(person.pk)), default_token_generator.make_token(person)
    address = reverse("choose_password", args=place)
    base = settings.PORTAL_ADDRESS.rstrip("/")
    return f"{base}{address}" if base else request.build_absolute_uri(address)


@sensitive_post_parameters()
@never_cache
def choose_password(request: HttpRequest, place: str, token: str) -> HttpResponse:
    """Where a one-time link leads: a password is chosen, and the link is used up."""
    person = _person_at(place, token)
    form: Any = None if person is None else SetPasswordForm(person, request.POST or None)
    if form is not None and request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, gettext("Your password is saved. Sign in with it."))
        return HttpResponseRedirect(reverse("admin:login"))
    title = gettext("Choose a password") if person else gettext("This link does not work any more")
    context = admin.site.each_context(request) | {"title": title, "form": form, "validlink": person is not None}
    return TemplateResponse(request, "admin/people/password.html", context)


def _person_at(place: str, token: str) -> User | None:
    try:
        number = urlsafe_base64_decode(place).decode()
    except ValueError:
        return None
    person = User.objects.filter(pk=int(number), is_active=True).first() if is_number(number) else None
    return person if person is not None and default_token_generator.check_token(person, token) else None
