"""Owns the fixture files: Django's JSON, made from a dataset and its English twins."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from troubleshoot.document.records import FILES, Record, records
from troubleshoot.document.translations import Text, Twin, english

if TYPE_CHECKING:
    from collections.abc import Mapping

    from troubleshoot.document.dataset import Dataset


def fixtures(dataset: Dataset, twins: Mapping[str, Twin]) -> dict[str, str]:
    """The content of each fixture file by its name (``errors.json``); the same for the same input, byte for byte."""
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in FILES}
    for record in records(dataset):
        rows[record.file].append(_row(record, twins))
    return {f"{name}.json": _json(content) for name, content in rows.items()}


def _row(record: Record, twins: Mapping[str, Twin]) -> dict[str, Any]:
    fields = dict(record.fields)
    for name, korean in record.texts.items():
        fields[f"{name}_ko"] = korean
        fields[f"{name}_en"] = english(twins, Text(f"{record.context}/{name}", korean, record.line)) if korean else ""
    return {"model": record.model, "fields": fields}


def _json(rows: list[dict[str, Any]]) -> str:
    return json.dumps(rows, ensure_ascii=False, indent=2) + "\n"
