"""The rows of the portal, one module a concern."""

from troubleshoot.models.catalog import ErrorAlias, ErrorEntry, FormerKey, Resolution
from troubleshoot.models.document import Document, Operation, Product, Section
from troubleshoot.models.exchange import (
    ApiToken,
    DocumentUpload,
    FixtureRecord,
    FixtureRelease,
    ImportedEntry,
    PendingImport,
    UploadedRow,
)
from troubleshoot.models.feedback import StepCount, Verdict
from troubleshoot.models.flow_links import FlowLink
from troubleshoot.models.flows import Choice, Flow, Step
from troubleshoot.models.images import Image
from troubleshoot.models.open_pages import OpenPage
from troubleshoot.models.reviewing import Plan, ReviewComment
from troubleshoot.models.revisions import Revision
from troubleshoot.models.search import QueryLog, SynonymGroup
from troubleshoot.models.sign_in import FailedSignIn
from troubleshoot.models.stamps import ContentVersion, SearchChange

__all__ = [
    "ApiToken",
    "Choice",
    "ContentVersion",
    "Document",
    "DocumentUpload",
    "ErrorAlias",
    "ErrorEntry",
    "FailedSignIn",
    "FixtureRecord",
    "FixtureRelease",
    "Flow",
    "FlowLink",
    "FormerKey",
    "Image",
    "ImportedEntry",
    "OpenPage",
    "Operation",
    "PendingImport",
    "Plan",
    "Product",
    "QueryLog",
    "Resolution",
    "ReviewComment",
    "Revision",
    "SearchChange",
    "Section",
    "Step",
    "StepCount",
    "SynonymGroup",
    "UploadedRow",
    "Verdict",
]
