"""Owns the mail that tells what waits or became of a text. It is sent beside the request, and is in nobody's way.

Without ``EMAIL_HOST`` there is none. What can't be sent is noted in the log, and stands on the desk all the same.
"""

from __future__ import annotations

import logging
import queue
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core import mail
from django.db import transaction
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from troubleshoot.models import ErrorEntry, Flow

logger = logging.getLogger(__name__)

SUBMITTED, SENT_BACK, PUBLISHED = _("To review: %s"), _("Sent back to you: %s"), _("Published: %s")
DISCARDED, ANSWERED, MISSED = _("Discarded: %s"), _("Comment answered: %s"), _("Could not be published as planned: %s")
_MOST_WAITING = 100
_waiting: queue.Queue[list[mail.EmailMessage]] = queue.Queue(_MOST_WAITING)
_starting = Lock()
_sender: Thread | None = None


def tell(
    told: Any,
    page: ErrorEntry | Flow,
    *,
    author: Any,
    user: Any,
    reason: str | Callable[[], str] = "",
    others: Iterable[Any] = (),
) -> None:
    """Tell the author and ``others`` what ``user``, or nobody, did to a page; of what is submitted, those who publish.

    A reason that is called is worded in each language. It is sent once the transaction is committed, and only then.
    """
    if not settings.EMAIL_HOST:
        return
    people = [author, *others] if told is not SUBMITTED else _publishers(page)
    addresses = sorted({one.email for one in people if one is not None and one.is_active and one.email and one != user})
    if addresses:
        messages = [mail.EmailMessage(*_worded(told, page, user, reason), to=[address]) for address in addresses]
        transaction.on_commit(lambda: _hand_over(messages))


def send(subject: str, text: str, address: str) -> None:
    """Send one mail to somebody, beside the request."""
    _hand_over([mail.EmailMessage(subject, text, to=[address])])


def finish(seconds: float) -> bool:
    """Wait until all is sent, for a process that ends; not longer than this. Whether all was."""
    with _waiting.all_tasks_done:
        return _waiting.all_tasks_done.wait_for(lambda: not _waiting.unfinished_tasks, seconds)


def _publishers(page: ErrorEntry | Flow) -> Iterable[Any]:
    users: Any = get_user_model().objects
    found: Iterable[Any] = users.with_perm(
        f"troubleshoot.publish_{page._meta.model_name}", backend=settings.AUTHENTICATION_BACKENDS[0]
    )
    return found


def _worded(told: Any, page: ErrorEntry | Flow, user: Any, reason: str | Callable[[], str]) -> tuple[str, str]:
    """Subject and text, in Korean and then in English: nobody has said which they read."""
    texts, subject = [], ""
    where = f"admin:troubleshoot_{page._meta.model_name}_{'talk' if told is ANSWERED else 'change'}"
    for language, _name in settings.LANGUAGES:
        with override(language):
            title = Truncator(" ".join(str(page).split())).chars(100)
            line = str(told) % title
            subject = subject or line
            address = reverse(where, args=(page.pk,))
            by = gettext("By: %(name)s") % {"name": user.get_username()} if user else ""
            said = reason() if callable(reason) else reason
            why = gettext("Reason: %(reason)s") % {"reason": said} if said else ""
            why = said if told is ANSWERED else why
            link = f"{settings.PORTAL_ADDRESS.rstrip('/')}{address}" if settings.PORTAL_ADDRESS else ""
            texts.append("\n".join(part for part in (line, by, why, link) if part))
    return subject, "\n\n".join(texts) + "\n"


def _hand_over(messages: list[mail.EmailMessage]) -> None:
    """Give messages to the one thread that sends; it begins with the first ones of a process."""
    global _sender  # noqa: PLW0603 - one for the process
    try:
        _waiting.put_nowait(messages)
    except queue.Full:
        logger.warning("A mail was not sent: %d wait already", _MOST_WAITING)
        return
    with _starting:
        if _sender is None or not _sender.is_alive():
            _sender = Thread(target=_send, name="mail", daemon=True)
            _sender.start()


def _send() -> None:
    while True:
        messages = _waiting.get()
        try:
            with mail.get_connection() as connection:
                connection.send_messages(messages)
        except Exception as error:  # noqa: BLE001 - whatever it is, the next mail is tried
            logger.warning("A mail could not be sent: %s", error)
        finally:
            _waiting.task_done()
