"""Owns what a missing tool means: a skip that says why on one's own machine, a failure in continuous integration."""

import os
import shutil
from typing import NoReturn

import pytest


def missing(what: str) -> NoReturn:
    if os.environ.get("CI"):
        pytest.fail(f"{what} is needed in continuous integration, where nothing is skipped.", pytrace=False)
    pytest.skip(f"{what} is missing on this machine.")


def needed(*names: str) -> str:
    """The path of the first of these programs that the machine has."""
    for name in names:
        if path := shutil.which(name):
            return path
    missing(names[0])
