"""The regulation guard, both sides of every rule; exceptions lift what may be lifted, until their day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from hongzhu.core.activities.pack import ActivitiesSection
from hongzhu.core.documents.pack import DocumentsSection
from hongzhu.core.measures.pack import MeasuresSection
from hongzhu.core.obligations.pack import ObligationsSection
from hongzhu.core.policies import actions, queries, rules
from hongzhu.core.policies.models import GuardException, PackVersion
from hongzhu.core.policies.pack import folder, guard
from hongzhu.core.policies.pack.change import Edit
from hongzhu.core.registers.pack import RegistersSection

KIND = {"code": "k", "title": "会", "scope": ["BRANCH"], "roster": "members"}
TAG = {"code": "t", "title": "学时", "condition": {}, "shown": "有", "clause": "某文件", "confidence": "check"}
VISIT = {"code": "v", "title": "综合督导", "clause": "某文件", "confidence": "check"}
INDICATOR = {"code": "i", "title": "指标", "measure": "activities.acts"}
FIELD = {"code": "f", "type": "text"}


def found(section, **content):
    schema = {
        "activities": ActivitiesSection, "obligations": ObligationsSection, "measures": MeasuresSection,
        "documents": DocumentsSection, "registers": RegistersSection,
    }[section]  # fmt: skip
    return {f.rule: f for f in guard.findings({section: schema.model_validate(content)})}


@pytest.mark.parametrize(
    ("rule", "level", "bad", "good"),
    [
        ("forced_check_in", "refuse", ("activities", {"kinds": [KIND | {"attendance": "check_in"}]}), {"kinds": [KIND]}),
        ("compulsory_photos", "refuse", ("activities", {"kinds": [KIND | {"photos": "required"}]}), {"kinds": [KIND | {"photos": "optional"}]}),
        ("compulsory_traces", "warn", ("activities", {"kinds": [KIND | {"files": "required"}]}), {"kinds": [KIND | {"files": "optional"}]}),
        ("online_time", "refuse", ("activities", {"tags": [TAG | {"amount": "online_minutes"}]}), {"tags": [TAG | {"amount": "hours"}]}),
        ("what_a_person_said", "refuse", ("activities", {"kinds": [KIND | {"fields": [FIELD | {"title": "学习心得"}]}]}), {"kinds": [KIND | {"fields": [{"code": "f", "type": "int", "title": "收到学习心得"}]}]}),
        ("public_ranking", "refuse", ("obligations", {"ranking": "public"}), {"ranking": "deciding_body"}),
        ("second_comprehensive_inspection", "refuse", ("obligations", {"inspections": [VISIT | {"comprehensive": True, "times_a_year": 2}]}), {"inspections": [VISIT | {"comprehensive": True, "times_a_year": 1}]}),
        ("unlisted_inspection", "refuse", ("obligations", {"inspections": [VISIT | {"listed": False}]}), {"inspections": [VISIT]}),
        ("short_notice_inspection", "warn", ("obligations", {"inspections": [VISIT | {"notice_days": 29}]}), {"inspections": [VISIT | {"notice_days": 30}]}),
        ("grows_with_acts", "refuse", ("measures", {"indicators": [INDICATOR | {"grows_with": "acts"}]}), {"indicators": [INDICATOR | {"floor": True, "clause": "支部工作条例"}]}),
        ("volume_as_merit", "refuse", ("measures", {"indicators": [INDICATOR | {"grows_with": "papers"}]}), {"indicators": [INDICATOR]}),
        ("online_time", "refuse", ("measures", {"indicators": [INDICATOR | {"grows_with": "online_time"}]}), {"indicators": [INDICATOR]}),
        ("public_ranking", "refuse", ("measures", {"indicators": [INDICATOR | {"shown_to": "public"}]}), {"indicators": [INDICATOR | {"shown_to": "deciding_body"}]}),
        ("barred_column", "refuse", ("documents", {"sheets": [{"code": "s", "title": "表", "layout": "list", "per": "act", "columns": [{"title": "签到时间"}]}]}), {"sheets": [{"code": "s", "title": "表", "layout": "list", "per": "act", "columns": [{"title": "签名"}]}]}),
        ("barred_name", "warn", ("activities", {"kinds": [KIND | {"title": "每日打卡"}]}), {"kinds": [KIND | {"title": "每日读书"}]}),
        ("names_do_not_add_up", "warn", ("registers", {"lists": [{"code": "l", "title": "五好", "row": "B03", "source": "某文", "expected": 5, "items": ["一"]}]}), {"lists": [{"code": "l", "title": "五好", "row": "B03", "source": "某文", "expected": 5}]}),
    ],
)  # fmt: skip
def test_both_sides_of_each_rule(rule, level, bad, good):
    section, content = bad
    finding = found(section, **content)[rule]
    assert finding.level == level
    assert str(finding.article)
    assert str(finding.remedy)
    assert finding.path.startswith(f"{section}.")
    assert rule not in found(section, **good)


@pytest.mark.parametrize("grows_with", ["meetings", "papers", "ledgers", "traces", "photos", "log_ins", "likes"])
def test_no_volume_is_merit(grows_with):
    assert "volume_as_merit" in found("measures", indicators=[INDICATOR | {"grows_with": grows_with}])


def test_two_comprehensive_inspections_add_up_special_ones_do_not():
    two = [VISIT | {"comprehensive": True}, VISIT | {"code": "w", "comprehensive": True}]
    assert found("obligations", inspections=two)["second_comprehensive_inspection"].path.endswith(
        "inspections.w.times_a_year"
    )
    mixed = [VISIT | {"comprehensive": True}, VISIT | {"code": "w", "times_a_year": 5}]
    assert "second_comprehensive_inspection" not in found("obligations", inspections=mixed)


def test_the_packs_we_ship_have_nothing_to_refuse_or_warn():
    for editions in folder.shipped().values():
        for edition in editions:
            assert guard.findings(edition.sections) == []


# --- exceptions ---------------------------------------------------------------------------------------

TODAY = date(2026, 11, 20)


def allow(cast, **changes):
    given = {
        "bureau": cast.bureau, "rule": "compulsory_photos", "basis": "省教育厅〔2026〕1号", "owner": "陆望舒",
        "expires_on": date(2026, 12, 31), "by": cast.actor("party_office"), "on": TODAY,
    }  # fmt: skip
    return actions.allow_exception(**(given | changes))


@pytest.mark.django_db
def test_an_exception_counts_through_its_last_day_and_not_after(cast):
    allow(cast)
    assert queries.excepted(cast.bureau, date(2026, 12, 31)) == {"compulsory_photos"}
    assert queries.excepted(cast.bureau, date(2027, 1, 1)) == frozenset()
    assert queries.excepted(cast.far_bureau, TODAY) == frozenset()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"basis": " "}, "依据文件"),
        ({"owner": ""}, "负责人"),
        ({"expires_on": TODAY - timedelta(days=1)}, "已经过去"),
        ({"expires_on": TODAY + timedelta(days=367)}, "最长一年"),
        ({"lasting": True}, "边界"),
    ],
)
def test_an_exception_without_basis_owner_or_day_is_refused(cast, changes, words):
    with pytest.raises(ValidationError, match=words):
        allow(cast, **changes)
    assert not GuardException.objects.exists()


@pytest.mark.django_db
def test_a_boundary_is_never_lifted():
    (finding,) = guard.findings(
        {"activities": ActivitiesSection.model_validate({"kinds": [KIND | {"fields": [FIELD | {"title": "发言"}]}]})}
    )
    assert rules.still_open([finding], {"what_a_person_said"}) == [finding]


@pytest.mark.django_db
def test_publishing_waits_for_the_exception_and_ends_with_it(cast, shipped):
    by, now = cast.actor("party_office"), timezone.now()
    version = actions.draft(bureau=cast.bureau, by=by, on=TODAY)
    actions.edit(
        version=version, edits=[Edit("activities", "kinds", "theme_day", "photos", "required")], by=by, now=now
    )

    def publish():
        return actions.publish(version=version, valid_from=date(2027, 1, 1), basis="青教党〔2026〕3号", by=by, now=now)

    with pytest.raises(ValidationError, match="减负规定"):
        publish()
    assert PackVersion.objects.get(pk=version.pk).status == "DRAFT"
    today = timezone.localdate(now)
    exception = allow(cast, on=today, expires_on=today)
    actions.end_exception(exception=exception, by=by, on=today)
    with pytest.raises(ValidationError, match="减负规定"):
        publish()
    allow(cast, on=today, expires_on=today)
    assert publish().status == "PUBLISHED"
