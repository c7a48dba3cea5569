"""A bureau whose pack was never loaded is told so, in plain words; once it is loaded the same page opens."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from hongzhu.core.policies import actions as policies
from hongzhu.core.policies.models import PackVersion

pytestmark = pytest.mark.django_db
SAID = "还没有载入制度包，请管理员运行 hongzhu upgrade"


def test_a_page_without_its_pack_says_what_to_do(cast: Any, client: Client) -> None:
    assert not PackVersion.objects.exists()
    cast.login(client, "party_office")
    response = client.get("/activities/")
    assert response.status_code == 503
    assert SAID in response.content.decode()

    policies.ship()
    assert client.get("/activities/").status_code == 200


def test_other_faults_stay_faults(client: Client, cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: Any, **_named: Any) -> None:
        raise LookupError("something else")

    monkeypatch.setattr("hongzhu.core.policies.queries.versions._governing", broken)
    client.raise_request_exception = False
    cast.login(client, "party_office")
    response = client.get("/activities/")
    assert response.status_code == 500
    assert SAID not in response.content.decode()
