"""Tests of the navigation of the administration: by task, without what one may not do, and with one way open."""

import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from tests.admin.cast import client_of
from troubleshoot.templatetags.navigation import tasks

NAVIGATION = re.compile(r'<nav [^>]*id="(?:menu|nav-sidebar)".*?</nav>', re.DOTALL)
OPEN = re.compile(r'aria-current="page">([^<]+)<')
BESIDE = "/en/admin/troubleshoot/errorentry/replace/", "/en/admin/troubleshoot/document/import/", "/en/admin/reports/"


def test_a_model_that_no_task_names_is_not_lost():
    request = RequestFactory().get("/admin/")
    request.user = AnonymousUser()
    apps = [{"models": [{"object_name": name, "name": name} for name in ("Strange", "ErrorEntry")]}]
    found = tasks({"request": request}, apps)
    assert [[way.name for way in task.ways] for task in found] == [["ErrorEntry"], ["Strange"]]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("troubleshoot/errorentry/", "Error entries"),
        ("troubleshoot/errorentry/add/", "Error entries"),
        ("troubleshoot/errorentry/replace/", "Find and replace"),
        ("troubleshoot/document/", "Documents"),
        ("troubleshoot/document/import/", "Import documents"),
        ("reports/", "Reports"),
        ("reports/failed/", "Reports"),
    ],
)
def test_one_way_is_open_the_nearest_in_the_column_and_in_the_menu_of_a_tablet(address, name):
    both = NAVIGATION.findall(client_of("editor").get(f"/en/admin/{address}").text)
    assert [OPEN.findall(one) for one in both] == [[name], [name]]


@pytest.mark.django_db
@pytest.mark.parametrize(("group", "ways"), [("editor", (2, 2, 2)), ("author", (2, 0, 0)), ("analyst", (0, 0, 2))])
def test_a_page_that_lists_nothing_is_offered_to_who_may_open_it(group, ways):
    page = "".join(NAVIGATION.findall(client_of(group).get("/en/admin/troubleshoot/revision/").text))
    assert tuple(page.count(f'<a href="{address}"') for address in BESIDE) == ways


@pytest.mark.django_db
def test_a_list_whose_filter_is_refused_still_says_so():
    assert client_of("editor").get("/en/admin/troubleshoot/section/?username=x&e=1").status_code == 200
