"""Papers of setting up, renaming, changing, merging and dissolving Party bodies: the request and the reply as Word."""

# zh-file: papers are Chinese in either language of the pages

from __future__ import annotations

from hongzhu.core.documents.queries import sheets
from hongzhu.kit.dates import full_text
from hongzhu.kit.paper import Sheet, write_docx
from hongzhu.services.party.models import Filing

PAPERS = {"request": "请示", "reply": "批复"}
Want = Filing.Want


def matter(filing: Filing) -> str:
    """What is asked for, in words that fit a title."""
    body = filing.org.name if filing.org else ""
    kind = str(filing.get_kind_display()) if filing.kind else ""
    into = filing.into.name if filing.into else ""
    return {
        Want.SET_UP: f"设立{filing.name}",
        Want.RENAME: f"将{body}更名为{filing.name}",
        Want.CHANGE: f"将{body}改设为{kind}",
        Want.MERGE: f"将{body}并入{into}",
        Want.DISSOLVE: f"撤销{body}",
    }[Want(filing.want)]


def asker(filing: Filing) -> str:
    """Who asks: the body itself, for a new one the unit it is set up at."""
    place = filing.org or filing.host
    return place.name if place else ""


@sheets.in_chinese
def write(filing: Filing, code: str) -> tuple[str, bytes] | None:
    """(file name, Word) of one paper; None where there is none of that code."""
    if code not in PAPERS:
        return None
    title = f"关于{matter(filing)}的{PAPERS[code]}"
    made = request(filing, title) if code == "request" else reply(filing, title)
    return sheets.file_name(asker(filing), title), write_docx([made], about=title)


def request(filing: Filing, title: str) -> Sheet:
    """请示: the reason, the members, the units, as they were asked."""
    sheet = Sheet(title, filing.number)
    sheet.text(f"{filing.superior.name}：")
    told = [f"因{filing.reason}，拟{matter(filing)}"]
    if filing.members is not None:
        told.append(f"现有正式党员{filing.members}人")
    units = [unit.name for unit in ([filing.host] if filing.host else []) + list(filing.others.order_by("sort", "id"))]
    if units:
        told.append(f"所在单位：{'、'.join(units)}")
    sheet.text(f"{'，'.join(told)}。妥否，请批复。", indent=True)
    return sheet.text(f"{asker(filing)}\n{full_text(filing.asked_on)}", align="right")


def reply(filing: Filing, title: str) -> Sheet:
    """批复: filled with the answer, the number and the day once they are on file."""
    sheet = Sheet(title, filing.reply_number or "文号：              ")
    sheet.text(f"{asker(filing)}：")
    if filing.replied_on is None:
        said = "经研究，                              "
    elif filing.status == Filing.Status.REFUSED:
        said = f"经研究，不同意{matter(filing)}：{filing.reply_reason}"
    else:
        said = f"经研究，同意{matter(filing)}"
    sheet.text(f"你单位{full_text(filing.asked_on)}的请示收悉。{said}。", indent=True)
    on = full_text(filing.replied_on) if filing.replied_on else "      年   月   日"
    return sheet.text(f"{filing.superior.name}\n{on}", align="right")
