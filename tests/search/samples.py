"""The pasted texts of the tests: what readers paste, in the forms in which they paste it."""

import json
import textwrap
from collections.abc import Callable

GUID = "3f2504e0-4f89-11d3-9a0c-0305e82c3301"

# What is masked, and what is left of it. The browser masks the same texts in tests/browser/test_diagnose.py.
MASKED = [
    (f"/subscriptions/{GUID}/x", "/subscriptions/‹subscription›/x"),
    ("/SUBSCRIPTIONS/My Sub", "/SUBSCRIPTIONS/‹subscription› Sub"),
    ("SubscriptionName : Visual Studio Enterprise", "SubscriptionName : ‹subscription›"),
    (f"tenant {GUID}", "tenant ‹guid›"),
    (f"{{{GUID.upper()}}}", "{‹guid›}"),
    (f"{GUID.replace('-', '')}", "‹guid›"),
    ("10.0.0.4", "‹ip›"),
    ("900101-1234567", "‹resident›"),
    ("010-1234-5678 01012345678 +82-10-1234-5678 02-123-4567", "‹phone› ‹phone› ‹phone› ‹phone›"),
    ("1234-5678-9012-3456", "‹card›"),
    ("9001011234567, 900101 - 1******", "‹resident›, ‹resident›"),
    ("(02)123-4567 031 123 4567 070-1234-5678 +1 425-555-0100", "‹phone› ‹phone› ‹phone› ‹phone›"),
    ("전화번호: 1588-1234", "전화번호: ‹phone›"),
    ("지사 031)123-4567, 02) 1234-5678", "지사 ‹phone›, ‹phone›"),
    ("Backup Exec V-79-57344-34110 on v-prod-01", "Backup Exec V-79-57344-34110 on ‹host›"),
    ("4111111111111111 3782-822463-10005", "‹card› ‹card›"),
    ("Vault: prodvault01, 자격 증명 모음 'prodvault01'", "Vault: ‹resource›, 자격 증명 모음 '‹resource›'"),
    ('Get-AzRecoveryServicesVault -Name "prod-krc"', 'Get-AzRecoveryServicesVault -Name "‹resource›"'),
    ("담당자 홍길동 과장, 담당자는 김철수입니다", "담당자 ‹person› 과장, 담당자는 ‹person›"),
    ("User name: John Smith\nRequested by: Jane Doe", "User name: ‹person›\nRequested by: ‹person›"),
    ("UserName=홍길동", "UserName=‹person›"),
    ("User: hong gildong\nLogin: Hong Gildong, Seoul", "User: ‹person›\nLogin: ‹person›, Seoul"),
    ("이름: hong gildong, 담당자: Kim Chulsoo (팀장)", "이름: ‹person›, 담당자: ‹person› (팀장)"),
    ("Contact: John Smith 02-123-4567", "Contact: ‹person› ‹phone›"),
    ("연락처 김철수 010-1234-5678, 담당자 김 철수", "연락처 ‹person› ‹phone›, 담당자 ‹person›"),
    ("고객명 - 김하늘, 성함 | 박지민, 담당자 – 백업팀", "고객명 - ‹person›, 성함 | ‹person›, 담당자 – 백업팀"),
    ("담당 이순신", "담당 ‹person›"),
    ("담당은 이순신님, 전화 0212345678, tel +82 2-1234-5678", "담당은 ‹person›, 전화 ‹phone›, tel ‹phone›"),
    ("담당 이순신 010-1234-5678", "담당 ‹person› ‹phone›"),
    (
        "담당 구독을 확인, 담당 서버는, 전화 4030, phone 0x80310000",
        "담당 구독을 확인, 담당 서버는, 전화 4030, phone 0x80310000",
    ),
    ("사용자: 홍길동, 고객 홍길동님", "사용자: ‹person›, 고객 ‹person›"),
    ("agent 10.0.0.4", "agent ‹ip›"),
    ("이름: 홍길동, 담당자 : 김철수", "이름: ‹person›, 담당자 : ‹person›"),
    ('-Name "rsv-prod-krc"', '-Name "‹resource›"'),
    ("168.63.129.16 168.63.129.161", "168.63.129.16 ‹ip›"),
    ("WALinuxAgent-2.9.1.1 agent 2.9.1.1 version: 2.9.1.1", "WALinuxAgent-2.9.1.1 agent 2.9.1.1 version: 2.9.1.1"),
    ("10.0.0.4:443, 192.168.0.0/24.", "‹ip›:443, ‹ip›/24."),
    ("fe80::1%eth0 [::1]:80 2001:db8:0:0:0:0:2:1", "‹ip›%eth0 [‹ip›]:80 ‹ip›"),
    ("addr:fe80::1 12:34::5", "addr:‹ip› ‹ip›"),
    ("::ffff:10.0.0.4", "::ffff:‹ip›"),
    ("00:0D:3A:12:34:56 00-0D-3A-12-34-56", "‹mac› ‹mac›"),
    ("kim.minsu+a@contoso.co.kr", "‹email›"),
    ("VMName              : web01", "VMName              : ‹vm›"),
    ('"vmName": "web01",', '"vmName": "‹vm›",'),
    (r"{\"virtualMachineName\": \"web01\"}", r"{\"virtualMachineName\": \"‹vm›\"}"),
    ('"entityFriendlyName": "web01"', '"entityFriendlyName": "‹vm›"'),
    ("WorkloadName : web01", "WorkloadName : ‹vm›"),
    ("가상 컴퓨터 이름: web01이(가) 없습니다", "가상 컴퓨터 이름: ‹vm›이(가) 없습니다"),
    ("백업 항목: web01", "백업 항목: ‹vm›"),
    ("VM 'web01'을 찾을 수 없습니다", "VM '‹vm›'을 찾을 수 없습니다"),
    ("가상 머신 ‘web01’", "가상 머신 ‘‹vm›’"),
    ("/virtualMachines/web01/extensions/VMSnapshot", "/virtualMachines/‹vm›/extensions/VMSnapshot"),
    (
        "/providers/Microsoft.Storage/storageAccounts/stprod/x",
        "/providers/Microsoft.Storage/storageAccounts/‹resource›/x",
    ),
    ("VM;iaasvmcontainerv2;prod-rg;web01", "VM;iaasvmcontainerv2;‹group›;‹vm›"),
    ("az vm start --vm-name web01 --resource-group prod", "az vm start --vm-name ‹vm› --resource-group ‹group›"),
    ("Get-AzureRmVM -ResourceGroupName prod -Name web01", "Get-AzureRmVM -ResourceGroupName ‹group› -Name ‹vm›"),
    (
        "$vault = Get-AzureRmRecoveryServicesVault -Name prod",
        "$vault = Get-AzureRmRecoveryServicesVault -Name ‹resource›",
    ),
    ("vaults/prod/backupJobs 보관소 이름: prod", "vaults/‹resource›/backupJobs 보관소 이름: ‹resource›"),
    ("Invoke-Command -ComputerName web01", "Invoke-Command -ComputerName ‹host›"),
    ("Computer:      WEB01.contoso.com", "Computer:      ‹host›"),
    ("<Computer>WEB01</Computer>", "<Computer>‹host›</Computer>"),
    ("<td>10.0.0.4</td>", "<td>‹ip›</td>"),
    ("컴퓨터:   WEB01", "컴퓨터:   ‹host›"),
    ("ping db-server-2 sql-01 DESKTOP-8F3K2LQ", "ping ‹host› ‹host› ‹host›"),
    ("sql-01.corp.local dns.fabrikam.internal", "‹host› ‹host›"),
    ("stprod.blob.core.windows.net", "‹host›"),
    ("contoso.onmicrosoft.com web.contoso.com", "‹host› ‹host›"),
    ("x.vhd?sv=2015-04-05&sig=aBc%2BdEf%3D&se=2016", "x.vhd?sv=2015-04-05&sig=‹secret›&se=2016"),
    (
        "AccountName=stprod;AccountKey=a+b/c==;EndpointSuffix=x",
        "AccountName=‹account›;AccountKey=‹secret›;EndpointSuffix=x",
    ),
    ("Endpoint=sb://x/;SharedAccessKey=abc=;", "Endpoint=sb://x/;SharedAccessKey=‹secret›;"),
    ("Password: hunter2, 암호: 비밀1", "Password: ‹secret›, 암호: ‹secret›"),
    ("Authorization: Bearer abcdefghijklmnop.qrst", "Authorization: Bearer ‹secret›"),
    ("token eyJhbGciOi.eyJzdWIi.c2ln end", "token ‹secret› end"),
    ("-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc=\n-----END", "-----BEGIN RSA PRIVATE KEY-----‹secret›-----END"),
    (r"C:\Users\minsu\AppData", r"C:\Users\‹user›\AppData"),
    ("/home/minsu/log", "/home/‹user›/log"),
    (
        "WorkloadName  Operation  Status\nerpdb01  Backup  InProgress\nERPWEB  Restore  Failed",
        "WorkloadName  Operation  Status\n‹vm›  Backup  InProgress\n‹vm›  Restore  Failed",
    ),
    ("erpdb01-on-second-floo Backup Completed", "‹vm› Backup Completed"),
    ("ItemName : erpdb01", "ItemName : ‹vm›"),
    ("VM erpdb01 failed", "VM ‹vm› failed"),
    ("가상 컴퓨터 erpdb01을", "가상 컴퓨터 ‹vm›을"),
    ("호스트 erpdb01", "호스트 ‹host›"),
    ("hostname erp01", "hostname ‹host›"),
    ("ServerName erpdb01", "ServerName ‹host›"),
    ("host=erp node=erp01", "host=‹host› node=‹host›"),
    ("Host: erp01, server: erp02 서버: erp03", "Host: ‹host›, server: ‹host› 서버: ‹host›"),
    (r"\\erp01\share \\\\erp02\\share", r"\\‹host›\share \\\\‹host›\\share"),
    (r"CONTOSO\jhlee 사용자 CONTOSO\nam", r"‹user› 사용자 ‹user›"),
    ("user=jhlee", "user=‹user›"),
    ("rg=prod sa=erpstore", "rg=‹group› sa=‹account›"),
    ('"vaultName": "erp-vault" -VaultName backups', '"vaultName": "‹resource›" -VaultName ‹resource›'),
    ("리소스 그룹: 운영-백업그룹", "리소스 그룹: ‹group›"),
    ('"resourceGroup": "운영그룹"', '"resourceGroup": "‹group›"'),
    ("-ResourceGroupName 운영그룹 -Name x", "-ResourceGroupName ‹group› -Name x"),
    ("Resource group 'rg-prod' could not be found.", "Resource group '‹group›' could not be found."),
    ("리소스 그룹 'rg-prod'을(를) 찾을 수 없습니다.", "리소스 그룹 '‹group›'을(를) 찾을 수 없습니다."),
    ("resourceGroups/rg-prod/providers", "resourceGroups/‹group›/providers"),
    ("Storage account 'erpstore', 저장소 계정 ‘erpstore1’", "Storage account '‹account›', 저장소 계정 ‘‹account›’"),
    ("Name: John Smith\nUser: hong.gildong", "Name: ‹person›\nUser: ‹user›"),
    ("User: access is denied. Policy name: Daily backup", "User: access is denied. Policy name: Daily backup"),
    ("Name: Azure Backup", "Name: Azure Backup"),
    ("성명: 홍 길동", "성명: ‹person›"),
    ("호스트명 web01 서버명: web02", "호스트명 ‹host› 서버명: ‹host›"),
    ("1web Backup Failed\nerpdb01 백업 실패", "‹vm› Backup Failed\n‹vm› 백업 실패"),
    ("고객 이름: 홍길동, Name: 홍길동, 이름: 복원", "고객 이름: ‹person›, Name: ‹person›, 이름: 복원"),
    ("server 10.0.0.4, driver 10.0.0.5", "server ‹ip›, driver ‹ip›"),
    ("Recovery Services vault contoso-rsv", "Recovery Services vault ‹resource›"),
    ("자격 증명 모음 contoso-rsv에서, vault (prod-kr)", "자격 증명 모음 ‹resource›에서, vault (‹resource›)"),
    ("contoso-rsv vault, 볼트 이름 backup01", "‹resource› vault, 볼트 이름 ‹resource›"),
    ("(425) 555-0100, 1-425-555-0100", "‹phone›, ‹phone›"),
    ("카드번호 4111.1111.1111.1111", "카드번호 ‹card›"),
    ("1588-1234, 고객센터 1600-1234", "‹phone›, 고객센터 ‹phone›"),
    ("담당 엔지니어: 최민호\n담당 관리자 최민호", "담당 엔지니어: ‹person›\n담당 관리자 ‹person›"),
    ("작성자: 최민호, 승인자 최민호, 관리자: 최민호", "작성자: ‹person›, 승인자 ‹person›, 관리자: ‹person›"),
    ("담당 엔지니어: Choi Minho", "담당 엔지니어: ‹person›"),
    ("VMName : web_01\n😀 WEB_01 K web_01ſ", "VMName : ‹vm›\n😀 ‹vm› K ‹vm›ſ"),
]

# What looks like a name, an address or a number of somebody and is a clue: it stays, in the browser as well.
CLUES = [
    "2016-08-30 Restore failed…",
    "2016-11-30 백업 실패",
    "2016-08-30  Restore  Failed",
    "20160830T031244Z Restore Failed",
    "30-Aug-2016 Backup failed",
    "320001 Backup Failed",
    "0x80070005 Backup Failed",
    "UserErrorVmNotFoundV2 Backup Failed",
    "오류 이름: 클라우드 내부 오류로 인해 복원 실패",
    "작업 이름: 복원, 정책의 이름: 유효성 검사, 파일이름 : 로그",
    "Error name: 전체 오류, Job name: 전체백업",
    "guest agent ver 2.7.0.6",
    "WALinuxAgent ver. 2.9.1.1, Ver: 2.9.1.1, v. 2.9.1.1",
    "Version : 2.9.1.1, version (2.9.1.1), 버전(2.9.1.1), 버전이 2.9.1.1",
    "vault soft-delete, vault backup-now, Recovery Services vault cross-region restore",
    "복원 지점 이름: 최신",
    "오류 1588-1234, Event ID 1588-1234, 크기 1600-1700, 코드: 1588-1234",
    "관리자: 이전에 확인",
]

# Logs of other things, with the same vocabulary here and there: nothing documented stands in them.
UNRELATED = {
    "waagent": """2016/08/31 03:12:41.221 INFO Azure Linux Agent Version:WALinuxAgent-2.2.2
2016/08/31 03:12:41.234 INFO OS: ubuntu 16.04
2016/08/31 03:12:41.301 INFO Wire server endpoint:168.63.129.16
2016/08/31 03:12:42.001 INFO Event: name=WALA, op=HeartBeat, message=, duration=0
2016/08/31 03:12:43.900 INFO [Microsoft.OSTCExtensions.VMAccessForLinux-1.4.0.0] Target handler state: enabled
2016/08/31 03:12:44.120 WARNING DHCP request sent, waiting for response timed out, will retry in 5 seconds
2016/08/31 03:12:45.003 INFO Agent started as a service, extension handlers are being processed
2016/08/31 03:12:46.113 ERROR Failed to fetch goal state: HTTP 503 Service Unavailable
""",
    "windows event": """Log Name:      System
Source:        Service Control Manager
Date:          8/31/2016 3:12:44 AM
Event ID:      7031
Level:         Error
Description:
The Print Spooler service terminated unexpectedly. It has done this 1 time(s). The following corrective action will \
be taken in 60000 milliseconds: Restart the service.
The system failed to register host (A or AAAA) resource records (RRs) for network adapter with settings.
The virtual machine was started by the operation system and is running. Please make sure that the integration \
services are up to date.
""",
    "hyperv ko": """로그 이름:   Microsoft-Windows-Hyper-V-VMMS-Admin
원본:        Microsoft-Windows-Hyper-V-VMMS
날짜:        2016-08-31 오전 3:12:44
이벤트 ID:   18590
설명:
가상 컴퓨터의 게스트 운영 체제에서 심각한 오류가 발생했습니다. 게스트 운영 체제를 다시 시작하세요.
네트워크 어댑터 드라이버를 로드하지 못했습니다. 장치 관리자에서 드라이버를 업데이트한 후 다시 시도하세요.
인쇄 스풀러 서비스가 예기치 않게 종료되었습니다. 이 문제가 1번 발생했습니다.
디스크 정리 작업이 완료되었습니다. 저장소 공간 3.2GB를 확보했습니다.
""",
    "kubernetes": """E0831 03:12:44.221345       1 kubelet.go:1234] Failed to start container "web" in pod \
"web-5d9c": rpc error: code = 2 desc = context deadline exceeded
W0831 03:12:45.001233       1 reflector.go:341] watch of *v1.Endpoints ended with: too old resource version: 1022 \
(2044)
I0831 03:12:46.120021       1 controller.go:105] quota exceeded for namespace default, requested cpu 2, used 8, \
limited 8
E0831 03:12:47.777777       1 nestedpendingoperations.go:233] Operation for volume "pvc" failed. No retries \
permitted until 2016-08-31 (durationBeforeRetry 2m0s)
""",
    "sql backup": """2016-08-31 03:12:44.12 Backup      Database backed up. Database: model, creation date(time): \
2016/08/12, pages dumped: 340, number of dump devices: 1
2016-08-31 03:12:44.90 spid52      Error: 18204, Severity: 16, State: 1.
2016-08-31 03:12:44.90 spid52      BackupDiskFile::CreateMedia: Backup device 'E:\\\\backup\\\\model.bak' failed to \
create. Operating system error 3(The system cannot find the path specified.).
2016-08-31 03:12:45.31 Backup      Error: 3041, Severity: 16, State: 1.
2016-08-31 03:12:45.31 Backup      BACKUP failed to complete the command BACKUP DATABASE model. Check the backup \
application log for detailed messages.
""",
    "arm activity": """{"operationName": {"value": "Microsoft.Compute/virtualMachines/start/action", \
"localizedValue": "Start Virtual Machine"}, "status": {"value": "Failed"}, "properties": {"statusMessage": \
"{\\"error\\":{\\"code\\":\\"AllocationFailed\\",\\"message\\":\\"Allocation failed. We do not have sufficient \
capacity for the requested VM size in this region.\\"}}", "serviceRequestId": "x"}}
{"code": "OperationNotAllowed", "message": "Operation results in exceeding quota limits of Core. Maximum allowed: \
10, Current in use: 10, Additional requested: 2."}
{"code": "NetworkSecurityGroupNotFound", "message": "Network security group for the subnet was not found in this \
resource group."}
""",
    "arm ko": """배포가 실패했습니다. 배포 작업을 하나 이상 실행하지 못했습니다. 자세한 내용은 배포 작업을 나열하세요.
지정한 지역에서 요청한 크기의 VM을 할당하지 못했습니다. 크기를 줄이거나 다른 지역에서 다시 시도하세요.
저장소 계정 이름은 3자에서 24자 사이여야 하며 숫자와 소문자만 사용해야 합니다.
공용 IP 주소를 연결하지 못했습니다. 네트워크 인터페이스가 이미 다른 가상 컴퓨터에 연결되어 있습니다.
구독에 대한 코어 할당량을 초과했습니다.
""",
    "nginx": """10.0.0.4 - - [31/Aug/2016:03:12:44 +0900] "GET /api/v1/backup/jobs/12 HTTP/1.1" 200 512 "-" \
"curl/7.47.0"
2016/08/31 03:12:44 [error] 1#1: *7 connect() failed (111: Connection refused) while connecting to upstream, \
client: 10.0.0.4
2016/08/31 03:12:45 [warn] 1#1: *9 upstream server temporarily disabled while reading response header from upstream
""",
    "python": """Traceback (most recent call last):
  File "/opt/backup/agent.py", line 42, in snapshot
    client.create_snapshot(vm_name, timeout=60)
  File "/usr/lib/python3/dist-packages/azure/storage/blob.py", line 88, in copy_blob
    raise AzureMissingResourceHttpError(message, status)
azure.common.AzureMissingResourceHttpError: The specified blob does not exist.
ConnectionError: HTTPSConnectionPool(host='example.blob.core.windows.net', port=443): Max retries exceeded with \
url: /vhds
""",
    "chkdsk ko": """볼륨 레이블을 확인하는 중입니다. 파일 시스템 유형은 NTFS입니다.
1단계: 기본 파일 시스템 구조를 검사하는 중 ...
  파일 레코드 256개를 처리했습니다. 파일을 확인했습니다.
Windows에서 파일 시스템을 검사했으며 문제를 발견하지 못했습니다.
추가 작업이 필요하지 않습니다.
""",
    "veeam": """31.08.2016 03:12:44 :: Processing web01 Error: Unfreeze error (over VIX): [Backup job failed.
31.08.2016 03:12:45 :: Cannot create a shadow copy of the volumes containing writer's data. VSS asynchronous \
operation is not completed. Operation: [Shadow copies commit].
31.08.2016 03:12:46 :: Unable to release guest. Details: VSSControl: Failed to freeze guest, wait timeout
31.08.2016 03:12:47 :: Job finished with error at 31.08.2016 03:12:47
""",
    "powershell": """PS C:\\> Get-Service
Status   Name               DisplayName
------   ----               -----------
Running  AppHostSvc         Application Host Helper Service
Stopped  WinRM              Windows Remote Management (WS-Management)
Invoke-WebRequest : The remote name could not be resolved
At line:1 char:1
+ Invoke-WebRequest http://example.com
    + CategoryInfo          : InvalidOperation: (System.Net.HttpWebRequest:HttpWebRequest) [Invoke-WebRequest], \
WebException
    + FullyQualifiedErrorId : WebCmdletWebResponseException,Microsoft.PowerShell.Commands.InvokeWebRequestCommand
""",
    "prose ko": """어제 회의에서 백업 정책을 다시 검토하기로 했습니다.
저장소 계정과 네트워크 구성은 다음 주에 정리할 예정입니다.
VM 에이전트 버전은 최신입니다. 복원 테스트는 문제가 없었고, 보고서는 금요일까지 제출하면 됩니다.
""",
    "prose en": """Minutes: we agreed to review the backup policy next week. The storage account and the virtual \
network stay as they are.
The VM agent is current, the restore test went fine, please send the report until Friday. The recovery services \
team will contact support for the quota.
""",
}

PREFIX = "2016-08-31T03:12:44.123Z [ERROR] BackupExtension[1234] vm-prod-01: "
CHATTER = "".join(
    f"2016-08-31 03:12:4{number % 10} INFO  Heartbeat received from node {number}, queue length 0, elapsed 12 ms\n"
    for number in range(40)
)


def wrapped_by_a_terminal(text: str, width: int) -> str:
    """Cut at the edge of the screen, in the middle of a word where it falls there."""
    line = PREFIX + text
    return CHATTER + "\n".join(line[at : at + width] for at in range(0, len(line), width)) + "\n" + CHATTER


def as_format_list(text: str) -> str:
    """As PowerShell prints a long value: indented, line after line."""
    value = ("\n" + " " * 19).join(textwrap.wrap(text, 60))
    return f"JobId            : {GUID}\nStatus           : Failed\nErrorDetails     : {value}\nVersion : 1.0\n"


def as_job(text: str) -> str:
    """As ``az backup job show`` prints a failed job, on one line, Korean escaped."""
    detail = {"errorCode": 0, "errorString": text, "errorTitle": None, "recommendations": []}
    return json.dumps({"properties": {"entityFriendlyName": "web01", "status": "Failed", "errorDetails": [detail]}})


def as_clixml(text: str) -> str:
    cut = "".join(f'<S S="Error">{line}_x000D__x000A_</S>' for line in textwrap.wrap(text, 60))
    return f'#< CLIXML\n<Objs Version="1.1.0.1">{cut}</Objs>'


def in_a_table(text: str) -> str:
    return "\n".join(f"| {line:<44} |" for line in textwrap.wrap(text, 44))


# The forms in which a message is pasted, by the words of a test: "a message <form> is found".
FORMS: dict[str, Callable[[str], str]] = {
    "alone": str,
    "with noise around it": lambda text: f"{PREFIX}{text} ActivityId={GUID}",
    "among other lines": lambda text: f"{CHATTER}{PREFIX}{text}\n{CHATTER}",
    "wrapped at 80 columns": lambda text: wrapped_by_a_terminal(text, 80),
    "wrapped at 120 columns": lambda text: wrapped_by_a_terminal(text, 120),
    "wrapped at words": lambda text: CHATTER + textwrap.fill(text, 40) + "\r\n" + CHATTER,
    "in a PowerShell list": as_format_list,
    "in a job on one line": as_job,
    "in a job on many lines": lambda text: json.dumps(json.loads(as_job(text)), indent=2, ensure_ascii=False),
    "escaped twice": lambda text: json.dumps({"value": as_job(text + "\r\n")}),
    "in CLIXML": as_clixml,
    "in colour": lambda text: f"\x1b[31;1m{text[:20]}\x1b[0m\x1b[31m{text[20:]}\x1b[0m",
    "in a table": in_a_table,
    "300 times": lambda text: f"{PREFIX}{text}\n" * 300,
    "300 times on one line": lambda text: f"{text} " * 300,
    "in UTF-16": "\x00".join,
}
