"""Doors of the orgs room: everybody who belongs somewhere sees their part; the Party office changes it."""

from hongzhu.core.people.models import Membership
from tests.doors import Door, expect

SEES = expect(rest=200, anonymous=302, audit_admin=403)
OFFICE = expect(rest=403, anonymous=302, party_office=200)
WRITES = expect(rest=403, anonymous=302, party_office=302)
# 柳林中心小学党支部: the other branch's secretary and the other bureau see nothing of it; the audit administrator neither.
UNSEEN = {"audit_admin": 404, "outsider": 404, "neighbour": 404}
ONE = expect(rest=200, anonymous=302, **UNSEEN)
ONE_OFFICE = expect(rest=403, anonymous=302, party_office=200, **UNSEEN)
ONE_WRITES = expect(rest=403, anonymous=302, party_office=302, **UNSEEN)
ON = {"on": "2024-01-01", "approval": "青教党〔2024〕1号"}


def branch(cast):
    return cast.branch


def key(it):
    return {"pk": it.pk}


def other(name):
    from hongzhu.core.orgs.models import Org

    return Org.objects.get(name=name).pk


def step(name, /, **data):
    return [
        Door(f"orgs:{name}", "GET", ONE_OFFICE, make=branch, kwargs=key),
        Door(
            f"orgs:{name}", "POST", ONE_WRITES, make=branch, kwargs=key,
            data=lambda it: {k: v() if callable(v) else v for k, v in (ON | data).items()},
        ),
    ]  # fmt: skip


DOORS = [
    Door("orgs:org_list", "GET", SEES),
    Door("orgs:org_export", "GET", SEES),
    Door("orgs:changes", "GET", SEES),
    Door("orgs:changes_export", "GET", SEES),
    Door("orgs:org_set_up", "GET", OFFICE),
    Door(
        "orgs:org_set_up", "POST", WRITES,
        data=lambda it: ON | {"kind": "BRANCH", "name": "新桥小学党支部", "parent": it.committee.pk, "hosts": [it.school.pk]},
    ),
    Door("orgs:org_page", "GET", ONE, make=branch, kwargs=key),
    *step("org_rename", name="柳林小学党支部"),
    *step("org_facts", short_name="柳林支部", sector="", stage=""),
    *step("org_move", parent=lambda: other("青禾县教育局党委")),
    *step("org_superiors", belongs_to=lambda: other("青禾县教育局党委")),
    *step("org_hosts", hosts=lambda: [other("双桥小学")]),
    *step("org_merge", on="2026-07-01", into=lambda: other("双桥小学党支部")),
    *step(
        "org_split", name="柳林中心小学第二党支部",
        memberships=lambda: [Membership.objects.filter(org__name="柳林中心小学党支部").first().pk],
    ),
    *step("org_dissolve", on="2026-07-01", successor=lambda: other("双桥小学党支部")),
]  # fmt: skip
