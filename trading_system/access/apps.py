"""The app, which makes a group for each role after every migration, and Django's admin with our site."""

from typing import Any

from django.apps import AppConfig, apps
from django.apps.registry import Apps
from django.contrib.admin import apps as admin
from django.db.models.signals import post_migrate


class Access(AppConfig):
    name = "access"

    def ready(self) -> None:
        post_migrate.connect(make_roles, sender=self)


def make_roles(using: str, apps: Apps = apps, **kwargs: Any) -> None:
    """Add a group for each role that has none yet, after each `migrate` that has come as far as groups."""
    from .roles import Role

    if "group" in apps.all_models["auth"]:
        groups = apps.get_model("auth", "Group").objects.using(using)
        for role in Role:
            groups.get_or_create(name=role)


class Admin(admin.AdminConfig):
    default = False  # of this package
    default_site = "access.site.RoleSite"
