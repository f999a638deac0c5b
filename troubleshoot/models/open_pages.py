"""Owns which pages of the administration are open just now, and with whom: for colleagues, and for minutes only."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone

if TYPE_CHECKING:
    from django.db.models import Model

# A page that somebody looks at says so every two minutes.
FORGOTTEN_AFTER = timedelta(minutes=5)


class OpenPageQuerySet(models.QuerySet["OpenPage"]):
    def of(self, row: Model) -> OpenPageQuerySet:
        return self.filter(model=row._meta.label_lower, object_id=row.pk)

    def others(self, row: Model, user: Any) -> OpenPageQuerySet:
        """With whom else the page of a row is open, the longest first."""
        lately = self.of(row).filter(seen__gte=timezone.now() - FORGOTTEN_AFTER).exclude(user=user)
        return lately.select_related("user").order_by("since")

    def note(self, row: Model, user: Any) -> None:
        """Somebody looks at the page of a row."""
        now = timezone.now()
        with transaction.atomic():
            self.filter(seen__lt=now - FORGOTTEN_AFTER).delete()
            self.bulk_create(
                [OpenPage(model=row._meta.label_lower, object_id=row.pk, user=user, since=now, seen=now)],
                update_conflicts=True,
                unique_fields=("model", "object_id", "user"),
                update_fields=("seen",),
            )

    def leave(self, row: Model, user: Any) -> None:
        self.of(row).filter(user=user).delete()


class OpenPage(models.Model):
    """That somebody has the page of a row open, by model and primary key."""

    model = models.CharField(max_length=80, editable=False)
    object_id = models.BigIntegerField(editable=False)
    # No constraint: the release before, which may serve beside this one, deletes people and knows of no such row.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", editable=False, db_constraint=False
    )
    since = models.DateTimeField(editable=False)
    seen = models.DateTimeField(editable=False, db_index=True)

    objects = models.Manager.from_queryset(OpenPageQuerySet)()

    class Meta:
        default_permissions = ()
        constraints = (models.UniqueConstraint(fields=("model", "object_id", "user"), name="open_page_once_a_person"),)

    def __str__(self) -> str:
        return f"{self.model} {self.object_id}"
