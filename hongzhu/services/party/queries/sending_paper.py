"""Word papers of sending: 选派名册, 任免请示, 任前公示."""

# zh-file: papers are Chinese in either language of the pages

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from hongzhu.core.documents.queries.sheets import in_chinese
from hongzhu.core.orgs.models import Org
from hongzhu.core.people.models import PostKind
from hongzhu.kit.dates import full_text
from hongzhu.kit.paper import Pair, Sheet, write_docx
from hongzhu.services.party.engine.admission_days import When
from hongzhu.services.party.models import CadreMove, Dispatch
from hongzhu.services.party.rules.cadres import until_words

from . import cadres


@in_chinese
def dispatch_table(rows: Iterable[Dispatch], on: date, body: str) -> bytes:
    """党建指导员选派名册: one line for each sending."""
    lines = [
        (number, row.person.name, row.served, row.get_sector_display(), row.batch, _day(row.from_on), _day(row.to_on),
         row.visits_n, row.outputs_n, "")  # type: ignore[attr-defined]
        for number, row in enumerate(rows, start=1)
    ]  # fmt: skip
    sheet = Sheet(
        "党建指导员选派名册", subtitle=f"{body}　截至{full_text(on)}　共{len(lines)}人次", landscape=True
    ).table(
        ("序号", "姓名", "服务组织", "组织类别", "批次", "选派日期", "期满日期", "到访次数", "办成事项", "备注"),
        lines,
        widths=(1, 1.8, 5.5, 2.6, 2.8, 2.2, 2.2, 1.4, 1.4, 1.6),
        aligns=("center", "center", "left", "center", "center", "center", "center", "center", "center", "left"),
    )
    return write_docx([sheet.signatures("填表人", "审核人")])


@in_chinese
def move_request(move: CadreMove, on: date) -> bytes:
    """任免请示: who, from where to where, on which steps it stands."""
    leaves, takes = _places(cadres.leaves(move)), _places(cadres.takes(move))
    sheet = Sheet("干部任免请示", subtitle=move.bureau.name)
    sheet.form(
        [
            (Pair("姓名", move.person.name), Pair("性别", str(move.person.get_sex_display()))),
            (Pair("出生年月", _month(move.person.born_on)), Pair("学历", str(move.person.get_education_display()))),
            (Pair("类别", str(move.get_kind_display())), Pair("任教学科", move.person.subject)),
            (Pair("填表日期", full_text(on)),),
            (Pair("现任职务", leaves),),
            (Pair("拟任职务", takes),),
            (Pair("拟免职务", leaves if move.from_post else ""),),
            (Pair("考察日期", _long(move.inspected_on)), Pair("决定日期", _long(move.deliberated_on))),
            (Pair("呈报意见", "", 32),),
            (Pair("批复意见", "", 32),),
        ]
    )
    return write_docx([sheet.signatures("呈报单位（盖章）", "日期")])


@in_chinese
def move_notice(move: CadreMove, until: When | None) -> bytes:
    """任前公示: name, birth month, education, posts now and then, and until when one may say something."""
    person = move.person
    facts = [
        f"{person.name}，{person.get_sex_display()}" if person.sex != "0" else person.name,
        f"{_month(person.born_on)}生" if person.born_on else "",
        f"{person.get_education_display()}学历" if person.education else "",
        f"现任{_places(cadres.leaves(move))}" if move.from_post else "",
        f"拟任{_places(cadres.takes(move))}" if move.to_post else "",
    ]
    first, last = _long(move.posted_on), until_words(until) if until else ""
    sheet = Sheet("任前公示", subtitle=move.bureau.name)
    sheet.text("根据干部选拔任用工作有关规定，现将拟任人选公示如下：", indent=True)
    sheet.text("，".join(fact for fact in facts if fact) + "。", indent=True)
    sheet.text(f"公示期从{first}起至{last}止。公示期间，如对公示对象有意见，请实名向教育局党建部门反映。", indent=True)
    sheet.text("联系电话：　　　　　　　　", indent=True)
    sheet.text(move.bureau.name, align="right")
    sheet.text(first, align="right")
    return write_docx([sheet])


def _places(posts: Iterable[tuple[Org, str]]) -> str:
    return "、".join(f"{org}{PostKind(post).label}" for org, post in posts)


def _day(day: date | None) -> str:
    return f"{day.year}.{day.month}.{day.day}" if day else ""


def _month(day: date | None) -> str:
    return f"{day.year}年{day.month}月" if day else ""


def _long(day: date | None) -> str:
    return full_text(day) if day else ""
