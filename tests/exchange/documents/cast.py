"""The documents of these tests: values as the reader gives them, which say only what differs."""

from typing import Any

from troubleshoot.document.dataset import Dataset, Entry, Operation, Resolution, Section

OPERATION = Operation(key="guide--backup", section="guide--backup", title="백업", line=3)
SECTION = Section(key="guide--backup", title="백업", level=2, body="백업할 때의 오류입니다.", line=2)


def error(key: str, message: str, *, fix: str = "다시 시도합니다.", line: int = 10, **more: Any) -> Entry:
    ways = (Resolution("", fix, "document"),) if fix else ()
    values = {"operation": "guide--backup", "aliases": (), "cause": "", "lead": "", "resolutions": ways}
    return Entry(key=f"guide--{key}", message=message, line=line, text=f"| {message} |", **values | more)


def document(*entries: Entry, key: str = "guide", **more: Any) -> Dataset:
    values: dict[str, Any] = {
        "source_name": f"{key}.md",
        "title": "안내서",
        "description": "",
        "published": None,
        "lead": "",
        "sections": (SECTION,),
        "operations": (OPERATION,),
        "edition": "2026-01-01",
    }
    return Dataset(key=key, entries=entries, **values | more)


def in_english(*entries: Entry, **more: Any) -> Dataset:
    section = Section(key="guide--backup", title="Backup", level=2, body="Errors of backups.", line=2)
    operation = Operation(key="guide--backup", section="guide--backup", title="Backup", line=3)
    values = {"title": "Guide", "language": "en", "sections": (section,), "operations": (operation,)}
    return document(*entries, **values | more)
