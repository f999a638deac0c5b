"""What the portal's own document becomes: counted, complete, and every link with a place to go."""

import json
import re
from pathlib import Path

import pytest

from troubleshoot.document import translations
from troubleshoot.document.articles.article import read_document
from troubleshoot.document.dataset import records
from troubleshoot.document.rendering import first_line, plain_text, split_steps
from troubleshoot.document.translations import fixtures

DOCUMENT = Path(__file__).parents[2] / "fixtures" / "document" / "backup-azure-vms-troubleshoot.md"
TARGET = re.compile(r"(?:\]\(|<)([a-z]+:[^)>\s]+)")


@pytest.fixture(scope="module")
def dataset():
    return read_document(DOCUMENT)


@pytest.fixture(scope="module")
def entries(dataset):
    return {entry.key: entry for entry in dataset.entries}


@pytest.fixture(scope="module")
def twins():
    return translations.read_twins(translations.path_for(DOCUMENT))


def korean_texts(dataset):
    return [text for record in records(dataset) for text in record.texts.values() if text]


def test_four_operations_stand_in_four_sections(dataset):
    assert [(operation.key, operation.section, operation.title) for operation in dataset.operations] == [
        ("backup", "backup", "백업"),
        ("cancel-job", "jobs", "작업 취소"),
        ("restore", "restore", "복원"),
        ("create-policy", "policy", "정책 만들기"),
    ]


def test_twenty_eight_entries_belong_to_them(dataset):
    keys = [entry.operation for entry in dataset.entries]
    assert [keys.count(operation.key) for operation in dataset.operations] == [13, 4, 10, 1]


def test_keys_are_permalinks_that_never_change(entries):
    assert list(entries) == [
        "vm-no-longer-exists",
        "vm-agent-unable-to-communicate",
        "recovery-services-extension-failed",
        "vm-does-not-exist",
        "another-operation-in-progress",
        "vhd-copy-timed-out",
        "backup-internal-error",
        "extension-installation-failed",
        "extension-com-plus-error",
        "bitlocker-locked-drive",
        "premium-storage-not-supported",
        "vm-not-found",
        "vm-agent-missing",
        "job-type-not-cancellable",
        "job-not-in-cancellable-state",
        "job-not-in-progress",
        "job-cancel-failed",
        "restore-cloud-internal-error",
        "dns-name-already-taken",
        "virtual-network-configuration-incorrect",
        "reserved-ip-mismatch",
        "endpoint-limit-reached",
        "storage-account-in-other-region",
        "storage-account-not-supported",
        "storage-account-offline",
        "resource-group-quota-reached",
        "subnet-does-not-exist",
        "policy-creation-failed",
    ]


def test_each_line_number_is_the_line_of_its_row(dataset):
    lines = DOCUMENT.read_text(encoding="utf-8").split("\n")
    assert all(entry.message[:20] in lines[entry.line - 1] for entry in dataset.entries)
    assert all(section.title in lines[section.line - 1] for section in dataset.sections)


def test_the_header_is_kept(dataset):
    assert dataset.title == "Azure 가상 컴퓨터 백업 문제 해결"
    assert dataset.description == "Azure 가상 컴퓨터의 백업 및 복원 문제 해결"
    assert str(dataset.published) == "2016-08-26"


def test_there_is_one_alias(dataset):
    assert [(entry.key, entry.aliases) for entry in dataset.entries if entry.aliases] == [
        (
            "job-not-in-cancellable-state",
            ("선택한 작업이 취소 가능한 상태가 아닙니다. 작업이 완료될 때까지 기다려주세요.",),
        )
    ]


def test_where_the_column_says_none_the_fix_comes_from_the_message(dataset):
    lines = DOCUMENT.read_text(encoding="utf-8").split("\n")
    silent = [entry for entry in dataset.entries if re.search(r"\|\s*없음\s*\|$", lines[entry.line - 1])]
    assert len(silent) == 11
    for entry in silent:
        assert entry.cause == entry.lead == ""
        assert {fix.origin for fix in entry.resolutions} <= {"message"}
        assert all(plain_text(fix.body) in entry.message for fix in entry.resolutions)


def test_only_premium_storage_has_no_way_out(dataset):
    assert [entry.key for entry in dataset.entries if not entry.resolutions] == ["premium-storage-not-supported"]


def test_a_column_that_only_explains_leaves_the_advice_to_the_message(entries):
    (fix,) = entries["another-operation-in-progress"].resolutions
    assert entries["another-operation-in-progress"].cause.startswith("VM에 대한 기존 백업")
    assert (fix.origin, fix.body) == ("message", "이전 작업이 완료될 때까지 기다린 후 다시 시도하세요.")


@pytest.mark.parametrize("key", ["vm-no-longer-exists", "vm-does-not-exist", "vm-not-found"])
def test_alternatives_are_fixes_of_their_own(entries, key):
    entry = entries[key]
    assert entry.lead == "이 오류를 해결하려면"
    assert [fix.condition for fix in entry.resolutions] == ["", ""]


def test_cases_are_fixes_with_a_condition(entries):
    conditions = [
        fix.condition
        for key in ("backup-internal-error", "restore-cloud-internal-error")
        for fix in entries[key].resolutions
    ]
    assert len(conditions) == 5
    assert all(conditions)


def test_a_list_of_steps_is_one_fix(entries):
    (fix,) = entries["extension-installation-failed"].resolutions
    assert len(split_steps(fix.body)) == 2


def test_commands_are_code_character_for_character(entries):
    dns, reserved, _ = entries["restore-cloud-internal-error"].resolutions
    assert "$dep.ReservedIPName" in entries["restore-cloud-internal-error"].original
    assert split_steps(dns.body)[0].startswith(
        '```powershell\n$deployment = Get-AzureDeployment -ServiceName "ServiceName" -Slot "Production"\n'
        "Get-AzureDns -DnsSettings $deployment.DnsSettings\n```\n"
    )
    assert (
        '```powershell\n$deployment = Get-AzureDeployment -ServiceName "servicename" -Slot "Production"\n'
        "$dep.ReservedIPName\n```"
    ) in reserved.body


def test_the_registry_key_is_code_character_for_character(dataset):
    snapshot = next(section for section in dataset.sections if section.key == "vm-snapshot")
    assert '[HKEY_LOCAL_MACHINE\\SOFTWARE\\MICROSOFT\\BCDRAGENT]\n   "USEVSSCOPYBACKUP"="TRUE"\n' in snapshot.body


def test_every_link_leads_into_the_portal_or_to_another_site(dataset):
    known = {f"portal:section/{section.key}" for section in dataset.sections}
    targets = [target for text in korean_texts(dataset) for target in TARGET.findall(text)]
    assert len(targets) > 20
    assert all(target in known or target.startswith(("http://", "https://")) for target in targets)
    assert not any(".md" in target for target in targets)
    used = {target for target in targets if target in known}
    assert used == {
        f"portal:section/{key}"
        for key in ("vm-agent", "vm-agent-validation", "vm-agent-update", "vm-snapshot", "networking")
    }


def units(source):
    """Sentences, items and cells of the source, found without the reader: no markup, no blanks."""
    source = re.sub(r"^.*?(?=^# )", "", source, flags=re.DOTALL | re.MULTILINE)
    source = re.sub(r"<!--.*?-->|\[AZURE\.\w+\]|^\|[ -|]+$|```", "", source, flags=re.MULTILINE)
    source = re.sub(r"\]\([^)]*\)", "]", source)
    for line in source.split("\n"):
        for piece in re.split(r"</?[a-z]+>|\||(?<=[가-힣)]\.)\s+(?:- )?|\(또는\)", line):
            unit = re.sub(r"^\s*(?:[#>-]+|\d+\.)\s|[\[\]*\\\s]|^또는$", "", piece)
            if unit:
                yield unit


def squeezed(text):
    return re.sub(r"[\[\]*\\\s]", "", text)


def test_no_sentence_item_or_cell_is_lost(dataset):
    source = DOCUMENT.read_text(encoding="utf-8")
    kept = squeezed("\n".join(plain_text(text) for text in korean_texts(dataset)))
    headings = {"백업작업", "작업", "오류세부정보", "해결방법", "없음", "또는"}
    wanted = list(units(source))
    assert len(wanted) > 180
    assert [unit for unit in wanted if squeezed(unit) not in kept and unit not in headings] == []


def test_no_address_is_lost(dataset):
    source = DOCUMENT.read_text(encoding="utf-8")
    kept = "\n".join(korean_texts(dataset))
    assert [url for url in re.findall(r"https?://[^\s)<>|가-힣]+", source) if url not in kept] == []


def test_an_editors_text_stands_beside_that_of_the_document(dataset):
    rows = {record.context: record for record in records(dataset)}

    assert "이진" not in rows["errors/vm-agent-missing/resolutions/1"].texts["body"]
    assert rows["errors/vm-agent-missing"].texts["original"].endswith("[자세히 알아보세요](portal:section/vm-agent).")
    assert rows["errors/vm-agent-missing"].fields["edited"]
    assert rows["errors/subnet-does-not-exist"].fields["edited"] is None


CUT_OFF = re.compile(
    r"^(?:[를을]\s|이러한 |해당 )|아래의|^\$|^Get-|자세히 알아(?:봅니다|보세요)\.$|throw|2가지 입니다|해결 되었"
)


def test_the_first_line_of_every_fix_reads_whole_where_it_stands_alone(dataset):
    bodies = {record.context: record.texts.get("body", "") for record in records(dataset)}
    lines = {context: first_line(body) for context, body in bodies.items() if context.startswith("errors/") and body}

    assert len(lines) > 25
    assert {context: line for context, line in lines.items() if CUT_OFF.search(line)} == {}


def test_a_sentence_that_leads_to_ways_reads_whole_in_both_languages(dataset, twins):
    rows = json.loads(fixtures(dataset, twins)["errors.json"])
    leads = [row["fields"][name] for row in rows for name in ("lead_ko", "lead_en") if row["fields"][name]]

    assert len(leads) >= 8
    assert [lead for lead in leads if not lead.endswith(".")] == []


def test_every_text_has_an_english_twin(dataset, twins):
    assert translations.problems(translations.texts(dataset), twins) == []


def test_the_fixtures_are_those_of_the_document(dataset, twins):
    folder = DOCUMENT.parents[1]
    for name, content in fixtures(dataset, twins).items():
        assert (folder / name).read_bytes() == content.encode(), "run manage.py build_fixtures"


def test_fixtures_have_natural_keys_and_both_languages_only(dataset, twins):
    for content in fixtures(dataset, twins).values():
        for row in json.loads(content):
            assert "pk" not in row
            assert not {"title", "body", "message", "cause", "lead", "text", "condition"} & row["fields"].keys()
