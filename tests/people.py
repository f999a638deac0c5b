"""Owns who works on the portal in these tests: somebody of the staff, and the browser in which they are signed in."""

from django.contrib.auth.models import Group, Permission, User
from django.test import Client


def staff(*groups: str, name: str = "", permissions: tuple[str, ...] = (), **more: object) -> User:
    """Somebody in these groups, with these permissions beside; called as the groups are unless ``name`` says it."""
    user = User.objects.create_user(name or "-".join((*groups, *permissions)) or "nobody", is_staff=True, **more)
    user.groups.set([Group.objects.get(name=group) for group in groups])
    user.user_permissions.set([Permission.objects.get(codename=codename) for codename in permissions])
    return user


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client
