"""Owns the guard of every cell that the portal writes for spreadsheets: none of them is run as a formula."""

from __future__ import annotations

# What a spreadsheet may take for the beginning of a formula (OWASP, "CSV injection"), full-width forms included.
_BEGINNINGS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_GUARD = "'"


def neutralised(text: str) -> str:
    """``text`` as a cell that no spreadsheet runs: an apostrophe before what looks like a formula.

    ``restored`` takes it away again; so a text that has one already gets another.
    """
    return _GUARD + text if _looks_like_a_formula(text) else text


def restored(cell: str) -> str:
    """The text that ``neutralised`` made this cell of."""
    return cell[1:] if cell.startswith(_GUARD) and _looks_like_a_formula(cell[1:]) else cell


def _looks_like_a_formula(text: str) -> bool:
    return text.lstrip(_GUARD).startswith(_BEGINNINGS)
