"""Tests of the three groups: what each may do, and that what else they were given stays."""

import pytest
from django.contrib.auth.models import Group, Permission

from troubleshoot.editing import roles

pytestmark = pytest.mark.django_db


def may(group: str) -> set[str]:
    return set(Group.objects.get(name=group).permissions.values_list("codename", flat=True))


@pytest.mark.parametrize("group", [roles.AUTHOR, roles.EDITOR, roles.ANALYST])
def test_each_group_comes_with_the_migrations(group: str) -> None:
    assert may(group) >= roles.PERMISSIONS[group]


def test_every_permission_of_a_role_exists() -> None:
    known = set(Permission.objects.filter(content_type__app_label="troubleshoot").values_list("codename", flat=True))
    assert set().union(*roles.PERMISSIONS.values()) <= known


@pytest.mark.parametrize(
    ("permission", "groups"),
    [
        ("change_errorentry", {"author", "editor"}),
        ("publish_errorentry", {"editor"}),
        ("delete_errorentry", set()),
        ("change_synonymgroup", {"editor"}),
        ("change_flow", {"author", "editor"}),
        ("publish_flow", {"editor"}),
        ("delete_flow", {"editor"}),
        ("view_reports", {"editor", "analyst"}),
        ("view_errorentry", {"author", "editor", "analyst"}),
        ("view_revision", {"author", "editor", "analyst"}),
    ],
)
def test_each_role_may_do_its_work(permission: str, groups: set[str]) -> None:
    assert {group for group in roles.PERMISSIONS if permission in may(group)} == groups


def test_what_a_group_was_given_beyond_its_role_stays() -> None:
    group = Group.objects.get(name=roles.ANALYST)
    group.permissions.add(Permission.objects.get(codename="change_flow"))
    group.permissions.remove(Permission.objects.get(codename="view_reports"))
    roles.establish()
    assert may(roles.ANALYST) >= {"change_flow", "view_reports"}


def test_nobody_of_the_roles_manages_users() -> None:
    assert not {name for names in roles.PERMISSIONS.values() for name in names if name.endswith(("_user", "_group"))}
