"""社区报到, one page: who keeps it finds what is to do next; who may only look finds none of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from .doors import a_service

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("who", "keeps"), [("organiser", True), ("party_office", False)])
def test_what_is_to_do_stands_on_the_page_of_who_keeps_it(cast: Any, client: Client, who: str, keeps: bool) -> None:
    service = a_service(cast)
    row = service.community
    cast.login(client, who)

    page = client.get(reverse("party:sending_community_page", args=[row.pk])).content.decode()

    to_do = [reverse(f"party:sending_community_{step}", args=[row.pk]) for step in ("confirm", "serve", "end", "edit")]
    to_do.append(reverse("party:sending_community_service", args=[service.pk]))
    assert [address in page for address in to_do] == [keeps] * len(to_do)
