"""The app, which makes a group for each role after every migration, and Django's admin with our site."""

from typing import Any

from django.apps import AppConfig
from django.contrib.admin import apps as admin
from django.db.models.signals import post_migrate


class Access(AppConfig):
    name = "access"

    def ready(self) -> None:
        post_migrate.connect(make_roles, sender=self)


def make_roles(using: str, **kwargs: Any) -> None:
    """Add a group for each role that has none yet, after each `migrate`."""
    from django.contrib.auth.models import Group

    from .roles import Role

    for role in Role:
        Group.objects.using(using).get_or_create(name=role)


class Admin(admin.AdminConfig):
    default = False  # of this package
    default_site = "access.site.RoleSite"
