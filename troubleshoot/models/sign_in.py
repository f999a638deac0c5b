"""Owns the attempts to sign in that failed: counted by account and by network, for all processes and machines."""

from __future__ import annotations

import unicodedata
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac

if TYPE_CHECKING:
    from datetime import datetime

WINDOW = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(days=1)
# One network guesses at one account; one network at many; many networks at one. The last is high, so that nobody can
# easily keep a colleague out who comes from somewhere else.
OF_BOTH, OF_NETWORK, OF_ACCOUNT = 10, 50, 200


class TooManyAttemptsError(Exception):
    """So many attempts failed just now that this one is not looked at."""


class FailedSignInQuerySet(models.QuerySet["FailedSignIn"]):
    def begin(self, name: str, network: str) -> FailedSignIn:
        """Note an attempt before it is looked at, so that none at the same time goes uncounted.

        Raises TooManyAttemptsError, and then notes nothing: who goes on trying does not prolong the pause.
        """
        now = timezone.now()
        self.filter(time__lt=now - FORGOTTEN_AFTER).delete()
        attempt = self.create(account=digest("account", normal(name)), network=digest("network", network), time=now)
        recent = self.filter(time__gte=now - WINDOW)
        of_account, of_network = recent.filter(account=attempt.account), recent.filter(network=attempt.network)
        if (
            of_account.filter(network=attempt.network).count() > OF_BOTH
            or of_network.count() > OF_NETWORK
            or of_account.count() > OF_ACCOUNT
        ):
            attempt.delete()
            raise TooManyAttemptsError
        return attempt

    def forget(self, attempt: FailedSignIn) -> None:
        """The attempt succeeded: what this network got wrong before, of this account, was a slip."""
        self.filter(account=attempt.account, network=attempt.network).delete()

    def since(self, moment: datetime) -> FailedSignInQuerySet:
        return self.filter(time__gte=moment)


class FailedSignIn(models.Model):
    """An attempt that failed or is being looked at, without the name that was typed, which may be a password."""

    account = models.CharField(max_length=32, editable=False, db_default="")
    network = models.CharField(max_length=32, editable=False, db_default="")
    time = models.DateTimeField(default=timezone.now, editable=False, db_index=True)

    objects = FailedSignInQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = (
            models.Index(fields=("account", "time"), name="failed_sign_in_account"),
            models.Index(fields=("network", "time"), name="failed_sign_in_network"),
        )

    def __str__(self) -> str:
        return f"{self.time:%Y-%m-%d %H:%M}"


def normal(name: str) -> str:
    """A name as Django reads it from the form; letters that differ in case count as one account."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


def digest(kind: str, text: str) -> str:
    return salted_hmac(f"troubleshoot.sign_in.{kind}", text, algorithm="sha256").hexdigest()[:32]
