"""Every address but the administration's and the API's: it takes its own verbs alone, and no key that is none."""

from collections.abc import Iterator
from http import HTTPStatus

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

pytestmark = pytest.mark.django_db

READS = frozenset({"get", "head"})
# All others only read.
TAKES = {
    **dict.fromkeys(("diagnose", "forgotten_password"), READS | {"post"}),
    **dict.fromkeys(
        ("search_log", "search_missing", "error_verdict", "wizard_verdict", "wizard_seen"), frozenset({"post"})
    ),
}
VERBS = ("get", "head", "post", "put", "patch", "delete")
NOT_PAGES = {"account", "choose_password", "sitemap", "sitemap_part"}  # tests of their own; Django's own
FROM_HERE = {"Sec-Fetch-Site": "same-origin"}


def patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield pattern
        elif pattern.namespace is None:
            yield from patterns(pattern)


KEYED = {p.name: bool(p.pattern.converters) for p in patterns(get_resolver()) if p.name and p.name not in NOT_PAGES}


def address(name: str) -> str:
    return reverse(name, args=("nope",) if KEYED[name] else ())


def test_all_of_them_are_looked_at():
    assert TAKES.keys() < KEYED.keys()
    assert len(KEYED) > 30


@pytest.mark.parametrize("name", sorted(KEYED))
def test_it_takes_its_own_verbs_alone(client, name):
    taken = TAKES.get(name, READS)
    refused = [verb for verb in VERBS if getattr(client, verb)(address(name)).status_code == 405]
    assert refused == [verb for verb in VERBS if verb not in taken]


# Who has left a page is told nothing any more.
@pytest.mark.parametrize("name", sorted({name for name, has_key in KEYED.items() if has_key} - {"wizard_seen"}))
def test_an_unknown_key_is_not_found(client, name):
    asked = client.get if "get" in TAKES.get(name, READS) else client.post
    assert asked(address(name), headers=FROM_HERE).status_code == HTTPStatus.NOT_FOUND
