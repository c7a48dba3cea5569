"""Word papers of a training class: 签到册, 花名册, 结业名单."""

# zh-file: papers are Chinese in either language of the pages

from __future__ import annotations

from collections.abc import Iterable

from hongzhu.core.documents.queries.sheets import in_chinese
from hongzhu.kit.dates import full_text, range_text
from hongzhu.kit.paper import Sheet, write_docx
from hongzhu.services.party.models import Trainee, TrainingClass

from .training import own_hours


def hours_text(hundredths: int) -> str:
    """150 hundredths as 1.5."""
    return f"{hundredths / 100:.2f}".rstrip("0").rstrip(".")


@in_chinese
def sign_in(training: TrainingClass, rows: Iterable[Trainee]) -> bytes:
    """培训班签到册: room for morning and afternoon."""
    lines = [(number, row.person.name, row.org.name, "", "", "") for number, row in enumerate(rows, start=1)]
    sheet = Sheet(f"{training.title}签到册", subtitle=_held(training)).table(
        ("序号", "姓名", "党支部", "上午签到", "下午签到", "备注"),
        lines,
        widths=(1, 2, 5, 2.4, 2.4, 1.6),
        aligns=("center", "center", "left", "center", "center", "left"),
        row_height=9,
    )
    return write_docx([sheet])


@in_chinese
def roll(training: TrainingClass, rows: Iterable[Trainee]) -> bytes:
    """培训班花名册."""
    lines = [
        (number, row.person.name, row.person.get_sex_display() if row.person.sex != "0" else "", row.org.name, "")
        for number, row in enumerate(rows, start=1)
    ]
    sheet = Sheet(f"{training.title}花名册", subtitle=f"{_held(training)}　共{len(lines)}人").table(
        ("序号", "姓名", "性别", "党支部", "备注"),
        lines,
        widths=(1, 2, 1.2, 6.5, 3),
        aligns=("center", "center", "center", "left", "left"),
    )
    return write_docx([sheet.signatures("填表人", "主办单位（盖章）")])


@in_chinese
def graduates(training: TrainingClass, rows: Iterable[Trainee]) -> bytes:
    """结业名单: who was there, hours, certificate."""
    lines = [
        (number, row.person.name, row.org.name, hours_text(own_hours(row)), row.certificate)
        for number, row in enumerate(rows, start=1)
    ]
    sheet = Sheet(f"{training.title}结业名单", subtitle=f"{_held(training)}　共{len(lines)}人").table(
        ("序号", "姓名", "党支部", "学时", "结业证号"),
        lines,
        widths=(1, 2, 6, 1.4, 3.6),
        aligns=("center", "center", "left", "center", "center"),
    )
    return write_docx([sheet.signatures("填表人", "主办单位（盖章）")])


def _held(training: TrainingClass) -> str:
    if training.from_on == training.to_on:
        day = full_text(training.from_on)
    else:
        day = range_text(training.from_on, training.to_on)
    return f"{training.host.name}　{day}　{hours_text(training.hours)}学时"
