"""Tests that nothing of the document is lost in the three flows: every sentence, link and command is on some step."""

import json
import re
from pathlib import Path

import pytest

from tests.wizard.graphs import MINIMUM
from troubleshoot.document.rendering import plain_text
from troubleshoot.document.sentences import split_sentences

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"
SECTIONS = {
    "vm-agent": ("vm-agent", "vm-agent-setup", "vm-agent-update", "vm-agent-validation"),
    "network": ("networking",),
    "vm-snapshot": ("vm-snapshot",),
}
NOTE = {"ko": "참고: ", "en": "Note: "}
TARGET = re.compile(r"\]\(([^)\s]+)\)")
REWORDED = {
    "이러한 VM의 경우 VM 에이전트를 명시적으로 설치해야 합니다.": (
        "온-프레미스 데이터 센터에서 마이그레이션한 VM에는 VM 에이전트를 명시적으로 설치해야 합니다."
    ),
    "기존 VM에 VM 에이전트 설치에 대해 자세히 알아보세요.": ("자세한 방법은 기존 VM에 VM 에이전트 설치를 참조하세요."),
    "github에서 최신 Linux 에이전트를 설치합니다.": ("GitHub에서 최신 Linux 에이전트를 설치합니다."),
    "VM 에이전트 업데이트는 VM 에이전트 이진을 다시 설치하면 되는 간단한 작업입니다.": (
        "VM 에이전트 업데이트는 VM 에이전트 설치 파일로 다시 설치하면 되는 간단한 작업입니다."
    ),
    "공용 인터넷 주소를 확인해야 하는 이유는 여기에 명시되어 있습니다.": (
        "공용 인터넷 주소를 확인해야 하는 이유는 확장 설치가 끝나지 않는 문제를 다룬 Microsoft 블로그 글에 "
        "명시되어 있습니다."
    ),
    "HTTP 프록시 서버를 배포하는 단계는 여기에서 찾을 수 있습니다.": (
        "HTTP 프록시 서버를 배포하는 단계는 백업할 VM의 네트워크 연결 준비에서 찾을 수 있습니다."
    ),
    "IP의 허용 목록을 사용하거나 프록시 서버를 통해 저장소에 네트워크 액세스를 설정하는 방법에 대해 알아봅니다.": (
        "IP의 허용 목록을 사용하거나 프록시 서버를 통해 저장소에 네트워크 액세스를 설정합니다."
    ),
    "VM이 RDP에서 종료되므로 VM 상태가 잘못 보고됩니다.": ("RDP에서 VM을 종료하면 VM 상태가 잘못 보고됩니다."),
    "그렇지 않은 경우 VM 대시보드의 '종료' 옵션을 사용하여 포털에서 VM을 종료하세요.": (
        "포털에 VM 상태가 올바르게 표시되지 않으면 VM 대시보드의 '종료' 옵션을 사용하여 포털에서 VM을 종료하세요."
    ),
    "VM이 높은 CPU/메모리에서 실행 중입니다.": (
        "가상 컴퓨터가 높은 CPU/메모리 사용량(>90%)에서 실행 중인 경우 스냅숏 작업이 큐 대기되고 지연되어 "
        "결국 시간이 초과됩니다."
    ),
    "VM 백업은 기본 저장소에 대한 스냅숏 명령 실행을 사용합니다.": (
        "VM을 백업할 때는 기본 저장소에서 스냅숏 명령을 실행합니다."
    ),
    "저장소에 액세스할 수 없거나 스냅숏 작업 실행이 지연되는 경우 백업이 실패할 수 있습니다.": (
        "저장소에 액세스할 수 없거나 스냅숏 작업 실행이 지연되면 백업이 실패할 수 있습니다."
    ),
    "다음으로 인해 스냅숏 작업이 실패할 수 있습니다.": (
        "NSG가 저장소에 대한 네트워크 액세스를 차단하면 스냅숏 작업이 실패할 수 있습니다."
    ),
    "저장소에 대한 네트워크 액세스가 NSG를 사용하여 차단됩니다.": (
        "NSG가 저장소에 대한 네트워크 액세스를 차단하면 스냅숏 작업이 실패할 수 있습니다."
    ),
    "Sql Server 백업이 구성된 VM이 스냅숏 작업을 지연시킬 수 있습니다.": (
        "SQL Server 백업이 구성된 VM에서는 스냅숏 작업이 지연될 수 있습니다."
    ),
    "Sql Server를 실행하고 Sql Server 백업이 구성된 VM에서 스냅숏 실행 시 지연이 발생할 수 있습니다.": (
        "SQL Server를 실행하고 SQL Server 백업이 구성된 VM에서는 이 때문에 스냅숏이 지연될 수 있습니다."
    ),
    "4개를 초과하는 VM이 동일한 클라우드 서비스를 공유하는 경우에는, 4개를 초과하는 VM 백업이 한 번에 시작되지 않게 "
    "백업 시간을 준비하도록 여러 백업 정책을 구성합니다.": (
        "5개 이상의 VM이 같은 클라우드 서비스를 공유하면 한 번에 시작되는 VM 백업이 4개를 넘지 않도록 여러 백업 정책을 "
        "구성하여 백업 시간을 나눕니다."
    ),
    "백업 시작 시간을 정책 사이에 한 시간 분산시키도록 합니다.": (
        "정책마다 백업 시작 시간을 한 시간씩 차이가 나게 설정합니다."
    ),
    "The snapshot task can fail for the following reasons.": (
        "The snapshot task can fail if an NSG blocks network access to storage."
    ),
    "Network access to storage is blocked by an NSG.": (
        "The snapshot task can fail if an NSG blocks network access to storage."
    ),
    "Learn how to set up network access to storage by using an allow list of IP addresses or through a proxy server.": (
        "Set up network access to storage by using an allow list of IP addresses or through a proxy server."
    ),
    "The VM status is reported incorrectly because the VM was shut down from RDP.": (
        "When a VM is shut down from RDP, its status is reported incorrectly."
    ),
    "If it isn't, shut down the VM in the portal by using the 'Shutdown' option on the VM dashboard.": (
        "If the portal doesn't show the VM status correctly, shut down the VM in the portal by using the 'Shutdown' "
        "option on the VM dashboard."
    ),
    "The VM is running at high CPU or memory usage.": (
        "If the virtual machine is running at high CPU or memory usage (>90%), the snapshot task is queued and "
        "delayed, and eventually times out."
    ),
    "On these VMs, you must install the VM agent explicitly.": (
        "On a VM that was migrated from an on-premises datacenter, you must install the VM agent explicitly."
    ),
    "Learn more about installing the VM agent on an existing VM.": (
        "For details, see Install the VM agent on an existing VM."
    ),
    "To update the VM agent, simply reinstall the VM agent binaries.": (
        "To update the VM agent, simply reinstall it from the VM agent installer."
    ),
    "The reasons why public internet addresses must be resolved are explained here.": (
        "The reasons why public internet addresses must be resolved are explained in the Microsoft blog "
        "post about VMs that stay in “Installing extensions”."
    ),
    "The steps to deploy an HTTP proxy server are described here.": (
        "The steps to deploy an HTTP proxy server are described in Prepare the network connectivity of VMs to back up."
    ),
}
"""What a step says instead of a sentence that does not stand alone, or says not where it leads."""
ASKED = {"Windows VM의 경우", "Linux VM의 경우", "For Windows VMs", "For Linux VMs"}
"""What the reader has answered by then."""
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
def test_every_sentence_of_the_sections_is_on_some_step(flow: str, language: str) -> None:
    shown = {sentence for body in step_bodies(flow, language) for sentence in sentences(body, language)}
    wanted = [sentence for body in section_bodies(flow, language) for sentence in sentences(body, language)]
    assert wanted
    assert [text for text in wanted if REWORDED.get(text, text) not in shown and text not in ASKED] == []


def test_what_a_reader_has_answered_is_not_said_again() -> None:
    texts = " ".join(body for flow in SECTIONS for language in ("ko", "en") for body in step_bodies(flow, language))
    assert [text for text in (*REWORDED, *ASKED) if text in texts] == []


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


def test_what_the_editors_wrote_reads_well_and_names_things_as_the_products_do() -> None:
    own = [row[name] for row in rows("steps") for name in ("title_ko", "body_ko", "help_ko")]
    own += [row[name] for row in rows("errors") for name in ("cause_ko", "lead_ko")]
    own += [row[name] for row in rows("resolutions") for name in ("condition_ko", "body_ko")]
    slips = (
        "Sql Server",
        "스냅샷",
        "사용자 에게",
        "PowerShell 통한",
        "VM를",
        "보호를 사용하지 않",
        "문제도 유발하지 않",
    )
    assert [(slip, text) for text in own for slip in slips if slip in text] == []
