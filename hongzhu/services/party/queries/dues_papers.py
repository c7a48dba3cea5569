"""Papers of dues: 收缴登记表, 公示, 收据, 上缴汇总表, 下拨 list, 收支明细账, and the data behind them as CSV."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from hongzhu.core.documents.queries import sheets
from hongzhu.core.orgs.models import Org
from hongzhu.kit.dates import Period, day_text, full_text, month_text
from hongzhu.kit.paper import Align, Pair, Sheet, write_docx
from hongzhu.kit.tables.write import write_csv, write_xlsx
from hongzhu.services.party.engine import dues_account as account_engine
from hongzhu.services.party.models import Allotment, AllotmentLine, DuesCheck, DuesMonth, Receipt
from hongzhu.services.party.rules import allotments as allotment_rules

from .dues import members_of
from .dues_account import Account, CheckRow
from .dues_handing import HandRow, totals
from .dues_lines import Line, month_words
from .dues_lines import Sheet as Book

_ALIGNS: list[Align] = ["center", "center", "right", "center", "right"]
_ALIGNS += ["center"] * 12
_ALIGNS += ["right", "right", "left"]


def yuan(fen: int | None) -> str:
    """1800.00; no thousands, so that narrow columns keep it on one line."""
    return "" if fen is None else account_engine.yuan(fen)


def _money(fen: int | None) -> Decimal | None:
    return None if fen is None else Decimal(fen) / 100


def _header() -> list[str]:
    months = [_("%(month)s月") % {"month": n} for n in range(1, 13)]
    return [
        _("序号"), _("姓名"), _("计算基数"), _("比例"), _("月应交"), *months, _("全年应交"), _("实交"), _("备注"),
    ]  # fmt: skip


def _title(book: Book) -> str:
    return _("%(year)s年党费收缴登记表") % {"year": book.year}


def register_docx(book: Book, on: date) -> bytes:
    """党费收缴登记表: A4 across, a row for each member with room to sign under each month's amount."""
    rows = [_register_row(number, line) for number, line in enumerate(book.lines, 1)]
    rows.append(
        [
            "",
            _("合计"),
            "",
            "",
            "",
            *[yuan(fen) if fen else "" for fen in book.months],
            yuan(book.owed),
            yuan(book.paid),
            "",
        ]
    )
    sheet = Sheet(
        _title(book),
        subtitle=_("党支部：%(org)s　　金额单位：元　　截至%(day)s") % {"org": book.org.name, "day": full_text(on)},
        landscape=True,
    )
    sheet.table(
        _header(), rows, widths=[9, 17, 17.5, 11, 14, *[12.5] * 12, 16.5, 16.5, 15.5],
        aligns=_ALIGNS,
        row_height=11,
        size=7.5,
    )  # fmt: skip
    sheet.text(_("各月填实交金额，交纳人在金额下方签字。"))
    sheet.signatures(_("党支部书记："), _("组织委员："), _("收款人："))
    return write_docx([sheet], about=_title(book))


def _register_row(number: int, line: Line) -> list[str]:
    months = [yuan(cell.paid) if cell and cell.paid else "" for cell in line.cells]
    base = yuan(line.base.base) if line.base and line.base.base else ""
    return [
        str(number), line.person.name, base, line.rate, yuan(line.monthly), *months, yuan(line.owed), yuan(line.paid),
        line.note,
    ]  # fmt: skip


def register_xlsx(book: Book) -> bytes:
    """The same as Excel, amounts in yuan as numbers."""
    rows: list[list[Any]] = []
    for number, line in enumerate(book.lines, 1):
        months = [_money(cell.paid) if cell and cell.paid else None for cell in line.cells]
        base = _money(line.base.base) if line.base and line.base.base else None
        rows.append(
            [number, line.person.name, base, line.rate, _money(line.monthly), *months, _money(line.owed),
             _money(line.paid), line.note]
        )  # fmt: skip
    sums = [_money(fen) if fen else None for fen in book.months]
    rows.append([None, _("合计"), None, "", None, *sums, _money(book.owed), _money(book.paid), ""])
    notes = [_("党支部：%(org)s") % {"org": book.org.name}, _("金额单位：元")]
    return write_xlsx(
        _title(book),
        _header(),
        rows,
        widths=[6, 12, 12, 8, 10, *[9] * 12, 12, 12, 22],
        notes=notes,
        money_columns=[2, *range(4, 19)],
    )


def notice_docx(book: Book, posted_on: date) -> bytes:
    """党费公示: who paid how much in the year, to hang on the board. Bases and pay are nobody's business there."""
    sheet = Sheet(
        _("%(year)s年党费收缴情况公示") % {"year": book.year},
        subtitle=_("党支部：%(org)s") % {"org": book.org.name},
    )
    paid = [line for line in book.lines if line.paid]
    sheet.text(
        _("现将%(year)s年本支部党费收缴情况公示如下：交纳党费的党员%(n)s名，共收缴%(fen)s元。")
        % {"year": book.year, "n": len(paid), "fen": yuan(book.paid)},
        indent=True,
    )
    header = [_("序号"), _("姓名"), _("交纳月份"), _("全年实交（元）")]
    rows = [
        [str(n), line.person.name, month_words([c.month for c in line.cells if c and c.paid]), yuan(line.paid)]
        for n, line in enumerate(paid, 1)
    ]
    sheet.table(header, rows, widths=[10, 25, 40, 25], aligns=["center", "center", "center", "right"])
    sheet.text(_("党员对公示内容有意见的，请向党支部反映。"), indent=True)
    sheet.text(f"{book.org.name}\n{full_text(posted_on)}", align="right")
    return write_docx([sheet])


def slip_docx(receipt: Receipt) -> bytes:
    """党费收据, twice on one page: one for the member, one for the branch."""
    made = Sheet(_("党费收据"))
    for part in (_("第一联　交纳人留存"), _("第二联　党支部留存")):
        made.text(part, bold=True)
        made.form(_slip_rows(receipt))
        made.signatures(_("收款人：%(name)s") % {"name": receipt.collected_by}, _("交纳人："))
    return write_docx([made], about=_("党费收据 %(number)s") % {"number": receipt.number})


def _slip_rows(receipt: Receipt) -> list[list[Pair]]:
    months = [month.month for month in receipt.months.order_by("month")]
    what = _("大额党费") if receipt.large else _("%(months)s党费") % {"months": _("、").join(map(month_text, months))}
    rows = [
        [Pair(_("收据号"), receipt.number), Pair(_("交纳日期"), full_text(receipt.paid_on))],
        [Pair(_("姓名"), receipt.person.name), Pair(_("党支部"), receipt.org.name)],
        [Pair(_("金额（元）"), yuan(receipt.fen)), Pair(_("凭证号"), receipt.voucher)],
        [Pair(_("交纳内容"), what)],
    ]
    if receipt.voided_at:
        rows.append([Pair(_("作废原因"), receipt.void_reason)])
    return rows


# --- hand-overs -----------------------------------------------------------------------------------------


def _handed_header() -> list[str]:
    return [
        _("序号"),
        _("党组织"),
        _("上级党组织"),
        _("本季收缴"),
        _("上缴金额"),
        _("上缴日期"),
        _("凭证号"),
        _("状态"),
    ]


def _handed_title(quarter_on: date) -> str:
    return _("%(quarter)s党费上缴汇总表") % {
        "quarter": Period.quarter(quarter_on.year, quarter_on.month // 3 + 1).title
    }


def handed_docx(root: Org, rows: Sequence[HandRow], quarter_on: date, on: date) -> bytes:
    """上缴汇总表 of a quarter: sums of bodies, who has handed up and who has not."""
    sheet = Sheet(
        _handed_title(quarter_on), landscape=True,
        subtitle=_("%(org)s　　金额单位：元　　截至%(day)s") % {"org": root.name, "day": full_text(on)},
    )  # fmt: skip
    found = [
        [str(n), row.org.name, row.superior.name if row.superior else "", yuan(row.collected),
         yuan(row.handing.fen) if row.handing else "",
         full_text(row.handing.handed_on) if row.handing else "", row.handing.voucher if row.handing else "",
         str(row.chip.word)]
        for n, row in enumerate(rows, 1)
    ]  # fmt: skip
    sums = totals(rows)
    found.append(["", _("支部合计"), "", yuan(sums.collected), yuan(sums.handed), "", "", ""])
    aligns: list[Any] = ["center", "left", "left", "right", "right", "center", "center", "center"]
    sheet.table(_handed_header(), found, widths=[11, 62, 53, 25, 25, 34, 26, 22], aligns=aligns)
    for words in _of_openings(rows):
        sheet.text(words)
    sheet.signatures(_("填表人："), _("审核人："))
    return write_docx([sheet])


def _of_openings(rows: Sequence[HandRow]) -> list[str]:
    """Whose hand-over is more than its dues, for it took of the opening cash as well; nothing where none did."""
    told = [
        _("%(org)s%(fen)s元") % {"org": row.org.name, "fen": yuan(row.handing.opening_fen)}
        for row in rows
        if row.handing is not None and row.handing.opening_fen
    ]
    return [_("上缴金额中含期初余额：%(list)s。") % {"list": _("、").join(told)}] if told else []


def handed_xlsx(rows: Sequence[HandRow], quarter_on: date) -> bytes:
    """The same as Excel."""
    found = [
        [n, row.org.name, row.superior.name if row.superior else "", _money(row.collected),
         _money(row.handing.fen) if row.handing else None, row.handing.handed_on if row.handing else None,
         row.handing.voucher if row.handing else "", str(row.chip.word)]
        for n, row in enumerate(rows, 1)
    ]  # fmt: skip
    notes = [_("金额单位：元"), *_of_openings(rows)]
    return write_xlsx(_handed_title(quarter_on), _handed_header(), found, notes=notes, money_columns=[3, 4])


def allotment_xlsx(allotment: Allotment, lines: Sequence[AllotmentLine]) -> bytes:
    """The units of a batch with what was sent and used."""
    header = [_("序号"), _("单位"), _("金额"), _("拨付日期"), _("凭证号"), _("收到日期"), _("已用"), _("用途"),
              _("支出凭证号"), _("报告日期"), _("状态")]  # fmt: skip
    rows = [
        [n, line.org.name, _money(line.fen), line.sent_on, line.voucher, line.received_on, _money(line.used),
         line.used_for, line.used_voucher, line.reported_on, str(allotment_rules.chip_of(line).word)]
        for n, line in enumerate(lines, 1)
    ]  # fmt: skip
    notes = [_("金额单位：元")]
    if allotment.payer is not None:
        notes.insert(0, _("由%(org)s拨付") % {"org": allotment.payer.name})
    return write_xlsx(allotment.title, header, rows, notes=notes, money_columns=[2, 6])


# --- the account ----------------------------------------------------------------------------------------


def _account_title(made: Account) -> str:
    return _("%(period)s党费收支明细账") % {"period": made.period.title}


def _account_header() -> list[str]:
    return [_("日期"), _("凭证号"), _("摘要"), _("收入"), _("支出"), _("余额")]


def _opening(made: Account) -> tuple[date | None, str]:
    """The first line of the account: where it began in the period, the day and what it goes by."""
    return (made.begun.on, made.begun.what) if made.begun else (None, _("期初余额"))


def account_docx(made: Account, checks: Sequence[CheckRow], on: date) -> bytes:
    """收支明细账 of a body: A4, opening, every movement with the balance after it, closing; the checks of the period."""
    opened, words = _opening(made)
    rows = [[day_text(opened) if opened else "", "", words, "", "", yuan(made.opening)]]
    rows += [
        [day_text(line.move.on), line.move.voucher, line.move.what, yuan(line.move.came), yuan(line.move.went),
         yuan(line.balance)]
        for line in made.lines
    ]  # fmt: skip
    rows.append(["", "", _("合计、期末余额"), yuan(made.came), yuan(made.went), yuan(made.closing)])
    sheet = Sheet(
        _account_title(made),
        subtitle=_("党组织：%(org)s　　金额单位：元　　截至%(day)s") % {"org": made.org.name, "day": full_text(on)},
    )
    aligns: list[Align] = ["center", "center", "left", "right", "right", "right"]
    sheet.table(_account_header(), rows, widths=[21, 22, 76, 18, 18, 20], aligns=aligns)
    for row in checks:
        if row.check is not None and row.check.voided_at is None and made.period.contains(row.check.on):
            sheet.text(_check_words(row, row.check))
    sheet.signatures(_("负责人："), _("制表人："), _("核对人："))
    return write_docx([sheet], about=_account_title(made))


def _check_words(row: CheckRow, check: DuesCheck) -> str:
    words = _(
        "%(day)s对账：账面余额%(book)s元，系统余额%(computed)s元，%(state)s。对账人%(maker)s，核对人%(checker)s。"
    )
    told = words % {
        "day": full_text(check.on), "book": yuan(check.book_fen), "computed": yuan(check.computed_fen),
        "state": row.chip.word, "maker": check.made_by, "checker": check.confirmed_by or _("（待核对）"),
    }  # fmt: skip
    if row.changed:
        told += _("现在系统余额%(now)s元。") % {"now": yuan(row.computed)}
    return told + (_("差额说明：%(note)s。") % {"note": check.note} if check.note else "")


def account_xlsx(made: Account) -> bytes:
    """The same as Excel, amounts in yuan as numbers."""
    opened, words = _opening(made)
    rows: list[list[Any]] = [[opened, "", words, None, None, _money(made.opening)]]
    rows += [
        [line.move.on, line.move.voucher, line.move.what, _money(line.move.came), _money(line.move.went),
         _money(line.balance)]
        for line in made.lines
    ]  # fmt: skip
    rows.append([None, "", _("合计、期末余额"), _money(made.came), _money(made.went), _money(made.closing)])
    notes = [_("党组织：%(org)s") % {"org": made.org.name}, _("金额单位：元")]
    return write_xlsx(
        _account_title(made), _account_header(), rows, widths=[12, 14, 48, 12, 12, 14], notes=notes,
        money_columns=[3, 4, 5],
    )  # fmt: skip


# --- the data itself ------------------------------------------------------------------------------------


def data(orgs: Sequence[Org], year: int) -> bytes:
    """Everything a year's dues of some bodies are computed from, as four CSV files in one zip; anybody may recompute.

    members: a row for each time in a body; bases: with the table's code; reliefs: approved ones; payments: month by
    month with receipt and voucher, voided ones marked. Amounts in yuan, months as days, members by a number.
    """
    first, last = date(year, 1, 1), date(year, 12, 1)
    bureau = orgs[0].bureau
    found = members_of(bureau, [org.pk for org in orgs], first, last)
    members: list[list[Any]] = []
    bases: list[list[Any]] = []
    reliefs: list[list[Any]] = []
    for pk, one in found.items():
        members += [
            [pk, one.person.name, row.org_id, row.standing, stay.begins, row.to_on]
            for row, stay in zip(one.rows, one.stays, strict=True)
        ]
        bases += [
            [pk, b.table, yuan(b.base), yuan(b.flat), b.from_on, b.to_on]
            for b in one.bases if b.to_on is None or b.to_on > first
        ]  # fmt: skip
        reliefs += [[pk, yuan(r.monthly), r.from_on, r.to_on, r.number] for r in one.reliefs]
    paid = DuesMonth.objects.filter(receipt__person__in=list(found), month__gte=first, month__lte=last)
    payments = [
        [who, month, yuan(fen), number, voucher, paid_on, _("是") if voided else ""]
        for who, month, fen, number, voucher, paid_on, voided in paid.order_by("receipt__number", "month").values_list(
            "receipt__person", "month", "fen", "receipt__number", "receipt__voucher", "receipt__paid_on",
            "receipt__voided_at",
        )
    ]  # fmt: skip
    number = _("编号")
    return sheets.bundle(
        [
            ("members.csv", write_csv([number, _("姓名"), _("党支部编号"), _("身份"), _("开始"), _("结束")], members)),
            (
                "bases.csv",
                write_csv([number, _("缴纳类别"), _("计算基数"), _("核定月交"), _("起始月"), _("截止月")], bases),
            ),
            ("reliefs.csv", write_csv([number, _("减免后月交"), _("起始月"), _("截止月"), _("批准文号")], reliefs)),
            (
                "payments.csv",
                write_csv(
                    [number, _("月份"), _("金额"), _("收据号"), _("凭证号"), _("交纳日期"), _("已作废")], payments
                ),
            ),
        ]
    )
