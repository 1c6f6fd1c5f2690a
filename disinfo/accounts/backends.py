"""Roles in organisations as Django permissions on objects: `user.has_perm("terms_tracker.change_terms", terms)`."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.db import models

from disinfo.accounts.permissions import can


class ObjectPermissionBackend(BaseBackend):
    """Answers for objects only; permissions without an object stay with Django's own backend."""

    def has_perm(self, user_obj: Any, perm: str, obj: models.Model | None = None) -> bool:
        """Whether "app.ability_model" is allowed on this object."""
        if obj is None:
            return False
        app, _, codename = perm.partition(".")
        ability, _, model = codename.rpartition("_")
        if app != obj._meta.app_label or model != obj._meta.model_name:
            return False
        return can(user_obj, ability, obj)
