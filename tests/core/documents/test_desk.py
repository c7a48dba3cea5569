from datetime import UTC, date, datetime

import pytest

from hongzhu.core.documents import actions, desk, queries
from hongzhu.core.documents.measures import issued as measured
from hongzhu.core.documents.measures import issued_rows
from hongzhu.core.measures.queries import MeasureScope
from hongzhu.kit.dates import Period
from tests.core.documents.conftest import NOW, ON, drafted, issued

LATER = datetime(2027, 1, 1, tzinfo=UTC)


def test_what_waits_is_unread_then_unanswered_then_nothing(stage):
    row = issued(stage, needs_reply=True, reply_by=ON).recipients.get(org=stage.branch)
    by = stage.actor("branch_secretary")

    def waits():
        return [(due.action, due.urgent) for due in desk.waiting(stage.branch_secretary, ON)]

    assert waits() == [("签收", True)]
    actions.read(recipient=row, by=by, now=NOW)
    assert waits() == [("回复", True)]
    actions.reply(recipient=row, text="无此情况", by=by, now=NOW)
    assert waits() == []
    assert desk.waiting(stage.outsider, ON) == desk.waiting(stage.member, ON) == []


def test_a_school_waits_for_what_its_branch_was_sent(stage):
    issued(stage, kinds=("BRANCH",))
    assert len(desk.waiting(stage.school_secretary, ON)) == 1


def test_search_finds_by_number_and_title_what_the_user_may_see(stage):
    document = issued(stage)
    draft = drafted(stage, title="冬季供暖草稿")
    assert [hit.label for hit in desk.find_documents(stage.member, document.number, 5)] == [document.title]
    assert [hit.label for hit in desk.find_documents(stage.party_office, "冬季", 5)] == [document.title, draft.title]
    assert desk.find_documents(stage.outsider, "冬季", 5) == []


def test_the_card_of_a_unit_counts_this_years_documents(stage, django_assert_max_num_queries):
    assert desk.inbox_panel(stage.party_office, stage.branch, ON) is None
    issued(stage)
    with django_assert_max_num_queries(3):
        card = desk.inbox_panel(stage.party_office, stage.branch, ON)
    assert [fact.value for fact in card.figures] == [1, 1]


def test_the_attachments_door_is_the_documents(stage):
    document = drafted(stage)
    assert desk.document_door(stage.party_office, document.pk) == document
    with pytest.raises(Exception, match="No Document"):
        desk.document_door(stage.member, document.pk)


def test_issued_documents_are_counted_by_kind_topic_day_and_scope(stage):
    issued(stage, topic="safety")
    issued(stage, topic="safety", kind="PLAN")
    issued(stage)
    drafted(stage, topic="safety")

    def value(bureau=stage.bureau, period=None, known_at=LATER, **params):
        scope = MeasureScope(bureau_id=bureau.pk)
        period = period or Period.month(2026, 11)
        rows = list(measured(scope, period, known_at, **params))
        assert sum(row.value for row in rows) == issued_rows(scope, period, known_at, **params).count()
        return sum(row.value for row in rows)

    assert (value(), value(topic="safety"), value(kind="NOTICE"), value(kind="NOTICE", topic="safety")) == (3, 2, 2, 1)
    assert value(bureau=stage.far_bureau) == 0
    assert value(period=Period.month(2026, 10)) == value(known_at=datetime(2026, 1, 1, tzinfo=UTC)) == 0


def test_the_day_of_issue_lies_inside_its_month_on_both_sides(stage):
    actions.enter(
        issuer=stage.root, wording=actions.Wording(kind="NOTICE", title="甲"), number="1", issued_on=date(2026, 11, 30),
        by=stage.actor("party_office"), now=NOW,
    )  # fmt: skip
    scope = MeasureScope(bureau_id=stage.bureau.pk)
    assert [row.value for row in measured(scope, Period.month(2026, 11), LATER)] == [1]
    assert list(measured(scope, Period.month(2026, 12), LATER)) == []


def test_layouts_of_papers_come_from_the_pack(stage):
    layout = queries.sheet_layout(stage.bureau, ON, "theme_day_record")
    assert [column.source for column in layout.columns][:3] == ["body", "held", "place"]
    assert queries.sheet_layout(stage.bureau, ON, "none_such") is None
