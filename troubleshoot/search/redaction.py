"""Owns masking what identifies somebody in a pasted text: subscriptions, GUIDs, addresses, mail, host and VM names.

The rules are data, ``redaction.json``, written in the syntax that Python and JavaScript share: the browser masks by
them before it sends, the server again when it receives. Every repetition is bounded, so a text takes time linear in
its length.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_RULES = Path(__file__).with_name("redaction.json")


@dataclass(frozen=True, slots=True)
class Rule:
    """``pattern`` finds what is masked as ``<name>``; where ``keep`` is set its first group stays before the mask."""

    name: str
    pattern: re.Pattern[str]
    keep: bool

    def apply(self, text: str) -> str:
        kept = r"\g<1>" if self.keep else ""
        return self.pattern.sub(f"{kept}<{self.name}>", text)


def rules_as_data() -> list[dict[str, str | bool]]:
    """The rules as they are given to the browser."""
    return list(json.loads(_RULES.read_text(encoding="utf-8")))


@cache
def rules() -> tuple[Rule, ...]:
    return tuple(
        Rule(str(rule["name"]), re.compile(str(rule["pattern"]), re.IGNORECASE | re.ASCII), bool(rule["keep"]))
        for rule in rules_as_data()
    )


def redact(text: str) -> str:
    """``text`` with every match of a rule replaced by its mask. Masking twice changes nothing more."""
    for rule in rules():
        text = rule.apply(text)
    return text
