"""Codes are found in sentences, headings, columns and lists; what only looks like one is none."""

import pytest

from troubleshoot.document.articles.codes import code_item, codes_given, codes_in, codes_of_cell, codes_of_title


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("작업이 실패했습니다. (ID: 33621)", ("33621",)),
        ("HRESULT: 0x80070263에서 예외 발생", ("0x80070263",)),
        ("오류 798", ("798",)),
        ("(ErrorID: 95107 및 95108)", ("95107", "95108")),
        ("(ErrorID: 95265 & 95266)", ("95265", "95266")),
        ("오류 95105, 10개 중", ("95105",)),
        ("350049 오류: 등록하는 동안", ("350049",)),
        ("오류 코드: -111", ("-111",)),
        ("(오류 8007026f)", ("8007026f",)),
        ("ErrorCode - FileFaultFault(ID 33621)", ("33621",)),
        ("UserErrorVmNotFound 및 ExtensionOperationFailed", ("UserErrorVmNotFound", "ExtensionOperationFailed")),
        ("error code 320001: The VM is gone", ("320001",)),
        ("VM_NOT_FOUND_ERROR", ("VM_NOT_FOUND_ERROR",)),
        ("Code: NoSuchDisk Message: The disk is gone", ("NoSuchDisk",)),
        ('Code=\\"DiskStillThere\\"', ("DiskStillThere",)),
        ("엔진이 오류 hr=80230402를 반환했습니다", ("80230402",)),
        ("코드 편집기: PowerShell", ()),
        ("내부 서비스 오류 [0x29834]", ("0x29834",)),
        ("오류 코드는 1502입니다", ("1502",)),
        ("로그인하면 DSTS50053: 계정이 잠겼습니다", ("DSTS50053",)),
        ("NotSupported.error_type_failed", ("NotSupported.error_type_failed",)),
        ("오류 34506. 암호가 잘못되었습니다.", ("34506",)),
        ("NuGet Error NU1101", ("NU1101",)),
        ("오류 코드: ORA-00942", ("ORA-00942",)),
        ("오류 0.5초 뒤", ()),
        ("오류가 3개 있습니다. 2017년 10분", ()),
        ("C:\\Windows\\ErrorLog\\NotFound", ()),
        ("Azure PowerShell에서 Get-AzureRmVM", ()),
        ("FailureAction 및 ErrorMessage, error_description", ()),
        ("오류 ID: 12345678-9abc-4def-8123-456789abcdef", ()),
    ],
)
def test_codes_in_a_sentence(text, codes):
    assert codes_in(text) == codes


@pytest.mark.parametrize(
    ("cell", "codes"),
    [
        ("40613", ("40613",)),
        ("2133 & 2129", ("2133", "2129")),
        ("DiskNotRegistered 됨", ("DiskNotRegistered",)),
        ("0x1, 0x2", ("0x1", "0x2")),
        ("GatewayNotFound", ("GatewayNotFound",)),
        ("81001 또는 81002", ("81001", "81002")),
        ("completed-*-errors", ("completed-*-errors",)),
        ("VM이 없습니다", ()),
        ("Access is denied", ()),
        ("", ()),
    ],
)
def test_codes_of_a_column(cell, codes):
    assert codes_of_cell(cell) == codes


@pytest.mark.parametrize(
    ("title", "codes"),
    [
        ("404 찾을 수 없음", ("404",)),
        ("AuthorizationFailure", ("AuthorizationFailure",)),
        ("RetrieveDomains", ("RetrieveDomains",)),
        ("CS0103: 이름이 없음", ("CS0103",)),
        ("401003 HubUnauthorized", ("401003", "HubUnauthorized")),
        ("등록하지 못했습니다(151195)", ("151195",)),
        ("invalid_client", ("invalid_client",)),
        ("DBSERVER_18456", ("DBSERVER_18456", "18456")),
        ("2016 릴리스", ()),
        ("릴리스(2016)", ()),
    ],
)
def test_a_title_may_begin_or_end_with_a_code_or_be_one(title, codes):
    assert codes_of_title(title) == codes


def test_codes_behind_a_label():
    assert codes_given("320001") == ["320001"]
    assert codes_given("0x80070005 (액세스 거부)") == ["0x80070005"]


@pytest.mark.parametrize(
    ("line", "item"),
    [
        ("* ErrorCode.NotReady – 꺼졌습니다.", ("ErrorCode.NotReady", "꺼졌습니다.")),
        ("   - **DiskFull**: 찼습니다.", ("DiskFull", "찼습니다.")),
        ("1. `E_FAIL`", ("E_FAIL", "")),
        ("* 서버를 확인합니다.", None),
        ("NotReady – 가", None),
    ],
)
def test_an_item_may_begin_with_a_code(line, item):
    assert code_item(line) == item
