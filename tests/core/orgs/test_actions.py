"""The life of a body: renamed, moved with everything under it, its superiors and hosts; the tree at any past day."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from hongzhu.core.audit.models import Entry
from hongzhu.core.orgs import actions, queries, rules
from hongzhu.core.orgs.models import Change, Hosting, Org, Placement, Superior

ON, DAY_BEFORE = date(2026, 9, 1), date(2026, 8, 31)


def by(cast):
    return cast.actor("party_office")


def test_rename_keeps_the_old_name_in_the_history(cast):
    before = Entry.objects.count()
    actions.rename(org=cast.branch, name="柳林小学党支部", by=by(cast), on=ON, approval="青教党〔2026〕8号")

    cast.branch.refresh_from_db()
    change = Change.objects.get(org=cast.branch, step="RENAMED")
    assert (change.old_name, change.new_name, change.approval) == (
        "柳林中心小学党支部",
        "柳林小学党支部",
        "青教党〔2026〕8号",
    )
    assert cast.branch.search_key.split()[0].startswith("liulin")
    assert Entry.objects.count() == before + 1


@pytest.mark.parametrize(
    ("name", "words"), [("双桥小学党支部", "同名"), ("柳林中心小学党支部", "没有变"), ("", "没有变")]
)
def test_rename_refused(cast, name, words):
    before = Entry.objects.count()
    with pytest.raises(ValidationError, match=words):
        actions.rename(org=cast.branch, name=name, by=by(cast), on=ON)
    assert Entry.objects.count() == before


def test_move_takes_the_subtree_and_leaves_the_past(cast):
    actions.move(org=cast.general_branch, parent=cast.root, by=by(cast), on=ON)

    old = queries.path_of(cast.committee, DAY_BEFORE) + queries.segment(cast.general_branch.pk)
    assert queries.path_of(cast.general_branch, DAY_BEFORE) == old
    assert queries.path_of(cast.branch, DAY_BEFORE) == old + queries.segment(cast.branch.pk)
    new = queries.path_of(cast.root, ON) + queries.segment(cast.general_branch.pk)
    assert queries.path_of(cast.general_branch, ON) == new
    assert queries.path_of(cast.branch, ON) == new + queries.segment(cast.branch.pk)
    assert queries.parent_of(cast.branch, ON) == cast.general_branch
    assert Placement.objects.filter(org=cast.branch).count() == 2


def test_move_twice_on_one_day_sets_right(cast):
    actions.move(org=cast.general_branch, parent=cast.root, by=by(cast), on=ON)
    actions.move(org=cast.general_branch, parent=cast.committee, by=by(cast), on=ON)

    path = queries.path_of(cast.committee, ON) + queries.segment(cast.general_branch.pk)
    assert queries.path_of(cast.branch, ON) == path + queries.segment(cast.branch.pk)
    assert queries.parent_of(cast.general_branch, ON) == cast.committee
    assert Placement.objects.filter(org=cast.general_branch).count() == 2


def test_move_under_itself_or_elsewhere_is_refused(cast):
    before = list(Placement.objects.order_by("pk").values())
    for parent in (cast.branch, cast.general_branch, cast.far_root, cast.committee):
        with pytest.raises(ValidationError):
            actions.move(org=cast.general_branch, parent=parent, by=by(cast), on=ON)
    assert list(Placement.objects.order_by("pk").values()) == before


def test_superiors_change_by_day(cast):
    actions.change_superiors(org=cast.branch, belongs_to=cast.committee, guided_by=None, by=by(cast), on=ON)

    assert queries.superiors_of(cast.branch, DAY_BEFORE) == {"BELONGS": cast.general_branch, "GUIDES": cast.committee}
    assert queries.superiors_of(cast.branch, ON) == {"BELONGS": cast.committee}
    before = Entry.objects.count()
    actions.change_superiors(org=cast.branch, belongs_to=cast.committee, guided_by=None, by=by(cast), on=ON)
    assert Entry.objects.count() == before
    with pytest.raises(ValidationError):
        actions.change_superiors(org=cast.branch, belongs_to=cast.branch, guided_by=None, by=by(cast), on=ON)


def test_hosts_change_by_day(cast):
    actions.change_hosts(org=cast.branch, hosts=(cast.school, cast.other_school), by=by(cast), on=ON)
    assert queries.hosts_of(cast.branch, DAY_BEFORE) == [cast.school]
    assert queries.hosts_of(cast.branch, ON) == [cast.school, cast.other_school]
    actions.change_hosts(org=cast.branch, hosts=(cast.school,), by=by(cast), on=ON)
    assert Hosting.objects.filter(org=cast.branch, unit=cast.other_school).count() == 0
    with pytest.raises(ValidationError):
        actions.change_hosts(org=cast.branch, hosts=(cast.far_school,), by=by(cast), on=ON)


def test_facts_change_and_codes_stay_unique(cast):
    actions.change_facts(org=cast.school, by=by(cast), on=ON, school_code="2137000001")
    with pytest.raises(ValidationError, match="标识码"):
        actions.change_facts(org=cast.other_school, by=by(cast), on=ON, school_code="2137000001")
    with pytest.raises(ValueError, match="name"):
        actions.change_facts(org=cast.school, by=by(cast), on=ON, name="别的")


def test_tree_lists_the_day_asked_for(cast):
    path = queries.path_of(cast.root, ON)
    made = actions.set_up(bureau=cast.bureau, kind="SCHOOL", name="新桥小学", parent=cast.root, by=by(cast), on=ON)

    assert made in [row.org for row in queries.tree(path, ON)]
    assert made not in [row.org for row in queries.tree(path, DAY_BEFORE)]
    assert [row.org.name for row in queries.tree(path, ON, q="xqxx")] == ["新桥小学"]
    assert {row.org.kind for row in queries.tree(path, ON, kind="BRANCH")} == {"BRANCH"}
    branch = next(row for row in queries.tree(path, ON) if row.org == cast.branch)
    assert (branch.depth, branch.parent, branch.belongs, branch.guides) == (
        3, "柳林学区党总支", "柳林学区党总支", "青禾县教育局党委",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "known", "words"),
    [
        ("BRANCH", {"full_members": 2}, "不足3人"),
        ("BRANCH", {"full_members": 3}, ""),
        ("BRANCH", {"members": 51}, "分设"),
        ("BRANCH", {"members": 50}, ""),
        ("JOINT_BRANCH", {"units": 6}, "5个单位"),
        ("JOINT_BRANCH", {"units": 5}, ""),
        ("GENERAL_BRANCH", {"full_members": 50}, "党总支"),
        ("COMMITTEE", {"members": 100}, "基层党委"),
        ("SCHOOL", {"full_members": 0, "units": 9}, ""),
    ],
)
def test_cautions_warn_on_the_right_side_of_the_line(kind, known, words):
    found = rules.cautions(kind, **known)
    assert bool(found) is bool(words) and all(words in text for text in found)


@pytest.mark.parametrize("step", ["rename", "move", "change_superiors", "change_hosts"])
def test_a_closed_body_changes_no_more(cast, step):
    Org.objects.filter(pk=cast.class_one.pk).update(closed_on=date(2026, 1, 1))
    more = {
        "rename": {"name": "别的"}, "move": {"parent": cast.root},
        "change_superiors": {"belongs_to": cast.committee, "guided_by": None}, "change_hosts": {"hosts": (cast.school,)},
    }[step]  # fmt: skip
    with pytest.raises(ValidationError, match="已经撤销"):
        getattr(actions, step)(org=cast.class_one, by=by(cast), on=ON, **more)
    assert Superior.objects.filter(org=cast.class_one).count() == 0
