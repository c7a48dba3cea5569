"""Doors of the people room."""

from django.core.files.uploadedfile import SimpleUploadedFile

from hongzhu.core.people import actions
from hongzhu.core.people.models import Membership, Post
from hongzhu.kit.tables.write import write_csv
from tests.doors import Door, expect

# Everybody who sees people: the roles above, and those who keep the branch's records; not the plain member.
SEES = expect(
    rest=200, anonymous=302, system_admin=403, security_admin=403, audit_admin=403, member=403
)  # fmt: skip
IMPORTS = expect(rest=403, anonymous=302, party_office=200)
# A person of 柳林中心小学党支部: seen from above and by the branch.
SEEN = {
    "anonymous": 302, "party_office": 200, "section_officer": 200, "district_officer": 200, "school_secretary": 200,
    "branch_secretary": 200, "organiser": 200, "inspector": 200, "deputy": 200, "member": 404,
}  # fmt: skip
CHANGES = {
    "anonymous": 302, "party_office": 200, "school_secretary": 200, "branch_secretary": 200, "organiser": 200,
    "deputy": 200, "section_officer": 403, "district_officer": 403, "inspector": 403,
}  # fmt: skip
CORRECTS = {name: 403 if status == 200 and name != "party_office" else status for name, status in CHANGES.items()}
# Those who see the body but nobody in it.
ORGS_ONLY = {"member": 403, "system_admin": 403, "security_admin": 403}
CHANGED = {name: 302 if status == 200 else status for name, status in CHANGES.items()}


class Again(SimpleUploadedFile):
    """A file that every member of the cast sends anew."""

    def read(self, *args):
        self.seek(0)
        return super().read(*args)


def a_person(cast):
    return cast.people[6]


def a_membership(cast):
    return Membership.objects.get(person=cast.people[6])


def a_post(cast):
    return Post.objects.create(person=cast.people[6], org=cast.branch, kind="DEPUTY_SECRETARY", from_on="2020-01-01")


def key(it):
    return {"pk": it.pk}


def people_csv():
    return write_csv(["姓名", "人事关系所在单位"], [("韩知微", "柳林中心小学")])


def staged(cast):
    """A sheet waiting for confirmation, for whoever asks: each member of the cast has their own."""
    import datetime

    from django.utils import timezone

    for account in cast.accounts.values():
        actions.stage_upload(
            account=account, table="people", name="p.csv", data=people_csv(), on=datetime.date(2024, 1, 1),
            now=timezone.now(),
        )  # fmt: skip
    return cast


PEOPLE = {"table": "people"}
DOORS = [
    Door("people:roster", "GET", SEES),
    Door("people:roster_export", "GET", SEES),
    Door("people:posts", "GET", SEES),
    Door("people:posts_export", "GET", SEES),
    Door("people:imports", "GET", IMPORTS),
    Door("people:import_template", "GET", IMPORTS, kwargs=lambda it: PEOPLE),
    Door("people:table_export", "GET", IMPORTS, kwargs=lambda it: PEOPLE),
    Door("people:import_upload", "GET", IMPORTS, kwargs=lambda it: PEOPLE),
    Door(
        "people:import_upload", "POST", expect(rest=403, anonymous=302, party_office=302), kwargs=lambda it: PEOPLE,
        data=lambda it: {"file": Again("p.csv", people_csv()), "on": "2024-01-01"},
    ),
    Door("people:import_preview", "GET", IMPORTS, make=staged, kwargs=lambda it: PEOPLE),
    Door("people:import_commit", "POST", expect(rest=403, anonymous=302, party_office=302), make=staged, kwargs=lambda it: PEOPLE),
    Door("people:import_drop", "POST", expect(rest=403, anonymous=302, party_office=302), make=staged, kwargs=lambda it: PEOPLE),
    Door("people:person", "GET", expect(rest=404, **SEEN), make=a_person, kwargs=key),
    Door("people:person_amend", "GET", expect(rest=404, **CHANGES), make=a_person, kwargs=key),
    Door(
        "people:person_amend", "POST", expect(rest=404, **CHANGED | {"school_secretary": 302}), make=a_person, kwargs=key,
        data=lambda it: {"sex": "1", "ethnic": "汉族"},
    ),
    Door("people:person_appoint", "GET", expect(rest=404, **CHANGES), make=a_person, kwargs=key),
    Door(
        "people:person_appoint", "POST", expect(rest=404, **CHANGED | {"school_secretary": 302}), make=a_person, kwargs=key,
        data=lambda it: {"org": Membership.objects.get(person=it).org_id, "kind": "PUBLICITY", "on": "2024-01-01"},
    ),
    Door("people:person_join", "GET", expect(rest=404, **CHANGES), make=a_person, kwargs=key),
    Door("people:person_join", "POST", expect(rest=404, **CHANGES), make=a_person, kwargs=key, case="a member already"),
    Door("people:person_engage", "GET", expect(rest=404, **CHANGES), make=a_person, kwargs=key),
    Door("people:person_engage", "POST", expect(rest=404, **CHANGES), make=a_person, kwargs=key, case="nothing filled in"),
    Door("people:membership_transfer", "GET", expect(rest=404, **CORRECTS), make=a_membership, kwargs=key),
    Door(
        "people:membership_transfer", "POST", expect(rest=404, **CORRECTS | {"party_office": 302}), make=a_membership, kwargs=key,
        data=lambda it: {"org": _other(it), "on": "2024-01-01"},
    ),
    Door("people:membership_leave", "GET", expect(rest=404, **CHANGES), make=a_membership, kwargs=key),
    Door("people:membership_leave", "POST", expect(rest=404, **CHANGED), make=a_membership, kwargs=key, data=lambda it: {"on": "2024-01-01"}),
    Door("people:membership_state", "GET", expect(rest=404, **CHANGES), make=a_membership, kwargs=key),
    Door(
        "people:membership_state", "POST", expect(rest=404, **CHANGED), make=a_membership, kwargs=key,
        data=lambda it: {"standing": "FULL", "joined_on": "2019-01-01", "retired": "on", "on": "2024-01-01"},
    ),
    Door("people:post_end", "GET", expect(rest=404, **CHANGES), make=a_post, kwargs=key),
    Door("people:post_end", "POST", expect(rest=404, **CHANGED), make=a_post, kwargs=key, data=lambda it: {"on": "2024-01-01"}),
    Door("people:post_succeed", "GET", expect(rest=404, **CHANGES), make=a_post, kwargs=key),
    Door(
        "people:post_succeed", "POST", expect(rest=404, **CHANGED), make=a_post, kwargs=key,
        data=lambda it: {"person": "沈书言", "on": "2024-01-01"},
    ),
    Door("people:seats", "GET", expect(rest=404, **CHANGES | ORGS_ONLY), kwargs=lambda it: {"org": it.branch.pk}),
    Door(
        "people:seats", "POST", expect(rest=404, **CHANGED | ORGS_ONLY), kwargs=lambda it: {"org": it.branch.pk},
        data=lambda it: {"kind": "SECRETARY", "seats": "1", "on": "2024-01-01"},
    ),
    Door("people:person_register", "GET", expect(rest=404, **CHANGES | ORGS_ONLY), kwargs=lambda it: {"org": it.branch.pk}),
    Door(
        "people:person_register", "POST", expect(rest=404, **CHANGED | ORGS_ONLY), kwargs=lambda it: {"org": it.branch.pk},
        data=lambda it: {"name": "韩知微", "on": "2024-01-01"},
    ),
]  # fmt: skip


def _other(membership):
    from hongzhu.core.orgs.models import Org

    return Org.objects.get(name="双桥小学党支部").pk
