"""Owns how documents come in: planned from reading alone, then carried out as it was shown."""

from troubleshoot.exchange.documents.carrying_out import Outcome, OutdatedPlanError, bring, carry_out
from troubleshoot.exchange.documents.plan import Correction, Plan, PlanError, Status
from troubleshoot.exchange.documents.planning import plan_documents
from troubleshoot.exchange.documents.sources import read, sent_as

__all__ = [
    "Correction",
    "Outcome",
    "OutdatedPlanError",
    "Plan",
    "PlanError",
    "Status",
    "bring",
    "carry_out",
    "plan_documents",
    "read",
    "sent_as",
]
