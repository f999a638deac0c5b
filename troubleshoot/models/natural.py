"""Owns look-up by natural key: a row's ASCII ``key`` names it in fixtures and addresses."""

from __future__ import annotations

from typing import Any

from django.db import models


class NaturalKeyManager(models.Manager[Any]):
    """A manager that finds a row by its ``key``."""

    def get_by_natural_key(self, key: str) -> Any:
        return self.get(key=key)
