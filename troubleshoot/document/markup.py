"""Owns the HTML parser: Python's, made to take whatever a document holds."""

from __future__ import annotations

from html.parser import HTMLParser


class MarkupReader(HTMLParser):
    """An HTML parser that never fails and never falls silent after an unclosed tag."""

    def parse_marked_section(self, i: int, report: int = 1) -> int:  # noqa: ARG002 - the signature of HTMLParser
        """Take ``<![x[…`` as a comment, as browsers do; HTMLParser knows only a few and stops at others."""
        return self.parse_bogus_comment(i)

    def set_cdata_mode(self, elem: str, *, escapable: bool = False) -> None:
        """Read on after ``<script>`` and ``<style>``: what is shown is sanitised, what is read must not get lost."""
