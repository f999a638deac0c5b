"""Holds how readers are told apart while nobody knows who they are."""

import pytest

from troubleshoot.reading import readers


def test_a_new_number_is_one_and_no_two_are_the_same():
    numbers = {readers.new_number() for _ in range(100)}
    assert len(numbers) == 100
    assert all(map(readers.is_number, numbers))


def test_a_digest_is_the_same_for_one_thing_only():
    digests = [readers.digest("n", *about) for about in (("error", "a/1"), ("error", "a/2"), ("wizard", "a/1"))]
    assert len(set(digests)) == 3
    assert readers.digest("n", "error", "a/1") == digests[0]
    assert readers.digest("m", "error", "a/1") != digests[0]
    assert readers.digest("", "error", "a/1") == ""


@pytest.mark.parametrize(
    ("proxies", "meta", "address"),
    [
        (0, {"REMOTE_ADDR": "192.0.2.1", "HTTP_X_FORWARDED_FOR": "198.51.100.1"}, "192.0.2.1"),
        (1, {"REMOTE_ADDR": "192.0.2.1", "HTTP_X_FORWARDED_FOR": "1.1.1.1, 198.51.100.1"}, "198.51.100.1"),
        (2, {"REMOTE_ADDR": "192.0.2.1", "HTTP_X_FORWARDED_FOR": "9.9.9.9, 1.1.1.1, 198.51.100.1"}, "1.1.1.1"),
        (2, {"REMOTE_ADDR": "192.0.2.1", "HTTP_X_FORWARDED_FOR": "198.51.100.1:50001"}, "198.51.100.1"),
        (1, {"REMOTE_ADDR": "192.0.2.1"}, "192.0.2.1"),
        (1, {"REMOTE_ADDR": "192.0.2.1", "HTTP_X_FORWARDED_FOR": " , "}, "192.0.2.1"),
        (0, {}, ""),
    ],
)
def test_the_address_is_the_senders_and_a_proxys_word_counts_only_where_it_is_trusted(settings, proxies, meta, address):
    settings.PROXIES = proxies
    assert readers.address(meta) == address
