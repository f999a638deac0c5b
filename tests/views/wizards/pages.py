"""Owns what makes a page whole: it has one title, one heading, no id twice, and no trace of a template."""

import re
from html.parser import HTMLParser


class Once(HTMLParser):
    """Counts what a page has once: its title, its heading, each id."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag, attrs) -> None:
        self.seen += [tag] if tag in ("h1", "title") else []
        self.seen += [f"#{value}" for name, value in attrs if name == "id"]

    @property
    def is_right(self) -> bool:
        return {"h1", "title"} <= set(self.seen) and len(self.seen) == len(set(self.seen))


def is_whole(page: str) -> bool:
    return Once(page).is_right and not re.search(r"\{\{|\{%", page)
