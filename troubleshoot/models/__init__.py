"""The rows of the portal, one module a concern."""

from troubleshoot.models.catalog import ErrorAlias, ErrorEntry, Operation, Resolution
from troubleshoot.models.document import Document, Section
from troubleshoot.models.fixture import FixtureRecord
from troubleshoot.models.search import ContentVersion, SearchChange, SynonymGroup

__all__ = [
    "ContentVersion",
    "Document",
    "ErrorAlias",
    "ErrorEntry",
    "FixtureRecord",
    "Operation",
    "Resolution",
    "SearchChange",
    "Section",
    "SynonymGroup",
]
