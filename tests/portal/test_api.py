"""The API as its description says it, tried by schemathesis with all of its checks."""

import shutil
import subprocess

from tests.portal.server import PROJECT, served
from tests.tools import needed

OPTIONS = "--checks all --seed 1 --max-examples 5 --phases examples,coverage,fuzzing --continue-on-failure --no-color"


def test_what_the_description_allows_is_taken_and_what_it_does_not_is_refused(prepared, tmp_path):
    program = needed("schemathesis", str(PROJECT / ".venv-api/bin/schemathesis"))
    unlimited = dict.fromkeys(("LOGS_A_MINUTE", "LOGS_A_MINUTE_IN_ALL"), "1000000")
    with served(shutil.copytree(prepared, tmp_path / "var"), LOG_LEVEL="ERROR", **unlimited) as server:
        command = [program, "run", f"http://127.0.0.1:{server.port}/api/v1/schema", *OPTIONS.split()]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "11 passed" in done.stdout
