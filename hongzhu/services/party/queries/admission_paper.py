"""Papers of the way into the Party as Word: notices, ballot and resolution, review form, request and reply, file index.

They are laid out with what is on file; what people think and say is written by hand, or not at all (政审: only that it was
held, when, and the number of its conclusion).
"""

# zh-file: papers are Chinese in either language of the pages

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from hongzhu.core.documents.queries import sheets
from hongzhu.core.orgs import queries as orgs
from hongzhu.core.people.models import Engagement, Post
from hongzhu.core.policies import queries as policies
from hongzhu.kit.dates import full_text, month_text, range_text
from hongzhu.kit.packs import by_code
from hongzhu.kit.paper import Pair, Sheet, write_docx
from hongzhu.services.party.engine import admission as engine
from hongzhu.services.party.models import Admission, AdmissionNotice, AdmissionStep, Helper

from . import admission as queries
from . import admission_letters as letters

BALLOTS = {"admit_vote": "接收为中国共产党预备党员", "full_vote": "转为中国共产党正式党员"}
DECIDED = {"confirm": "按期转为正式党员", "extend": "延长预备期", "cancel": "取消预备党员资格"}
# Papers of the file that say when steps were entered as past; what is posted or sent up is written anew.
NOTED = {"ballot", "index", "review"}
LETTERS = {"talk", "filed", "result", "ask", "answer"}
SEX = {"1": "男", "2": "女"}


@dataclass(frozen=True, slots=True)
class Made:
    """A paper ready to be saved."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Person:
    """What papers say of somebody; read once."""

    name: str
    sex: str
    ethnic: str
    born: str
    education: str
    post: str
    applied: str
    branch: str
    superior: str
    contacts: str
    introducers: str


def offered(admission: Admission, today: date) -> list[tuple[str, str]]:
    """Papers that can be printed now: (code, title). Four queries beside the pack."""
    found = [("review_form", "培养教育考察登记表"), ("index", "卷内目录")]
    points = set(AdmissionNotice.objects.filter(admission=admission).values_list("point", flat=True))
    titles = {one.code: one.title.zh for one in queries.part_on(admission.bureau, today).notices}
    found += [(f"notice_{code}", title) for code, title in titles.items() if code in points]
    done = set(AdmissionStep.objects.filter(queries.ENTERED, admission=admission).values_list("code", flat=True))
    for code, title in (("admit_vote", "接收预备党员票决情况和决议"), ("full_vote", "转正票决情况和决议")):
        if code in done:
            found.append((f"ballot_{code}", title))
    if "political_review" in done:
        found.append(("review_request", "政治审查情况的报告"))
    if "branch_review" in done:
        found += [("request", "预审的请示"), ("reply", "预审的批复")]
    carried = AdmissionStep.objects.filter(queries.ENTERED, admission=admission, passed=True).values_list(
        "code", flat=True
    )
    over = AdmissionNotice.objects.filter(admission=admission, closed_on__isnull=False).values_list("point", flat=True)
    return found + letters.offered(set(carried), set(over), queries.part_on(admission.bureau, today).notices)


@sheets.in_chinese
def write(admission: Admission, code: str, today: date) -> Made | None:
    """One paper by its code; None where it is not offered now."""
    title = dict(offered(admission, today)).get(code)
    if title is None:
        return None
    kind, _dash, point = code.partition("_")
    who = facts(admission, today)
    made: Sheet
    if kind == "notice":
        made = notice(admission, who, point)
    elif kind == "ballot":
        made = ballot(admission, who, point)
    elif kind in LETTERS:
        made = letters.write(admission, who, code)
    else:
        plain: dict[str, Callable[[Admission, Person], Sheet]] = {
            "review_form": review_form, "index": index, "request": request, "reply": reply, "review_request": review_request,
        }  # fmt: skip
        made = plain[code](admission, who)
    if kind in NOTED and admission.steps.filter(queries.ENTERED, sheet__isnull=False).exists():
        made.text("注：有的步骤在启用系统以前办理，由补录表登记。")
    name = sheets.file_name(who.branch, who.name, title, f"{today:%Y%m%d}")
    return Made(name, write_docx([made], about=f"{who.name}{title}"))


def facts(admission: Admission, today: date) -> Person:
    """What is on file of the person and the branch. Four queries."""
    who = admission.person
    held = Post.objects.filter(orgs.on_day(today), person=who).order_by("from_on").first()
    works = Engagement.objects.filter(orgs.on_day(today), person=who, relation=Engagement.Relation.WORKPLACE)
    place = works.select_related("unit").first()
    helpers = list(admission.helpers.filter(Q(to_on__isnull=True) | Q(to_on__gt=today)).select_related("person"))
    above = queries.approver(admission.org, today)
    post = "".join((place.unit.name if place else "", str(held.get_kind_display()) if held else ""))
    return Person(
        name=who.name, sex=SEX.get(who.sex, ""), ethnic=who.ethnic, born=month_text(who.born_on) if who.born_on else "",
        education=str(who.get_education_display()) if who.education else "", post=post,
        applied=full_text(admission.applied_on), branch=admission.org.name, superior=above.name if above else "",
        contacts="、".join(h.person.name for h in helpers if h.role == Helper.Role.CONTACT),
        introducers="、".join(h.person.name for h in helpers if h.role == Helper.Role.INTRODUCER),
    )  # fmt: skip


def _basic(who: Person) -> list[tuple[tuple[str, str], ...]]:
    return [
        (("姓名", who.name), ("性别", who.sex)),
        (("民族", who.ethnic), ("出生年月", who.born)),
        (("学历", who.education), ("申请入党时间", who.applied)),
        (("单位及职务", who.post),),
    ]


def notice(admission: Admission, who: Person, point: str) -> Sheet:
    """The notice as it hangs: who, what for, from when to when, to whom one speaks. Nothing private."""
    row = admission.notices.filter(point=point).order_by("-posted_on").first()
    assert row is not None  # only offered when posted
    rule = by_code(queries.part_on(admission.bureau, row.posted_on).notices)[point]
    last = engine.notice_last(queries.posted_of(row), policies.calendar(admission.bureau))
    span = range_text(row.posted_on, last.day) + ("（暂定）" if last.provisional else "")
    sheet = Sheet(rule.title.zh, who.branch)
    sheet.text(
        f"根据《中国共产党发展党员工作细则》有关规定，现将{rule.kind.zh}{who.name}同志的有关情况予以公示。", indent=True
    )
    own = ("入党介绍人", who.introducers) if point in {"probationary", "full"} else ("培养联系人", who.contacts)
    sheet.form([*_basic(who), ((own[0], own[1]),)])
    sheet.text(f"公示时间：{span}（自张贴次日起{row.days}个工作日）。", indent=True)
    sheet.text("公示期间，党员和群众可以向党支部或上级党组织反映情况。反映情况应当实事求是。", indent=True)
    sheet.text("受理电话：                    受理地点：                    ", indent=True)
    sheet.text(f"{who.branch}\n{full_text(row.posted_on)}", align="right")
    return sheet


def ballot(admission: Admission, who: Person, code: str) -> Sheet:
    """票决情况 and the resolution of the members' meeting: the counts on file, room for ink."""
    rows = AdmissionStep.objects.filter(queries.ENTERED, admission=admission, code=code).order_by("-round")
    row = rows.select_related("act").first()
    assert row is not None  # only offered when done
    matter = DECIDED[row.decision] if row.decision else BALLOTS[code]
    favour = (row.in_favour or 0) + (row.written or 0)
    result = (
        "赞成人数超过应到会有表决权的正式党员的半数，通过"
        if row.passed
        else "赞成人数没有超过应到会有表决权的正式党员的半数，未通过"
    )
    sheet = Sheet("支部大会票决情况和决议", who.branch)
    sheet.form(
        [
            (("表决对象", who.name), ("会议时间", full_text(row.on))),
            (("表决事项", matter),),
            (("应到会有表决权人数", _n(row.entitled)), ("实到会有表决权人数", _n(row.present))),
            (("赞成", _n(row.in_favour)), ("反对", _n(row.against))),
            (("弃权", _n(row.abstained)), ("会前书面赞成", _n(row.written))),
            *([(("应到少于名册的原因", str(row.get_fewer_for_display())),)] if row.fewer_for else []),
            (("表决结果", f"赞成共{favour}人，{result}。" if row.entitled else ""),),
            (Pair("支部大会决议", "", 78),),
        ]
    )
    return sheet.signatures("主持人（签字）：", "监票人（签字）：", "计票人（签字）：")


def _n(value: int | None) -> str:
    return "" if value is None else f"{value}人"


def review_form(admission: Admission, who: Person) -> Sheet:
    """培养教育考察登记表: the days on file, everything else for ink."""
    days = dict(
        AdmissionStep.objects.filter(queries.ENTERED, admission=admission, passed=True).values_list("code", "on")
    )
    reviews = AdmissionStep.objects.filter(queries.ENTERED, admission=admission, code="observed").order_by("round")
    sheet = Sheet("入党积极分子、发展对象培养教育考察登记表", who.branch)
    sheet.form(
        [
            *_basic(who),
            (
                ("确定为积极分子时间", _day(days.get("activist"))),
                ("列为发展对象时间", _day(days.get("candidate_filed"))),
            ),
            (("培养联系人", who.contacts), ("入党介绍人", who.introducers)),
            (Pair("本人简历", "", 34),),
        ]
    )
    lines = [(str(row.round), full_text(row.on), "", "") for row in reviews]
    lines += [(str(number), "", "", "") for number in range(len(lines) + 1, max(4, len(lines)) + 1)]
    sheet.table(("次数", "考察时间", "党支部考察意见", "书记签字"), lines, widths=(1, 3, 8, 2.4), row_height=17)
    sheet.form([(Pair("党支部意见", "", 22),), (Pair("上级党委意见", "", 22),)])
    return sheet


def _day(day: date | None) -> str:
    return full_text(day) if day else ""


def request(admission: Admission, who: Person) -> Sheet:
    """关于…预审的请示: what was done and when, with the list of papers."""
    days = dict(
        AdmissionStep.objects.filter(queries.ENTERED, admission=admission, passed=True).values_list("code", "on")
    )
    seen = set(admission.papers.values_list("code", flat=True))
    part = queries.part_on(admission.bureau, days.get("branch_review", admission.applied_on))
    sheet = Sheet(f"关于对发展对象{who.name}进行预审的请示")
    sheet.text(f"{who.superior or '上级党委'}：")
    sheet.text(
        f"{who.name}同志，{'，'.join(part for part in (who.sex, who.ethnic, who.born + '生' if who.born else '') if part)}，"
        f"{who.applied}申请入党，{_day(days.get('activist'))}确定为入党积极分子，"
        f"{_day(days.get('candidate_filed'))}列为发展对象，{_day(days.get('political_review'))}完成政治审查，"
        f"{_day(days.get('training'))}参加短期集中培训。{_day(days.get('branch_review'))}经支部委员会审查，认为具备发展条件、材料齐全。"
        "现将有关材料报上，请予预审。",
        indent=True,
    )
    steps = by_code(part.steps)
    reached = steps["preliminary"].number
    listed = [one.title.zh for one in part.papers if one.code in seen and steps[one.before].number <= reached]
    sheet.text("附件：" + "；".join(f"{number}.{title}" for number, title in enumerate(listed, start=1)), indent=True)
    sheet.text(f"{who.branch}\n      年   月   日", align="right")
    return sheet


def reply(admission: Admission, who: Person) -> Sheet:
    """关于…预审的批复: filled with the number and the day once they are on file."""
    rows = AdmissionStep.objects.filter(queries.ENTERED, admission=admission, code="preliminary")
    row = rows.order_by("-round").first()
    sheet = Sheet(f"关于对发展对象{who.name}预审结果的批复", (row.number if row else "") or "文号：              ")
    sheet.text(f"{who.branch}：")
    answer = (
        "预审合格，同意发给《中国共产党入党志愿书》" if row and row.passed else "预审结果：                        "
    )
    sheet.text(
        f"你支部关于对发展对象{who.name}同志进行预审的请示收悉。经审查，{answer}。请按规定程序办理，并在支部大会讨论通过后及时报批。",
        indent=True,
    )
    sheet.text(f"{who.superior or '上级党委'}\n{full_text(row.on) if row else '      年   月   日'}", align="right")
    return sheet


def review_request(admission: Admission, who: Person) -> Sheet:
    """政审: only that it was held, when, and the number of the conclusion; the content stays in the paper file."""
    rows = AdmissionStep.objects.filter(queries.ENTERED, admission=admission, code="political_review")
    row = rows.order_by("-round").first()
    sheet = Sheet(f"关于发展对象{who.name}政治审查情况的报告")
    sheet.text(f"{who.superior or '上级党委'}：")
    number = f"（{row.number}）" if row and row.number else ""
    sheet.text(
        f"按照发展党员工作要求，我支部已对发展对象{who.name}同志进行政治审查，{_day(row.on if row else None)}完成，"
        f"形成结论性材料{number}，存入纸质档案。请予审查。",
        indent=True,
    )
    sheet.text(f"{who.branch}\n      年   月   日", align="right")
    return sheet


def index(admission: Admission, who: Person) -> Sheet:
    """卷内目录: every paper of the rule, when it was seen, its pages, and whether it goes into the personnel file."""
    part = queries.part_on(admission.bureau, admission.applied_on)
    held = {row.code: row for row in admission.papers.all()}
    rows, first = [], 1
    for number, paper in enumerate(part.papers, start=1):
        seen = held.get(paper.code)
        pages = seen.pages if seen else None
        span = "" if pages is None else (str(first) if pages <= 1 else f"{first}-{first + pages - 1}")
        rows.append(
            (
                number, paper.title.zh, f"{seen.seen_on.year}.{seen.seen_on.month}.{seen.seen_on.day}" if seen else "", "" if pages is None else pages, span,
                "存入人事档案" if paper.personnel else "",
            )
        )  # fmt: skip
        first += pages or 0
    sheet = Sheet("发展党员材料卷内目录", f"{who.branch}  {who.name}")
    sheet.table(
        ("序号", "材料名称", "核对日期", "页数", "页码", "备注"), rows, widths=(1, 7, 3, 1.2, 1.6, 2.6),
        aligns=("center", "left", "center", "center", "center", "center"), row_height=9,
    )  # fmt: skip
    return sheet.signatures("立卷人：", "检查人：", "立卷时间：")
