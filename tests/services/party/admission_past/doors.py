"""Who gets what at each address of 补录."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from hongzhu.core.people.actions import stage_upload
from hongzhu.services.party.models import PastSheet
from tests.doors import Door, expect
from tests.services.party.admission.conftest import TODAY
from tests.services.party.admission_past import conftest as stage

KEEPERS = ("school_secretary", "branch_secretary", "organiser", "deputy", "outsider", "neighbour")
SUPERIORS = ("party_office",)  # the committee decides; a general branch between does not


def kept(status: int) -> dict[str, int]:
    return expect(rest=403, anonymous=302, **dict.fromkeys(KEEPERS, status))


def seen(sender: int, superior: int) -> dict[str, int]:
    return expect(rest=404, anonymous=302, branch_secretary=sender, **dict.fromkeys(SUPERIORS, superior))


def uploaded(cast: Any) -> Any:
    """Everybody has a sheet staged; only those who keep a branch may look at theirs."""
    stage.ready(cast)
    for account in cast.accounts.values():
        stage_upload(
            account=account, table="admission_past", name="补录.xlsx", data=stage.sheet(stage.row(upto="talk")),
            on=TODAY, now=timezone.now(),
        )  # fmt: skip
    return cast


def sent(cast: Any) -> PastSheet:
    stage.entered(stage.ready(cast), stage.row(upto="candidate_filed"))
    return PastSheet.objects.get()


def pk(it: Any) -> dict[str, Any]:
    return {"pk": it.pk}


DOORS = [
    Door("party:admission_past", "GET", kept(200) | dict.fromkeys((*SUPERIORS, "district_officer"), 200), make=stage.ready),
    Door("party:admission_past", "POST", kept(200), make=stage.ready),
    Door("party:admission_past_template", "GET", kept(200), make=stage.ready),
    Door("party:admission_past_check", "GET", kept(200), make=uploaded),
    Door("party:admission_past_check", "GET", kept(302), make=stage.ready, case="nothing uploaded"),
    Door("party:admission_past_export", "GET", kept(200), make=uploaded),
    Door("party:admission_past_commit", "POST", kept(302), make=uploaded),
    Door("party:admission_past_drop", "POST", kept(302), make=uploaded),
    Door("party:admission_past_sheet", "GET", seen(200, 200), make=sent, kwargs=pk),
    Door("party:admission_past_confirm", "POST", seen(403, 302), make=sent, kwargs=pk),
    Door(
        "party:admission_past_return", "POST", seen(403, 302), make=sent, kwargs=pk, data=lambda it: {"reason": "日期请核对"},
    ),
    Door("party:admission_past_withdraw", "POST", seen(302, 403), make=sent, kwargs=pk),
]  # fmt: skip
