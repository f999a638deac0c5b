"""Tests of the catalogue's rows."""

from troubleshoot.models import Resolution


def test_a_resolution_is_called_by_its_number():
    assert "2" in str(Resolution(order=2))


def test_a_resolution_whose_number_was_cleared_in_a_form_still_has_a_name():
    assert str(Resolution(order=None))
