"""Papers of the way into the Party that go up, come back or hang on the board: the talk, the filings (4, 8, 18), the result
of a notice, request and reply of admission and of full membership. What was said is written by hand.
"""

# zh-file: papers are Chinese in either language of the pages

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from hongzhu.kit.dates import full_text
from hongzhu.kit.packs import by_code
from hongzhu.kit.paper import Pair, Sheet
from hongzhu.services.party.models import Admission, AdmissionStep

from . import admission as queries

DAY = "      年   月   日"
# Steps that are filed with the superior: after which step, and what of.
FILED = {
    "activist_filed": ("activist", "入党积极分子备案报告", "确定为入党积极分子"),
    "candidate_filed": ("candidate", "发展对象备案报告", "列为发展对象"),
    "upper_filed": ("admit_approved", "接收预备党员备案报告", "批准接收为中共预备党员"),
}
# Steps that the superior approves: after which meeting, what is asked and what is answered.
APPROVED = {
    "admit_approved": ("admit_vote", "接收预备党员", "接收{name}同志为中国共产党预备党员"),
    "full_approved": ("full_vote", "预备党员转正", "{name}同志的转正事项（{decided}）"),
}
DECIDED = {"confirm": "按期转为正式党员", "extend": "延长预备期", "cancel": "取消预备党员资格"}


def offered(done: Collection[str], closed: Collection[str], notices: Collection[Any]) -> list[tuple[str, str]]:
    """(code, title) of what can be printed now, by the steps done with success and the notices closed."""
    found = [("talk", "入党申请人谈话登记表")]
    found += [(f"filed_{code}", title) for code, (after, title, _what) in FILED.items() if after in done]
    found += [(f"result_{one.code}", f"{one.title.zh}结果") for one in notices if one.code in closed]
    for code, (after, title, _what) in APPROVED.items():
        if after in done:
            found += [(f"ask_{code}", f"{title}的请示"), (f"answer_{code}", f"{title}的批复")]
    return found


def write(admission: Admission, who: Any, code: str) -> Sheet:
    """One of the papers offered, ``who`` as admission_paper reads the person."""
    kind, _dash, point = code.partition("_")
    if kind == "talk":
        return talk(admission, who)
    if kind == "result":
        return result(admission, who, point)
    if kind == "filed":
        return filed(admission, who, point)
    return (ask if kind == "ask" else answer)(admission, who, point)


def _step(admission: Admission, code: str) -> AdmissionStep | None:
    rows = AdmissionStep.objects.filter(queries.ENTERED, admission=admission, code=code)
    return rows.order_by("-round").first()


def _day(row: AdmissionStep | None) -> str:
    return full_text(row.on) if row else DAY


def _letter(title: str, number: str, to: str, text: str, signed: str) -> Sheet:
    sheet = Sheet(title, number)
    sheet.text(f"{to}：")
    sheet.text(text, indent=True)
    return sheet.text(signed, align="right")


def talk(admission: Admission, who: Any) -> Sheet:
    """派人谈话: who was talked with and when; what was said is for ink."""
    row = _step(admission, "talk")
    sheet = Sheet("入党申请人谈话登记表", who.branch)
    sheet.form(
        [
            (("申请人", who.name), ("性别", who.sex)),
            (("民族", who.ethnic), ("出生年月", who.born)),
            (("单位及职务", who.post),),
            (("申请入党时间", who.applied), ("谈话时间", _day(row))),
            (("谈话人", ""), ("谈话地点", "")),
            (Pair("谈话情况", "", 90),),
        ]
    )
    return sheet.signatures("谈话人（签字）：", "申请人（签字）：")


def filed(admission: Admission, who: Any, code: str) -> Sheet:
    """备案报告 to the superior; of an admission the committee that approved it reports further up."""
    after, title, what = FILED[code]
    row, own = _step(admission, after), _step(admission, code)
    upward = code == "upper_filed"
    writer, to = (
        (who.superior or "上级党委", "上级党委组织部门") if upward else (who.branch, who.superior or "上级党委")
    )
    text = (
        f"{who.branch}{who.name}同志（{who.applied}申请入党）于{_day(row)}{what}"
        f"{'' if upward else '，公示无影响备案的反映'}，现将有关情况报上备案。"
    )
    return _letter(title, own.number if own else "", to, text, f"{writer}\n{_day(own)}")


def result(admission: Admission, who: Any, point: str) -> Sheet:
    """公示结果: how long it hung and how many spoke up; not what they said."""
    row = admission.notices.filter(point=point, closed_on__isnull=False).order_by("-posted_on").first()
    assert row is not None and row.closed_on is not None  # only offered when closed
    rule = by_code(queries.part_on(admission.bureau, row.posted_on).notices)[point]
    sheet = Sheet(f"{rule.title.zh}结果", who.branch)
    count = f"收到反映{row.objections}件" if row.objections else "没有收到反映"
    effect = "影响继续办理，须核实清楚后重新公示" if row.held_up else "不影响继续办理"
    sheet.text(
        f"我支部对{rule.kind.zh}{who.name}同志自{full_text(row.posted_on)}张贴公示，期限{row.days}个工作日，"
        f"公示期间{count}，{effect}。",
        indent=True,
    )
    sheet.text(f"{who.branch}\n{full_text(row.closed_on)}", align="right")
    return sheet.signatures("支部书记（签字）：", "组织委员（签字）：")


def _matter(admission: Admission, who: Any, code: str) -> tuple[AdmissionStep | None, str]:
    """The meeting that is reported, and what it decided in words."""
    after, _title, words = APPROVED[code]
    meeting = _step(admission, after)
    decided = DECIDED.get(meeting.decision if meeting else "", DECIDED["confirm"])
    return meeting, words.format(name=who.name, decided=decided)


def ask(admission: Admission, who: Any, code: str) -> Sheet:
    """接收、转正审批的请示: what the meeting decided, with its counts."""
    meeting, matter = _matter(admission, who, code)
    counts = ""
    if meeting is not None and meeting.entitled is not None:
        favour = (meeting.in_favour or 0) + (meeting.written or 0)
        counts = f"应到会有表决权的正式党员{meeting.entitled}人，实到{meeting.present}人，赞成{favour}人。"
    text = (
        f"我支部{_day(meeting)}召开支部大会，采取无记名投票方式，讨论通过{matter}。{counts}现将有关材料报上，请予审批。"
    )
    return _letter(f"关于{APPROVED[code][1]}的请示", "", who.superior or "上级党委", text, f"{who.branch}\n{DAY}")


def answer(admission: Admission, who: Any, code: str) -> Sheet:
    """接收、转正审批的批复: filled with the number and the day once they are on file."""
    _meeting, matter = _matter(admission, who, code)
    row = _step(admission, code)
    said = "审批结果：                        "
    if row is not None:
        said = f"同意{matter}" if row.passed else f"不同意{matter}"
    number = row.number if row and row.number else "文号：              "
    text = f"你支部关于{matter}的请示收悉。经研究，{said}。请将结果通知本人，并在党员大会上宣布。"
    return _letter(
        f"关于{APPROVED[code][1]}的批复", number, who.branch, text, f"{who.superior or '上级党委'}\n{_day(row)}"
    )
