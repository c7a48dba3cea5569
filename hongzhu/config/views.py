"""Answers of the house itself, of no room: a form whose page went stale."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token no longer fits. ``reason`` is for developers and stays out of the page."""
    return render(request, "403_csrf.html", status=403)
