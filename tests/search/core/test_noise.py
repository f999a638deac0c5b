"""Noise of a pasted log: dropped without a trace, and in linear time."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troubleshoot.search.core.noise import strip


@pytest.mark.parametrize(
    "noise",
    [
        "2016-08-31T03:12:44.123Z",
        "2016-08-31 03:12:44,123",
        "2016-08-31T03:12:44+09:00",
        "08/31/2016 3:12:44 AM",
        "2016. 8. 31. 오전 3:12:44",
        "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
        "{3F2504E0-4F89-11D3-9A0C-0305E82C3301}",
        "10.0.0.4",
        "10.0.0.4:443",
        "192.168.0.0/24",
        "vm-prod-01",
        "someone@example.com",
        "‹subscription›",
        "/subscriptions/3f2504e0/resourceGroups/rg1/providers/Microsoft.Compute",
        "https://portal.azure.com/#blade/abc?x=1",
        "[ERROR]",
        "ErrorMessage=",
        '"errorString":',
    ],
)
def test_noise_around_a_message_is_dropped(noise):
    stripped = strip(f"{noise} 스냅숏 작업이 실패했습니다 {noise}")
    assert "스냅숏 작업이 실패했습니다" in stripped
    assert not any(character.isdigit() for character in stripped)


@pytest.mark.parametrize("kept", ["New-NetRoute", "COM+", "2.6.1198.718", "320001", "0x80090326", "TCP/IP", "VM"])
def test_what_a_reader_may_ask_for_is_no_noise(kept):
    assert strip(f"오류 {kept} 발생") == f"오류 {kept} 발생"


@given(st.text())
def test_any_text_is_stripped(text):
    assert len(strip(text)) <= len(text) + 1


@pytest.mark.parametrize("unit", ["a-", "1:", "/subscriptions/", "a@", "1.", "0-", "f0:", "{", "오전 ", "a.a@a."])
def test_a_hostile_text_of_256_kib_takes_no_longer_than_a_page(unit):
    hostile = (unit * (262_144 // len(unit)))[:262_144]
    started = time.process_time()
    strip(hostile)
    assert time.process_time() - started < 1.0
