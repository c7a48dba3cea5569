"""Papers of an election: 请示, 批复, 选票 and 计票单, 结果报告, 结果批复; and the ledger of terms. Facts in, bytes out."""

# zh-file: papers are Chinese in either language of the pages

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date

from hongzhu.core.activities import queries as activities
from hongzhu.core.documents.queries import sheets
from hongzhu.core.orgs.models import BRANCH_KINDS, Org
from hongzhu.core.people.models import PostKind
from hongzhu.kit.dates import full_text
from hongzhu.kit.paper import Pair, Sheet, write_docx
from hongzhu.kit.tables.write import write_xlsx
from hongzhu.services.party.models import Election, ElectionSeat

from .terms import BodyTerm, candidates, part_of, printed, superior_of

LEDGER = (
    "序号", "党组织", "隶属", "本届选举日期", "届满日期", "请示", "批复", "选举日期", "结果批复", "延期批准", "状态",
)  # fmt: skip


def _above(election: Election) -> str:
    superior = superior_of(election.org, election.started_on)
    return superior.name if superior else "上级党组织"


def _matter(election: Election) -> str:
    return str(election.get_cause_display())


def _team(org: Org) -> str:
    """What the new team is called."""
    return "支部委员会" if org.kind in BRANCH_KINDS else f"{org.get_kind_display()}委员会"


def _names(rows: Iterable[ElectionSeat]) -> str:
    return "、".join(row.person.name for row in rows)


def _signer(org: Org, on: date | None) -> str:
    leader = activities.secretary_of(org, on) if on else None
    return leader.name if leader else ""


def _request_text(election: Election, rows: Sequence[ElectionSeat]) -> str:
    org, seats = election.org, election.seats or 0
    until = f"本届{_team(org)}于{full_text(election.due_on)}任期届满。" if election.due_on else ""
    when = f"拟于{full_text(election.planned_on)}召开" if election.planned_on else "拟召开"
    first = next((row for row in rows if row.kind == PostKind.SECRETARY), None)
    lines = [
        f"{until}按照党章和党的基层组织选举工作有关规定，{when}党员大会，进行{_matter(election)}。现将有关事项请示如下：",
        f"一、应选名额。{'本次应选' if election.cause == Election.Cause.BY else f'新一届{_team(org)}应选'}{seats}名。",
    ]
    if rows:
        lines.append(f"二、候选人预备人选。提名{len(rows)}名，按提名先后为：{_names(rows)}。")
    if first is not None:
        lines.append(f"三、书记预备人选。{first.person.name}。")
    return "\n".join([*lines, "妥否，请批示。"])


@sheets.in_chinese
def request(election: Election) -> bytes:
    """换届请示, upward, with its signer."""
    org = election.org
    return sheets.write_official(
        sheets.Official(
            head=f"{org.name}文件", number=election.asked_number, title=f"关于{_matter(election)}的请示",
            main_recipient=_above(election), text=_request_text(election, printed(election)), body_name=org.name,
            on=election.asked_on, signer=_signer(org, election.asked_on),
        )
    )  # fmt: skip


@sheets.in_chinese
def reply(election: Election) -> bytes:
    """批复 of the request."""
    org, rows = election.org, printed(election)
    asked = f"你{_short(org)}《关于{_matter(election)}的请示》{_cited(election.asked_number)}收悉。经研究，批复如下："
    lines = [
        asked,
        f"一、同意你{_short(org)}进行{_matter(election)}。",
        f"二、同意应选{election.seats or 0}名。" + (f"同意{_names(rows)}为候选人预备人选。" if rows else ""),
        "三、请严格按照有关规定组织选举，选举结果及时报批。",
        "此复。",
    ]
    return _answer(
        election, f"关于同意{org.name}{_matter(election)}的批复", lines, election.allowed_number, election.allowed_on
    )


@sheets.in_chinese
def result_report(election: Election) -> bytes:
    """选举结果报告, upward, with the counts as they were recorded."""
    org, rows = election.org, candidates(election)
    held = full_text(election.held_on) if election.held_on else ""
    rule = part_of(election.bureau, election.held_on).attendance_on(election.held_on) if election.held_on else None
    lines = [
        f"经批准{_cited(election.allowed_number)}，我{_short(org)}于{held}召开党员大会，进行{_matter(election)}。现将结果报告如下：",
        f"一、到会情况。有选举权的应到会{election.entitled}人，实到会{election.present}人，"
        + (f"符合“{rule.title}”的规定，" if rule else "")
        + "会议有效。",
        f"二、投票情况。发出选票{election.issued}张，收回选票{election.returned}张，其中有效票{election.valid}张，选举有效。",
        "三、得票情况。" + "；".join(_got(row) for row in rows) + "。",
        f"四、当选情况。{'；'.join(f'{row.person.name}任{row.get_kind_display()}' for row in rows if row.elected)}。",
    ]
    vacant = (election.seats or 0) - sum(row.elected for row in rows)
    if vacant > 0:
        lines.append(f"五、空缺情况。应选{election.seats}名，空缺{vacant}名，另行选举。")
    return sheets.write_official(
        sheets.Official(
            head=f"{org.name}文件", number=election.reported_number, title=f"关于{_matter(election)}结果的报告",
            main_recipient=_above(election), text="\n".join([*lines, "以上报告，请审批。"]), body_name=org.name,
            on=election.reported_on, signer=_signer(org, election.reported_on),
        )
    )  # fmt: skip


@sheets.in_chinese
def result_reply(election: Election) -> bytes:
    """结果批复."""
    org = election.org
    rows = [row for row in candidates(election) if row.elected]
    lines = [
        f"你{_short(org)}《关于{_matter(election)}结果的报告》{_cited(election.reported_number)}收悉。经研究，批复如下：",
        f"同意选举结果：{'；'.join(f'{row.person.name}任{row.get_kind_display()}' for row in rows)}。任职时间自选举之日起计算。",
        "此复。",
    ]
    return _answer(
        election, f"关于{org.name}{_matter(election)}结果的批复", lines, election.confirmed_number, election.confirmed_on
    )  # fmt: skip


@sheets.in_chinese
def ballot(election: Election) -> bytes:
    """选票, and the counting sheet for ink: no mark of the voter on either."""
    org, rows = election.org, printed(election)
    head = f"{org.name}{_matter(election)}"
    paper = Sheet(title=f"{head}选票", subtitle=f"应选{election.seats or 0}名，候选人{len(rows)}名（按提名先后排列）")
    paper.table(
        ("符号", "候选人姓名", "另选他人姓名"),
        [("", row.person.name, "") for row in rows] or [("", "", "")] * 3,
        widths=(1, 2, 2), row_height=12,
    )  # fmt: skip
    paper.text(
        f"说明：1. 同意的，在姓名前“符号”格内画“○”；不同意的画“×”；弃权的不画。\n"
        f"2. 另选他人的，写明姓名并在“符号”格内画“○”。\n"
        f"3. 所选人数等于或少于{election.seats or 0}名有效，多于的无效；书写不清无法辨认的部分无效。"
    )  # fmt: skip
    count = Sheet(title=f"{head}计票单", subtitle="开票后填写，由监票人、计票人签字")
    count.form(
        [
            [Pair("选举日期", full_text(election.planned_on) if election.planned_on else ""), Pair("应选名额", str(election.seats or ""))],
            [Pair("应到会"), Pair("实到会")],
            [Pair("发出选票"), Pair("收回选票")],
            [Pair("有效票"), Pair("无效票")],
        ]
    )  # fmt: skip
    count.table(
        ("序号", "姓名", "画票", "赞成票", "不赞成", "弃权"),
        [(place, row.person.name, "", "", "", "") for place, row in enumerate(rows, start=1)] + [("", "", "", "", "", "")] * 2,
        widths=(0.6, 1.4, 4, 1, 1, 1), row_height=12,
    )  # fmt: skip
    count.signatures("总监票人", "监票人", "计票人")
    return write_docx([paper, count], about=f"{head}选票")


PAPERS: dict[str, tuple[str, Callable[[Election], bytes]]] = {
    "request": ("换届请示", request),
    "reply": ("批复", reply),
    "ballot": ("选票和计票单", ballot),
    "report": ("选举结果报告", result_report),
    "confirmation": ("结果批复", result_reply),
}


def ready(election: Election) -> list[str]:
    """Which papers can be made of what is on record by now."""
    steps = (
        ("request", election.asked_on), ("reply", election.allowed_on), ("ballot", election.allowed_on),
        ("report", election.reported_on or election.held_on), ("confirmation", election.confirmed_on),
    )  # fmt: skip
    counted = {"report"} if election.entitled is None else set()
    asked = set() if election.asked_on else {"request", "reply", "ballot", "confirmation"}
    return [name for name, day in steps if day and name not in counted | asked]


def _short(org: Org) -> str:
    return "支部" if org.kind in BRANCH_KINDS else str(org.get_kind_display())


def _cited(number: str) -> str:
    return f"（{number}）" if number else ""


def _got(row: ElectionSeat) -> str:
    again = f"，再次投票得{row.again}票" if row.again is not None else ""
    who = f"{row.person.name}（另选）" if row.written_in else row.person.name
    return f"{who}得赞成票{row.votes or 0}票{again}，{'当选' if row.elected else '未当选'}"


def _answer(election: Election, title: str, lines: Sequence[str], number: str, on: date | None) -> bytes:
    above = _above(election)
    return sheets.write_official(
        sheets.Official(
            head=f"{above}文件", number=number, title=title, main_recipient=election.org.name, text="\n".join(lines),
            body_name=above, on=on,
        )
    )  # fmt: skip


@sheets.in_chinese
def ledger(rows: Sequence[BodyTerm], on: date) -> bytes:
    """换届台账, the usual columns; as of a day."""
    return write_xlsx(
        "换届台账",
        LEDGER,
        [(place, *ledger_row(row)) for place, row in enumerate(rows, start=1)],
        notes=[
            f"数据截至{full_text(on)}。",
            "届满日期＝本届选举日期加任期（支部、总支一般3年，基层党委一般5年，以制度包为准）。",
            "请示、批复、选举日期、结果批复：正在办的一次；没有正在办的，是上一次。",
        ],
    )


def ledger_row(row: BodyTerm) -> tuple[object, ...]:
    """The columns after 序号."""
    shown = row.running or row.last
    return (
        row.org.name, row.belongs, row.term.last_on, row.term.due_on,
        _told(shown.asked_on, shown.asked_number) if shown else "",
        _told(shown.allowed_on, shown.allowed_number) if shown else "",
        shown.held_on if shown else None,
        _told(shown.confirmed_on, shown.confirmed_number) if shown else "",
        f"{row.delay.number}，延至{row.delay.until.isoformat()}" if row.delay else "",
        str(row.chip.word),
    )  # fmt: skip


def _told(day: date | None, number: str) -> str:
    return " ".join(filter(None, (day.isoformat() if day else "", number)))
