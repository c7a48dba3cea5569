"""The arrows hold for foreign keys too, also when they are written as strings; across rooms nothing climbs back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.test.utils import isolate_apps

ORDER = [room.rsplit(".", 1)[-1] for room in settings.ROOMS]
# Tables of libraries below every room.
LIBRARIES = {"auth", "contenttypes", "sessions", "account", "mfa"}


def relations(model: type[models.Model]) -> list[Any]:
    """Own relations, forward: FK, one-to-one, many-to-many."""
    own = [*model._meta.local_fields, *model._meta.local_many_to_many]
    return [field for field in own if field.is_relation]


def target_label(field: Any, home: str) -> str:
    """App label a relation points at; a string not resolved yet is read as Django would."""
    to = field.remote_field.model
    if not isinstance(to, str):
        return str(to._meta.app_label)
    return home if "." not in to else to.split(".")[0]


def faults(found: Iterable[type[models.Model]]) -> list[str]:
    said: list[str] = []
    for model in found:
        home = model._meta.app_label
        for field in relations(model):
            there, name = target_label(field, home), f"{model.__name__}.{field.name}"
            if there == home or there in LIBRARIES:
                continue
            if there not in ORDER or ORDER.index(there) > ORDER.index(home):
                said.append(f"{home}: {name} points up, to {there}: use kit.refs.Ref, or let the noun sink")
            # Django spells the name of a many-to-many without a way back "_orgs_org_field_+".
            if not str(field.remote_field.related_name or "").endswith("+") and not model._meta.auto_created:
                said.append(f'{home}: {name} crosses to {there} without related_name="+"')
        if any(type(field).__name__ == "GenericForeignKey" for field in model._meta.private_fields):
            said.append(f"{home}: {model.__name__} has a generic foreign key: use kit.refs.Ref")
    return said


def test_foreign_keys_point_down() -> None:
    ours = [config for config in apps.get_app_configs() if config.label in ORDER]
    tables = [model for config in ours for model in config.get_models(include_auto_created=True)]
    assert len(tables) > 10
    assert faults(tables) == []


@isolate_apps("hongzhu.core.orgs")
def test_twin_upward_keys_are_found() -> None:
    class Low(models.Model):
        up = models.ForeignKey("obligations.Waiver", models.CASCADE, related_name="+")
        ups = models.ManyToManyField("activities.Activity", related_name="+")
        unknown = models.OneToOneField("drawer.Thing", models.CASCADE, related_name="+")
        fine = models.ForeignKey("self", models.CASCADE)

        class Meta:
            app_label = "orgs"

    class High(models.Model):
        climbs = models.ForeignKey("orgs.Org", models.CASCADE)
        fine = models.ForeignKey("orgs.Org", models.CASCADE, related_name="+")

        class Meta:
            app_label = "people"

    said = faults([Low, High])

    assert sum("points up" in fault for fault in said) == 3
    assert sum('related_name="+"' in fault for fault in said) == 1
    assert not any(".fine" in fault for fault in said)
