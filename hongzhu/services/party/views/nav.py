"""The landing page of the room: per part what waits, and the way in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from hongzhu.core.access import queries as access
from hongzhu.kit.http import reads
from hongzhu.services.party import rules
from hongzhu.services.party.queries import nav


@reads
def index(request: HttpRequest) -> HttpResponse:
    access.require(request.user, rules.VIEW)
    parts = nav.parts(request.user, timezone.localdate())
    return render(request, "party/index.html", {"parts": parts, "waiting": [part for part in parts if part.dues]})
