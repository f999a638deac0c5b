"""Tests that nothing of the document is lost in the three flows: every sentence, link and command is on some step."""

import json
import re
from pathlib import Path

import pytest

from tests.wizard.graphs import MINIMUM
from troubleshoot.document.sentences import split_sentences
from troubleshoot.document.steps import plain_text

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"
SECTIONS = {
    "vm-agent": ("vm-agent", "vm-agent-setup", "vm-agent-update", "vm-agent-validation"),
    "network": ("networking",),
    "vm-snapshot": ("vm-snapshot",),
}
NOTE = {"ko": "참고: ", "en": "Note: "}
TARGET = re.compile(r"\]\(([^)\s]+)\)")
REGISTRY_KEY = '```\n[HKEY_LOCAL_MACHINE\\SOFTWARE\\MICROSOFT\\BCDRAGENT]\n"USEVSSCOPYBACKUP"="TRUE"\n```'


def rows(name: str) -> list[dict]:
    return [row["fields"] for row in json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))]


def section_bodies(flow: str, language: str) -> list[str]:
    return [row[f"body_{language}"] for row in rows("sections") if row["key"] in SECTIONS[flow]]


def step_bodies(flow: str, language: str) -> list[str]:
    return [row[f"body_{language}"] for row in rows("steps") if row["flow"] == [flow]]


def sentences(body: str, language: str) -> list[str]:
    lines = plain_text(body).splitlines()
    return [sentence for line in lines for sentence in split_sentences(line.removeprefix(NOTE[language]))]


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("flow", SECTIONS)
def test_every_sentence_of_the_sections_is_on_some_step_word_for_word(flow: str, language: str) -> None:
    shown = {sentence for body in step_bodies(flow, language) for sentence in sentences(body, language)}
    wanted = [sentence for body in section_bodies(flow, language) for sentence in sentences(body, language)]
    assert wanted
    assert [sentence for sentence in wanted if sentence not in shown] == []


@pytest.mark.parametrize("language", ["ko", "en"])
@pytest.mark.parametrize("flow", SECTIONS)
def test_every_link_of_the_sections_is_on_some_step(flow: str, language: str) -> None:
    wanted = {target for body in section_bodies(flow, language) for target in TARGET.findall(body)}
    assert wanted <= {target for body in step_bodies(flow, language) for target in TARGET.findall(body)}


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_registry_key_can_be_copied_as_it_is(language: str) -> None:
    assert any(REGISTRY_KEY in body for body in step_bodies("vm-snapshot", language))


def test_the_version_is_compared_with_the_one_that_the_document_names() -> None:
    assert {row["minimum"] for row in rows("steps") if row["kind"] == "value"} == {MINIMUM}


def test_links_into_the_portal_lead_to_what_there_is() -> None:
    known = {f"portal:section/{row['key']}" for row in rows("sections")}
    known |= {f"portal:error/{row['key']}" for row in rows("errors")} | {f"portal:flow/{flow}" for flow in SECTIONS}
    texts = [
        text for name in ("flows", "steps") for row in rows(name) for text in row.values() if isinstance(text, str)
    ]
    assert {target for text in texts for target in TARGET.findall(text) if target.startswith("portal:")} <= known


def test_commands_are_the_same_in_both_languages() -> None:
    fence = re.compile(r"```\n(.*?)\n```", re.DOTALL)
    placeholder = re.compile(r"<[^>]*>")
    assert any(fence.search(row["body_ko"]) for row in rows("steps"))
    for row in rows("steps"):
        for field in ("body", "help"):
            korean, english = (fence.findall(placeholder.sub("<>", row[f"{field}_{name}"])) for name in ("ko", "en"))
            assert korean == english, row["key"]
