"""Campaigns: the list, one campaign, the acts behind its numbers."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from hongzhu.core.access import queries as access
from hongzhu.core.documents.queries import sheets
from hongzhu.core.obligations import queries, rules
from hongzhu.core.obligations.forms import GapFilter
from hongzhu.kit.http import download, reads
from hongzhu.kit.tables.write import write_xlsx

from .asked import known_at


@reads
def campaign_list(request: HttpRequest) -> HttpResponse:
    """Campaigns running and over; a yearly one is there from the first day of its month."""
    access.require(request.user, rules.GAP)
    bureau = queries.bureau_for(request.user)
    today = timezone.localdate()
    found = queries.campaigns_on(bureau, today)
    return render(request, "obligations/campaign_list.html", {"found": found, "today": today})


def _running(request: HttpRequest, code: str, period: str) -> tuple[Any, Any, dict[str, Any]]:
    """The campaign asked for, 404 where there is none; bureau and filter with it."""
    access.require(request.user, rules.GAP)
    bureau = queries.bureau_for(request.user)
    today = timezone.localdate()
    for running in queries.campaigns_on(bureau, today):
        if (running.campaign.code, running.period.code) == (code, period):
            return running, bureau, GapFilter(request.GET).asked(today)
    raise Http404


@reads
def campaign(request: HttpRequest, code: str, period: str) -> HttpResponse:
    """One campaign: required outputs and targets, units short, and the report paragraph."""
    running, bureau, asked = _running(request, code, period)
    page = queries.campaign_page(request.user, bureau, running, known_at(asked["on"]))
    rows = [
        {"org": row.org, "cells": [
            (*(pair or (None, None)), reverse("obligations:campaign_rows", args=[code, period, number, row.org.pk]), page.outputs[number])
            for number, pair in enumerate(row.counts)
        ]}
        for row in page.rows
        if row.short or not asked["short"]
    ]  # fmt: skip
    context = {
        "page": page, "rows": rows, "asked": asked, "bureau": bureau, "report": queries.report_text(page, bureau),
        "today": timezone.localdate(),
    }  # fmt: skip
    return render(request, "obligations/campaign.html", context)


@reads
def campaign_export(request: HttpRequest, code: str, period: str) -> HttpResponse:
    """The same as Excel: every unit, short or not."""
    running, bureau, asked = _running(request, code, period)
    header, rows = queries.campaign_table(queries.campaign_page(request.user, bureau, running, known_at(asked["on"])))
    title = str(running.campaign.title)
    return download(write_xlsx(title, header, rows), sheets.file_name(bureau.name, title, ext="xlsx"))


@reads
def campaign_rows(request: HttpRequest, code: str, period: str, number: int, pk: int) -> HttpResponse:
    """The acts behind one number of a campaign."""
    running, _bureau, asked = _running(request, code, period)
    body = queries.open_body(request.user, pk)
    if number >= len(running.campaign.outputs):
        raise Http404
    rows = queries.campaign_rows(request.user, running, number, body, known_at(asked["on"]))
    context = {
        "rows": rows, "body": body, "running": running, "output": running.campaign.outputs[number], "asked": asked,
        "count": sum(row[3] for row in rows),
    }  # fmt: skip
    return render(request, "obligations/campaign_rows.html", context)
