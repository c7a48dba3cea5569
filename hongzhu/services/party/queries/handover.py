"""交接清单: what of a body is open, computed from the rooms, in words as they will be printed; lists that were made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from hongzhu.core.access import queries as access
from hongzhu.core.activities.queries.items import OPEN, items_of
from hongzhu.core.collections.models import Request, Return
from hongzhu.core.documents.models import ISSUED, Recipient
from hongzhu.core.documents.queries.sheets import in_chinese
from hongzhu.core.obligations import queries as obligations
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.orgs.models import BRANCH_KINDS, Hosting, Org
from hongzhu.core.people.models import Membership, Post, PostKind, Standing
from hongzhu.core.people.rules import HOLDING
from hongzhu.kit.dates import Period, day_text, full_text, month_text
from hongzhu.kit.paper import Sheet, write_docx
from hongzhu.kit.perms import Perm
from hongzhu.kit.tables.write import write_xlsx
from hongzhu.services.party import rules
from hongzhu.services.party.engine.dues_account import balance_at
from hongzhu.services.party.models import (
    Admission,
    AllotmentLine,
    Handing,
    Handover,
    MemberPost,
    Promise,
    Receipt,
    Relief,
    Transfer,
)

from . import admission, admission_table, dues, dues_account, dues_handing, dues_opening, terms
from .dues_papers import yuan

RECENT = timedelta(days=60)  # so long a change of secretary asks for its list
UNSENT = (Transfer.Status.ASKED, Transfer.Status.LET_GO, Transfer.Status.SENT)
UNANSWERED = (Return.Status.WAITING, Return.Status.PREFILLED, Return.Status.RETURNED)

Row = tuple[str, str]  # what, and how it stands or until when


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the list with its rows; a part without rows says that there is nothing."""

    title: str
    rows: Sequence[Row]


@in_chinese
def sections(org: Org, today: date) -> list[Section]:
    """Everything open of a body on a day. A fixed number of queries, whatever is open."""
    parts = (
        (_("没有开齐的组织生活"), _duties), (_("没有办完的议定事项、整改事项"), _items), (_("正在发展的人"), _admissions),
        (_("党费"), _dues), (_("换届"), _terms), (_("在途的组织关系转接"), _transfers), (_("待签收的文件"), _papers),
        (_("待填报的表"), _tables), (_("岗位和承诺"), _posts),
    )  # fmt: skip
    return [Section(title, list(rows(org, today))) for title, rows in parts]


def _duties(org: Org, today: date) -> Iterable[Row]:
    if org.kind not in BRANCH_KINDS:
        return
    for card in obligations.due_cards(org, today):
        words = {"period": obligations.period_words(card.due), "n": card.lacking, "day": day_text(card.due_on)}
        text = _("%(period)s，还差%(n)s次，%(day)s前") if not card.over else _("%(period)s，未见记录%(n)s次")
        yield str(card.duty.title), text % words


def _items(org: Org, today: date) -> Iterable[Row]:
    """Items of confidential meetings are counted, not told: the list goes through more hands than their records."""
    inside = 0
    for item in items_of(org).filter(state__in=OPEN).select_related("act", "owner"):
        if item.act.confidential:
            inside += 1
            continue
        owner = item.owner.name if item.owner else _("未定责任人")
        yield item.matter, _("，").join([owner, full_text(item.due_on) if item.due_on else _("未定时限")])
    if inside:
        yield _("组织生活会等会议的整改事项"), _("%s项，见会议记录") % inside


def _admissions(org: Org, today: date) -> Iterable[Row]:
    part = admission.part_on(org.bureau, today)
    rows = Admission.objects.filter(admission.running(), org=org).select_related("person", "org", "bureau")
    for line in admission.lines(rows.order_by("applied_on", "pk"), org.bureau, today):
        row = admission_table.row_of(line, part, today)
        day = full_text(row.due.day) if row.due else ""
        yield line.admission.person.name, _("，").join(filter(None, (str(row.text), day)))


def _dues(org: Org, today: date) -> Iterable[Row]:
    members = Membership.objects.filter(
        orgs.on_day(today), org=org, standing__in=(Standing.FULL, Standing.PROBATIONARY)
    ).values_list("person", flat=True)
    people = list(members.order_by())
    by_month = Counter(dues.paid_through(people, today).values())
    for month, number in sorted(by_month.items(), reverse=True):
        yield _("交至%s") % month_text(month), _("%s人") % number
    without = len(people) - by_month.total()
    if without:
        yield _("未见缴纳记录"), _("%s人") % without
    handed = Handing.objects.filter(org=org, voided_at__isnull=True).order_by("-quarter_on").first()
    if handed is not None:
        state = full_text(handed.received_on) if handed.received_on else _("上级还没有确认收到")
        quarter = Period.quarter(handed.quarter_on.year, (handed.quarter_on.month + 2) // 3)
        yield _("最近上缴：%s") % quarter.title, state
    yield from _money(org, today)


def _money(org: Org, today: date) -> Iterable[Row]:
    """What is in the body's hands: sums and numbers of receipts, no names."""
    if days := dues_account.net_by_day(org, today):
        yield _("收支明细账余额"), _("%s元") % yuan(balance_at(days, today))
    if left := dues_opening.left_of(org, today):
        yield _("还在手里的期初余额"), _("%s元") % yuan(left)
    if held := dues_handing.to_hand(org, today):
        yield _("未上缴"), _("%s元") % yuan(held)
    live = Receipt.objects.filter(org=org, voided_at__isnull=True)
    large = live.filter(large=True, forwarded_on__isnull=True, paid_on__lte=today)
    for number, fen in large.order_by("paid_on", "pk").values_list("number", "fen"):
        yield _("大额党费未上缴：收据%s") % number, _("%s元") % yuan(fen)
    given = AllotmentLine.objects.filter(_addressed(org, today), allotment__voided_at__isnull=True)
    waiting = given.filter(sent_on__lte=today, reported_on__isnull=True).select_related("allotment")
    for line in waiting.order_by("sent_on", "pk"):
        state = _("待报告使用") if line.received_on else _("待确认收到")
        yield _("下拨党费：%s") % line.allotment.title, _("%(fen)s元，%(state)s") % {
            "fen": yuan(line.fen), "state": state,
        }  # fmt: skip
    asked = Relief.objects.filter(org=org, approved_on__isnull=True, declined_on__isnull=True).count()
    if asked:
        yield _("党费减免待批准"), _("%s人") % asked


def _terms(org: Org, today: date) -> Iterable[Row]:
    stands = terms.standing(org, today)
    if stands.running is not None:
        yield str(stands.running.get_cause_display()), _("正在办理")
    deadline = stands.term.deadline
    yield _("本届任期届满"), full_text(deadline) if deadline else _("上次选举没有登记")


def _transfers(org: Org, today: date) -> Iterable[Row]:
    rows = Transfer.objects.filter(Q(from_org=org) | Q(to_org=org), status__in=UNSENT).select_related("person")
    for row in rows.order_by("asked_on", "pk"):
        yield row.person.name, _("，").join([str(row.get_status_display()), _("%s提出") % full_text(row.asked_on)])


def _addressed(org: Org, today: date) -> Q:
    """The body itself, and the units it lives in."""
    hosts = Hosting.objects.filter(orgs.on_day(today), org=org).values("unit")
    return Q(org=org) | Q(org__in=hosts)


def _papers(org: Org, today: date) -> Iterable[Row]:
    rows = Recipient.objects.filter(_addressed(org, today), read_at__isnull=True, document__status__in=ISSUED)
    for row in rows.select_related("document").order_by("document__issued_on", "pk"):
        paper = row.document
        yield _("《%s》") % paper.title, _("%s前回复") % full_text(paper.reply_by) if paper.reply_by else paper.number


def _tables(org: Org, today: date) -> Iterable[Row]:
    rows = Return.objects.filter(
        _addressed(org, today), status__in=UNANSWERED, request__status=Request.Status.OUT
    ).select_related("request")
    for row in rows.order_by("request__due_on", "pk"):
        told = {"state": row.get_status_display(), "day": full_text(row.request.due_on)}
        yield row.request.title, _("%(state)s，%(day)s截止") % told


def _posts(org: Org, today: date) -> Iterable[Row]:
    kinds = dict(MemberPost.Kind.choices)
    held = MemberPost.objects.filter(org=org).filter(Q(to_on__isnull=True) | Q(to_on__gt=today))
    for kind, number in held.order_by("kind").values_list("kind").annotate(n=Count("pk")):
        yield str(kinds[kind]), _("%s个") % number
    promises = list(Promise.objects.filter(org=org, year=today.year).values_list("signed_on", "done_on"))
    if promises:
        told = {
            "n": len(promises), "signed": sum(signed is not None for signed, _done in promises),
            "done": sum(done is not None for _signed, done in promises),
        }  # fmt: skip
        yield _("%s年党员承诺") % today.year, _("%(n)s项，已签名%(signed)s项，已兑现%(done)s项") % told


def frozen(parts: Iterable[Section]) -> list[dict[str, Any]]:
    """As it is kept: a list of parts, each with its title and rows."""
    return [{"title": part.title, "rows": [list(row) for row in part.rows]} for part in parts]


# Doors and lists.


def visible_to(user: Any) -> QuerySet[Handover]:
    """Lists of bodies in the user's part, newest first."""
    found = Handover.objects.filter(access.within(user, rules.VIEW, "org")).select_related("org", "leaving", "coming")
    return found.order_by("-on", "-pk")


def open_handover(user: Any, pk: int, perm: Perm = rules.VIEW) -> Handover:
    """The door of one list: unseen is 404, seen but not permitted is 403."""
    row: Handover = get_object_or_404(visible_to(user), pk=pk)
    if perm is not rules.VIEW:
        access.check(user, perm, row.org)
    return row


def open_body(user: Any, pk: int) -> Org:
    """The door of a body whose secretary hands over."""
    seen = Org.objects.filter(access.within(user, rules.VIEW, ""), kind__in=HOLDING)
    org: Org = get_object_or_404(seen.select_related("bureau"), pk=pk)
    access.check(user, rules.KEEP, org)
    return org


def prepared(org: Org) -> Handover | None:
    """The body's list that nobody has signed yet."""
    return Handover.objects.filter(org=org, signed_on__isnull=True).select_related("leaving").order_by("-pk").first()


def secretaries(org: Org, today: date) -> list[Post]:
    """Who is or was secretary of the body, latest first. One query."""
    rows = Post.objects.filter(org=org, kind=PostKind.SECRETARY, from_on__lte=today).select_related("person")
    return list(rows.order_by("-from_on", "-pk")[:6])


def was_secretary(org: Org, person: int) -> bool:
    return Post.objects.filter(org=org, kind=PostKind.SECRETARY, person=person).exists()


def changed(org: Org, today: date) -> Post | None:
    """The post of a secretary who took over lately and for whom no list was made. Two queries."""
    new = (
        Post.objects.filter(
            orgs.on_day(today), org=org, kind=PostKind.SECRETARY, acting=False, from_on__gt=today - RECENT
        )
        .select_related("person")
        .order_by("-from_on")
        .first()
    )
    if new is None or not Post.objects.filter(org=org, kind=PostKind.SECRETARY, to_on__lte=today).exists():
        return None
    made = Handover.objects.filter(org=org, coming=new.person_id, on__gte=new.from_on - RECENT)
    return None if made.exists() else new


def own_body(user: Any) -> Org | None:
    """The body somebody keeps Party affairs for, when the grant stands at one."""
    grant = access.acting_grant(user)
    if grant is None or grant.org.kind not in HOLDING or not access.may(user, rules.KEEP):
        return None
    return grant.org


# Papers.


@in_chinese
def handover_docx(row: Handover) -> bytes:
    """The list as it was frozen, with three places to sign."""
    sheet = Sheet(_("党组织书记交接清单"), subtitle=row.org.name)
    sheet.form(
        [
            [(_("移交人"), row.leaving.name), (_("接收人"), row.coming.name)],
            [(_("监交人"), row.witness), (_("交接日期"), full_text(row.on))],
            [(_("印章保管"), row.seal_kept_by), (_("档案存放处"), row.archive_place)],
        ]
    )
    for number, part in enumerate(row.items, start=1):
        sheet.text(_("%(n)s．%(title)s") % {"n": number, "title": part["title"]}, bold=True)
        if part["rows"]:
            rows = [(place, what, state) for place, (what, state) in enumerate(part["rows"], start=1)]
            sheet.table(
                [_("序号"), _("事项"), _("情况、时限")], rows, widths=(0.5, 3.4, 3), aligns=("center", "left", "left")
            )
        else:
            sheet.text(_("无"), indent=True)
    sheet.signatures(_("移交人"), _("接收人"), _("监交人"))
    return write_docx([sheet])


def handovers_xlsx(rows: QuerySet[Handover]) -> bytes:
    """The register of lists."""
    header = [_("党组织"), _("移交人"), _("接收人"), _("监交人"), _("交接日期"), _("签字日期")]
    told = (
        (row.org.name, row.leaving.name, row.coming.name, row.witness, row.on, row.signed_on)
        for row in rows.iterator(chunk_size=500)
    )
    return write_xlsx(_("交接清单"), header, told)
