"""The named cast of the search tests: one operation, and entries that say only what differs."""

from troubleshoot.models import ErrorEntry, Operation


def operation(key: str = "backup", title: str = "백업") -> Operation:
    return Operation.objects.get_or_create(
        key=key, defaults={"title_ko": title, "title_en": key, "order": Operation.objects.count() + 1}
    )[0]


def entry(key: str, message: str, english: str = "", *, of: str = "backup", cause: str = "") -> ErrorEntry:
    return ErrorEntry.objects.create(
        key=key,
        operation=operation(of),
        order=ErrorEntry.objects.filter(operation__key=of).count() + 1,
        message_ko=message,
        message_en=english,
        cause_ko=cause,
    )
