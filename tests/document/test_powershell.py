import pytest
from hypothesis import given
from hypothesis import strategies as st

from troubleshoot.document.powershell import statements


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ("Get-AzureVM", ["Get-AzureVM"]),
        (
            '$d = Get-AzureDeployment -ServiceName "S" -Slot "P" Get-AzureDns -DnsSettings $d.DnsSettings',
            ['$d = Get-AzureDeployment -ServiceName "S" -Slot "P"', "Get-AzureDns -DnsSettings $d.DnsSettings"],
        ),
        (
            '$d = Get-AzureDeployment -Slot "P" $d.ReservedIPName',
            ['$d = Get-AzureDeployment -Slot "P"', "$d.ReservedIPName"],
        ),
        ("Get-AzureVM | Stop-AzureVM -Force", ["Get-AzureVM | Stop-AzureVM -Force"]),
        ('Write-Host "a" $x', ['Write-Host "a" $x']),
        ("Get-Help -Name Get-AzureVM", ["Get-Help -Name Get-AzureVM"]),
        ('Set-Item -Path "Get-Item Stop-VM here"', ['Set-Item -Path "Get-Item Stop-VM here"']),
        ("", [""]),
    ],
)
def test_each_statement_gets_a_line_of_its_own(code, lines):
    assert statements(code) == lines


@given(st.text(alphabet="$aG-=|\"' .(", max_size=60))
def test_no_character_changes(code):
    assert "".join("".join(statements(code)).split()) == "".join(code.split())
