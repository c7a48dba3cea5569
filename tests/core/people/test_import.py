"""Tables in: preview of every error, nothing before confirmation, all or nothing, the same file twice changes nothing."""

from __future__ import annotations

import io
import json
import time
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from hongzhu.core.audit.models import Entry
from hongzhu.core.orgs import actions as orgs_actions
from hongzhu.core.orgs.models import Change, Hosting, Org, Placement, Superior
from hongzhu.core.orgs.queries import ImportContext
from hongzhu.core.orgs.queries.sheet import check_orgs, export_orgs
from hongzhu.core.people import actions
from hongzhu.core.people.models import Engagement, Membership, Person, Upload
from hongzhu.core.people.queries import members_sheet, people_sheet, uploads
from hongzhu.core.people.queries.export import export_members, export_people
from hongzhu.kit.china.idcard import check_character
from hongzhu.kit.crypto import vault
from hongzhu.kit.refs import Actor
from hongzhu.kit.tables.columns import expected, template
from hongzhu.kit.tables.read import TableRefused, read_table
from hongzhu.kit.tables.write import write_xlsx
from tests.kit.tables.hostile import XLSX

ON = date(2026, 11, 20)
BY = Actor.system("测试")
HEAD = ["姓名", "性别", "出生日期", "身份证号", "工号", "手机号", "人事关系所在单位", "工作单位"]


def number(seventeen):
    return seventeen + check_character(seventeen)


ONE, TWO = number("37081119900412001"), number("37081119881103002")
GOOD = [
    ("韩知微", "男", "1990-04-12", ONE, "G001", "13812345678", "柳林中心小学", ""),
    ("褚清和", "女", "1988年11月3日", TWO, "G002", "13912345678", "柳林中心小学", "双桥小学"),
]


def sheet(rows, head=HEAD, columns=people_sheet.COLUMNS):
    return read_table(write_xlsx("表", head, rows), "a.xlsx", max_rows=1000, max_cols=40, expect=expected(columns))


def context(cast, on=ON, reach=None):
    return ImportContext(cast.bureau, on, reach)


def check(cast, rows, head=HEAD, on=ON):
    return people_sheet.check_people(sheet(rows, head), context(cast, on))


def bring(cast, rows, head=HEAD, on=ON):
    return actions.import_people(table=sheet(rows, head), context=context(cast, on), by=BY)


def counts(report):
    return report.new, report.changed, report.unchanged


def test_new_people_are_written_sealed_with_both_places(cast):
    before = Entry.objects.count()

    report = bring(cast, GOOD)

    assert counts(report) == (2, 0, 0)
    one = Person.objects.get(id_index=vault().index(ONE, column="id"))
    assert (one.name, one.sex, one.born_on, one.staff_no, one.id_tail) == (
        "韩知微",
        "1",
        date(1990, 4, 12),
        "G001",
        ONE[-1],
    )
    assert one.search_key == "hanzhiwei hzw"
    assert ONE not in one.id_sealed and vault().open(one.id_sealed, bind=f"{one.uuid}|id") == ONE
    assert vault().open(one.phone_sealed, bind=f"{one.uuid}|phone") == "13812345678"
    two = Person.objects.get(staff_no="G002")
    places = dict(Engagement.objects.filter(person=two).values_list("relation", "unit__name"))
    assert places == {"PERSONNEL": "柳林中心小学", "WORKPLACE": "双桥小学"}
    assert Entry.objects.count() == before + 1
    assert ONE not in Entry.objects.latest("seq").detail


def test_same_sheet_again_changes_nothing_and_leaves_no_entry(cast):
    bring(cast, GOOD)
    before = (Entry.objects.count(), list(Person.objects.order_by("pk").values()), list(Engagement.objects.values()))

    report = bring(cast, GOOD)

    assert counts(report) == (0, 0, 2)
    assert before == (
        Entry.objects.count(), list(Person.objects.order_by("pk").values()), list(Engagement.objects.values())
    )  # fmt: skip


def test_the_subject_is_an_optional_column_in_and_out(cast):
    head = ["姓名", "学科", "工号", "人事关系所在单位"]
    bring(cast, GOOD)  # a sheet of before, without the column
    assert set(Person.objects.filter(staff_no__in=("G001", "G002")).values_list("subject", flat=True)) == {""}
    rows = [
        ("韩知微", "语 文", "G001", "柳林中心小学"),
        ("褚清和", "", "G002", "柳林中心小学"),
        ("沈一", "天文", "G003", "双桥小学"),
    ]

    assert counts(bring(cast, rows, head)) == (1, 1, 1)

    held = dict(Person.objects.filter(staff_no__startswith="G").values_list("staff_no", "subject"))
    assert held == {"G001": "语文", "G002": "", "G003": "天文"}
    assert counts(bring(cast, rows, head)) == (0, 0, 3)
    bring(cast, [("韩知微", "", "G001", "柳林中心小学")], head)  # a blank erases nothing
    assert Person.objects.get(staff_no="G001").subject == "语文"
    header, lines = export_people(context(cast))
    at = [str(title) for title in header].index("任教学科")
    assert {line[0]: line[at] for line in lines if line[at]} == {"韩知微": "语文", "沈一": "天文"}


@pytest.mark.parametrize(
    ("length", "errors"), [(20, []), (21, ["第2行 任教学科：任教学科超过20个字，请只写主要的一门"])]
)
def test_a_subject_is_at_most_twenty_characters(cast, length, errors):
    report = check(cast, [("韩知微", "字" * length, "柳林中心小学")], ["姓名", "任教学科", "单位"])
    assert list(map(str, report.errors)) == errors


def test_changes_are_dated_and_blanks_erase_nothing(cast):
    bring(cast, GOOD, on=date(2026, 1, 1))

    report = bring(cast, [("韩知微", "", "", ONE, "", "13800000000", "双桥小学", "")])

    assert counts(report) == (0, 1, 0)
    one = Person.objects.get(staff_no="G001")
    assert vault().open(one.phone_sealed, bind=f"{one.uuid}|phone") == "13800000000"
    held = Engagement.objects.filter(person=one, relation="PERSONNEL").order_by("from_on")
    assert [(row.unit.name, row.from_on, row.to_on) for row in held] == [
        ("柳林中心小学", date(2026, 1, 1), ON), ("双桥小学", ON, None),
    ]  # fmt: skip


def test_matching_goes_by_number_then_staff_number_then_name_and_unit(cast):
    bring(cast, GOOD)

    by_staff = check(cast, [("韩知微", "", "", "", "G001", "", "柳林中心小学", "")])
    by_name = check(cast, [("褚清和", "", "", "", "", "", "双桥小学", "")])
    elsewhere = check(cast, [("褚清和", "", "", "", "", "", "青禾县教育局", "")])
    renamed = check(cast, [("韩知薇", "", "", ONE, "", "", "柳林中心小学", "")])

    assert [counts(one) for one in (by_staff, by_name, elsewhere, renamed)] == [
        (0, 0, 1),
        (0, 1, 0),
        (1, 0, 0),
        (0, 1, 0),
    ]


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        (("", "男", "", "", "", "", "柳林中心小学", ""), "姓名", "没有填"),
        (("韩3", "男", "", "", "", "", "柳林中心小学", ""), "姓名", "数字或符号"),
        (("韩知微", "南", "", "", "", "", "柳林中心小学", ""), "性别", "看不懂"),
        (("韩知微", "男", "2026-11-31", "", "", "", "柳林中心小学", ""), "出生日期", "11月31日不存在"),
        (("韩知微", "男", "2024-11-03", "", "", "", "柳林中心小学", ""), "出生日期", "2岁"),
        (
            ("韩知微", "男", "", ONE[:17] + ("1" if ONE[17] != "1" else "2"), "", "", "柳林中心小学", ""),
            "身份证号",
            "校验位",
        ),
        (("韩知微", "女", "", ONE, "", "", "柳林中心小学", ""), "性别", "不一致"),
        (("韩知微", "男", "1990-04-13", ONE, "", "", "柳林中心小学", ""), "出生日期", "不一致"),
        (("韩知微", "男", "", "3.70811E+17", "", "", "柳林中心小学", ""), "身份证号", "补不回来"),
        (("韩知微", "男", "", "", "", "1381234", "柳林中心小学", ""), "手机号", "请填11位"),
        (("韩知微", "男", "", "", "", "", "没有的小学", ""), "人事关系所在单位", "没有叫"),
        (("韩知微", "男", "", "", "", "", "白石小学", ""), "人事关系所在单位", "没有叫"),
    ],
)
def test_every_error_names_row_and_column_and_nothing_is_written(cast, row, column, words):
    people, entries = Person.objects.count(), Entry.objects.count()

    report = check(cast, [GOOD[1], row])

    assert [(one.row, one.column) for one in report.errors] == [(3, column)]
    assert words in report.errors[0].text
    with pytest.raises(ValidationError, match="没有导入"):
        bring(cast, [GOOD[1], row])
    assert (Person.objects.count(), Entry.objects.count()) == (people, entries)


def test_duplicates_inside_the_sheet_and_against_the_file(cast):
    twice = check(cast, [GOOD[0], (*GOOD[1][:3], ONE, *GOOD[1][4:])])
    assert any("第2行重复" in one.text for one in twice.errors)
    nameless = check(cast, [("韩知微", "", "", "", "", "", "双桥小学", "")] * 2)
    assert any("同名同单位" in one.text for one in nameless.errors)
    bring(cast, GOOD)
    stolen = check(cast, [("严松", "男", "", number("37081119700412005"), "G001", "", "柳林中心小学", "")])
    assert [one.column for one in stolen.errors] == ["工号"]


def test_repairs_are_proposed_and_counted(cast):
    rows = [
        (
            "韩 知微",
            "男",
            "1990.4.12",
            ONE.translate(str.maketrans("0123456789", "０１２３４５６７８９")),
            "",
            "138-1234-5678",
            "柳林中心小学",
            "",
        )
    ]

    report = check(cast, rows)

    assert report.good and {one.column for one in report.repairs} == {"姓名", "出生日期", "身份证号", "手机号"}


def test_synonyms_unknown_columns_and_gbk(cast):
    text = "序号,教师姓名,公民身份号码,所在单位,血型\n1,韩知微," + ONE + ",柳林中心小学,A\n"
    table = uploads.read_sheet(text.encode("gbk"), "a.csv", people_sheet.COLUMNS)

    report = people_sheet.check_people(table, context(cast))

    assert counts(report) == (1, 0, 0) and report.good
    assert report.left_out == ["序号（不用导入）", "血型（没有这一项）"]


@pytest.mark.parametrize(
    "written", ["1990-04-12", "1990.4.12", "1990/4/12", "19900412", "1990年4月12日", date(1990, 4, 12)]
)
def test_date_forms(cast, written):
    report = check(cast, [("韩知微", "", written, ONE, "", "", "柳林中心小学", "")])
    assert report.good and report.plan.who.born == [date(1990, 4, 12)]


def test_missing_column_and_one_item_twice_are_refused(cast):
    with pytest.raises(TableRefused, match="缺少列：人事关系所在单位"):
        check(cast, [("韩知微",)], ["姓名"])
    with pytest.raises(TableRefused, match="同一项"):
        check(cast, [("韩知微", "柳林中心小学", "柳林中心小学")], ["姓名", "单位", "编制单位"])


def test_import_stays_inside_what_the_importer_may_touch(cast):
    bring(cast, GOOD)
    inside = Org.objects.filter(pk=cast.other_school.pk)
    report = people_sheet.check_people(
        sheet(
            [
                ("韩知微", "", "", ONE, "", "13800000000", "双桥小学", ""),
                ("严松", "", "", "", "", "", "柳林中心小学", ""),
            ]
        ),
        context(cast, reach=inside),
    )
    assert ["在你的范围" in one.text or "不在你的范围内" in one.text for one in report.errors] == [True, True]


MEMBERS = ["姓名", "性别", "出生年月", "入党时间", "转正时间", "党员类别", "在职/离退休", "所在党组织"]


def members(cast, rows, on=ON, commit=True):
    table = sheet(rows, MEMBERS, members_sheet.COLUMNS)
    if not commit:
        return members_sheet.check_members(table, context(cast, on))
    return actions.import_members(table=table, context=context(cast, on), by=BY)


def test_members_begin_change_and_move_dated(cast):
    row = ("韩知微", "男", "1990.04", "2014-06-20", "2015-06-26", "正式", "在职", "柳林中心小学党支部")
    assert counts(members(cast, [row], on=date(2026, 1, 1))) == (1, 0, 0)
    assert counts(members(cast, [row])) == (0, 0, 1)
    assert counts(members(cast, [(*row[:6], "离退休", row[7])])) == (0, 1, 0)
    held = Membership.objects.filter(person__name="韩知微").order_by("from_on")
    assert [(one.retired, one.from_on, one.to_on, one.joined_on) for one in held] == [
        (False, date(2026, 1, 1), ON, date(2014, 6, 20)), (True, ON, None, date(2014, 6, 20)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (("韩知微", "男", "1990.04", "2007-06-20", "", "正式", "", "柳林中心小学党支部"), "入党时间"),
        (("韩知微", "男", "1990.04", "2014-06-20", "2013-06-20", "正式", "", "柳林中心小学党支部"), "转正时间"),
        (("韩知微", "男", "1990.04", "2014-06-20", "2015-06-20", "预备", "", "柳林中心小学党支部"), "转正时间"),
        (("韩知微", "男", "1990.04", "2026-11-21", "", "预备", "", "柳林中心小学党支部"), "入党时间"),
        (("韩知微", "男", "1990.04", "2014-06-20", "", "群众", "", "柳林中心小学党支部"), "党员类别"),
        (("韩知微", "男", "1990.04", "2014-06-20", "", "正式", "", "柳林中心小学"), "所在党组织"),
    ],
)
def test_members_dates_and_bodies_are_checked(cast, row, column):
    assert [one.column for one in members(cast, [row], commit=False).errors] == [column]


def test_exported_roster_comes_back_unchanged(cast):
    header, rows = export_members(context(cast))
    table = sheet(list(rows), header, members_sheet.COLUMNS)

    report = members_sheet.check_members(table, context(cast))

    assert report.good and (report.new, report.changed) == (0, 0) and report.unchanged == Membership.objects.filter(
        org__bureau=cast.bureau, to_on__isnull=True
    ).count()  # fmt: skip


ORGS = ["名称", "类别", "上级", "学校标识码", "隶属", "所在单位", "设立日期", "批准文号"]
NEW_ORGS = [
    ("新桥小学党支部", "党支部", "柳林学区党总支", "", "柳林学区党总支", "新桥小学", "2024-05-01", "青教党〔2024〕3号"),
    ("新桥教学点", "学校", "新桥小学", "", "", "", "2024-03-01", ""),
    ("新桥小学", "学校", "青禾县教育局", "2137000001", "", "", "2024-03-01", ""),
]


def orgs_sheet(rows, head=ORGS):
    from hongzhu.core.orgs.queries.sheet import COLUMNS

    return sheet(rows, head, COLUMNS)


def test_orgs_rows_may_point_at_rows_below_them(cast):
    report = orgs_actions.import_orgs(table=orgs_sheet(NEW_ORGS), context=context(cast), by=BY)

    assert counts(report) == (3, 0, 0)
    school, point = Org.objects.get(name="新桥小学"), Org.objects.get(name="新桥教学点")
    paths = dict(Placement.objects.filter(org__in=[school, point]).values_list("org_id", "path"))
    assert paths[point.pk].startswith(paths[school.pk])
    assert Change.objects.get(org__name="新桥小学党支部").approval == "青教党〔2024〕3号"
    assert counts(check_orgs(orgs_sheet(NEW_ORGS), context(cast))) == (0, 0, 3)
    header, rows = export_orgs(context(cast))
    again = check_orgs(orgs_sheet(rows, header), context(cast))
    assert again.good and counts(again)[:2] == (0, 0)


@pytest.mark.parametrize(
    ("row", "column"),
    [
        (("甲小学", "学校", "乙小学", "", "", "", "", ""), "上级"),
        (("甲小学", "学堂", "青禾县教育局", "", "", "", "", ""), "类别"),
        (("甲小学", "学校", "青禾县教育局", "9937000001", "", "", "", ""), "学校（机构）标识码"),
        (("甲小学", "学校", "青禾县教育局", "", "", "", "2018-12-31", ""), "设立日期"),
        (("柳林中心小学", "学校", "双桥小学", "", "", "", "", ""), "上级"),
        (("甲小学", "学校", "甲小学", "", "", "", "", ""), "上级"),
    ],
)
def test_orgs_errors(cast, row, column):
    before = Org.objects.count()
    assert column in [one.column for one in check_orgs(orgs_sheet([row]), context(cast)).errors]
    with pytest.raises(ValidationError):
        orgs_actions.import_orgs(table=orgs_sheet([row]), context=context(cast), by=BY)
    assert Org.objects.count() == before


def test_orgs_circle_is_refused(cast):
    rows = [("甲小学", "学校", "乙小学", "", "", "", "", ""), ("乙小学", "学校", "甲小学", "", "", "", "", "")]
    assert any("绕成了圈" in one.text for one in check_orgs(orgs_sheet(rows), context(cast)).errors)


# --- through the page ------------------------------------------------------------------------------------------


def send(client, data, name="a.xlsx", table="people"):
    return client.post(
        reverse("people:import_upload", args=[table]), {"file": SimpleUploadedFile(name, data), "on": "2026-01-05"}
    )


def test_journey_preview_then_commit(cast, client, clock):
    cast.login(client, "party_office")
    people = Person.objects.count()

    answer = send(client, write_xlsx("表", HEAD, GOOD))
    assert answer.status_code == 302 and Person.objects.count() == people
    held = Upload.objects.get()
    assert ONE.encode() not in bytes(held.sealed)
    page = client.get(answer["Location"]).content.decode()
    assert "确认导入" in page and Person.objects.count() == people

    answer = client.post(reverse("people:import_commit", args=["people"]))
    assert answer.status_code == 302 and Person.objects.count() == people + 2 and not Upload.objects.exists()
    # A second tap finds nothing to write.
    client.post(reverse("people:import_commit", args=["people"]))
    assert Person.objects.count() == people + 2


def test_confirm_checks_again_against_the_database(cast, client, clock):
    cast.login(client, "party_office")
    send(client, write_xlsx("表", HEAD, GOOD))
    bring(cast, [("严松", "男", "", number("37081119700412005"), "G001", "", "柳林中心小学", "")])
    people = Person.objects.count()

    client.post(reverse("people:import_commit", args=["people"]))

    assert Person.objects.count() == people and Upload.objects.exists()


def test_a_row_registered_during_the_write_is_a_sentence(cast, monkeypatch):
    """As if somebody had registered the same staff number after our check: the database refuses, and says nothing."""
    from hongzhu.core.people.actions import sheets

    report = check(cast, GOOD)
    bring(cast, [("严松", "男", "", number("37081119700412005"), "G001", "", "柳林中心小学", "")])
    people = Person.objects.count()
    monkeypatch.setattr(sheets, "check_people", lambda table, context: report)
    with pytest.raises(ValidationError, match="重新预览"):
        bring(cast, GOOD)
    assert Person.objects.count() == people


def test_staged_sheet_is_forgotten(cast, client, clock):
    cast.login(client, "party_office")
    send(client, write_xlsx("表", HEAD, GOOD))
    clock.move(minutes=119)
    assert actions.sweep_uploads(now=clock.now) == 0
    clock.move(minutes=1)
    assert actions.sweep_uploads(now=clock.now) == 1


def test_errors_are_listed_on_the_page(cast, client, clock):
    cast.login(client, "party_office")
    answer = send(client, write_xlsx("表", HEAD, [("韩知微", "男", "2026-11-31", "", "", "", "柳林中心小学", "")]))
    page = client.get(answer["Location"]).content.decode()
    assert "11月31日不存在" in page and "第2行" in page and "确认导入" not in page


@pytest.mark.parametrize("family", [name for name in XLSX if name not in {"one row too many", "rows without number"}])
def test_hostile_files_are_refused_with_a_sentence(cast, client, clock, family):
    """The limits differ from kit's own tests (300,000 rows, 32 columns); whatever is refused says why, in time."""
    name, data, _words = XLSX[family]
    cast.login(client, "party_office")
    begun = time.process_time()

    answer = send(client, data, name)

    assert time.process_time() - begun < 2
    assert answer.status_code == 200 and not Upload.objects.exists()
    assert answer.context["form"].errors["file"]


@pytest.mark.parametrize("table", ["orgs", "people", "members"])
def test_template_is_read_by_our_own_import(cast, client, table):
    from hongzhu.kit import registry

    entry = registry.book.importers[table]
    read = uploads.read_sheet(template("模板", entry.columns), "t.xlsx", entry.columns)
    assert len(list(read.rows)) == 2


# --- on the console --------------------------------------------------------------------------------------------


def test_console_checks_writes_and_exits(cast, tmp_path, capsys):
    path = tmp_path / "a.xlsx"
    path.write_bytes(write_xlsx("表", HEAD, GOOD))
    people = Person.objects.count()

    call_command("import_table", "people", str(path), "--bureau", "qinghe", "--json")
    answer = json.loads(capsys.readouterr().out)
    assert (answer["new"], answer["written"], Person.objects.count()) == (2, False, people)

    call_command("import_table", "people", str(path), "--bureau", "qinghe", "--commit", stdout=(out := io.StringIO()))
    assert "已写入" in out.getvalue() and Person.objects.count() == people + 2

    path.write_bytes(write_xlsx("表", HEAD, [("韩3", "", "", "", "", "", "柳林中心小学", "")]))
    with pytest.raises(SystemExit) as stopped:
        call_command("import_table", "people", str(path), "--bureau", "qinghe", "--commit", stdout=io.StringIO())
    assert stopped.value.code == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("nothing", "a.xlsx", "--bureau", "qinghe"),
        ("people", "a.xlsx", "--bureau", "nowhere"),
        ("people", "/no/file.xlsx", "--bureau", "qinghe"),
    ],
)
def test_console_wrong_question_is_2(cast, arguments):
    with pytest.raises(CommandError) as stopped:
        call_command("import_table", *arguments)
    assert stopped.value.returncode == 2


@pytest.mark.parametrize("table", ["orgs", "people", "members"])
@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_console_export(cast, tmp_path, table, ending):
    path = tmp_path / f"a.{ending}"
    call_command("export_table", table, str(path), "--bureau", "qinghe", stdout=io.StringIO())
    assert path.stat().st_size > 300


# --- what the platform handed out, brought in again ------------------------------------------------------------


@pytest.fixture
def scattered(cast):
    """Bodies without a place in the tree, a superior outside, people without a unit, and two of one name at one school."""
    upper = Org.objects.create(bureau=cast.bureau, kind="UPPER", name="柳林镇党委", opened_on=date(2019, 1, 1))
    Superior.objects.filter(org=cast.other_branch, to_on__isnull=True).update(superior=upper)
    pioneers = Org.objects.create(
        bureau=cast.bureau, kind="PIONEERS", name="柳林中心小学大队", opened_on=date(2019, 1, 1)
    )
    Hosting.objects.create(org=pioneers, unit=cast.school, from_on=date(2019, 1, 1))
    unplaced = Person.objects.create(bureau=cast.bureau, name="韩知微", born_on=date(1990, 4, 12))
    for born in (date(1985, 2, 3), date(1986, 2, 3)):
        twin = Person.objects.create(bureau=cast.bureau, name="褚清和", born_on=born)
        Engagement.objects.create(person=twin, unit=cast.school, relation="PERSONNEL", from_on=date(2019, 1, 1))
    return cast, upper, pioneers, unplaced


@pytest.mark.parametrize("table", ["orgs", "people", "members"])
@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_an_exported_file_imported_again_changes_nothing(scattered, tmp_path, table, ending):
    path = str(tmp_path / f"a.{ending}")
    call_command("export_table", table, path, "--bureau", "qinghe", stdout=io.StringIO())
    before = Entry.objects.count()

    call_command("import_table", table, path, "--bureau", "qinghe", "--commit", "--json", stdout=(out := io.StringIO()))

    answer = json.loads(out.getvalue())
    assert (answer["errors"], answer["new"], answer["changed"]) == ([], 0, 0)
    assert answer["rows"] == answer["unchanged"] > 0 and Entry.objects.count() == before


def test_the_part_somebody_may_touch_comes_back_unchanged_too(scattered):
    cast, *_rest = scattered
    part = context(cast, reach=Org.objects.filter(pk__in=[cast.other_school.pk, cast.other_branch.pk]))
    header, rows = export_orgs(part)

    report = check_orgs(orgs_sheet(rows, header), part)

    assert report.good and counts(report) == (0, 0, 2)


def test_a_body_on_file_needs_no_place_and_a_new_one_does(scattered):
    cast, *_rest = scattered
    head = ["名称", "类别", "上级", "简称", "隶属", "所在单位"]

    known = check_orgs(
        orgs_sheet([("柳林中心小学大队", "少先队", "", "大队", "", "柳林中心小学")], head), context(cast)
    )
    assert known.good and counts(known) == (0, 1, 0)
    new = check_orgs(orgs_sheet([("柳林中心小学二大队", "少先队", "", "", "", "")], head), context(cast))
    assert [str(one) for one in new.errors] == ["第2行 上级：没有填，请补上"]
    # Whoever stands under the outside body may say so; somebody else may not be put there by a sheet.
    own = check_orgs(orgs_sheet([("双桥小学党支部", "党支部", "", "", "柳林镇党委", "")], head), context(cast))
    assert own.good and counts(own) == (0, 0, 1)
    other = check_orgs(orgs_sheet([("柳林中心小学党支部", "党支部", "", "", "柳林镇党委", "")], head), context(cast))
    assert [one.column for one in other.errors] == ["隶属"]


def test_checking_bodies_asks_the_same_few_questions(scattered, django_assert_num_queries):
    cast, *_rest = scattered
    header, rows = export_orgs(context(cast))
    for some in (rows[:1], rows):
        table = orgs_sheet(some, header)
        with django_assert_num_queries(4):
            check_orgs(table, context(cast))


UNPLACED = ["姓名", "出生日期", "手机号", "工号", "人事关系所在单位"]
BLANK = "没有填，请补上"


@pytest.mark.parametrize(
    ("row", "there", "answer"),
    [
        (("韩知微", "1990-04-12", "", "", ""), 0, BLANK),
        (("韩知微", "1990-04-12", "", "", ""), 1, (0, 0, 1)),
        (("韩知微", "1990-04-12", "13812345678", "", ""), 1, (0, 1, 0)),
        (("韩知微", "1990-04-12", "", "", ""), 2, "没有填，同名同生日的有2人，请补上身份证号或工号"),
        (("韩知微", "1990-04-13", "", "", ""), 1, BLANK),
        (("韩知薇", "1990-04-12", "", "", ""), 1, BLANK),
        # A number nobody on file has is not overruled by the birthday.
        (("韩知微", "1990-04-12", "", "G001", ""), 1, BLANK),
        # A name alone may repeat what is on file, and changes nobody.
        (("韩知微", "", "", "", ""), 1, (0, 0, 1)),
        (("韩知微", "", "", "", ""), 2, BLANK),
        (("韩知微", "", "13812345678", "", ""), 1, BLANK),
        (("许青原", "", "", "", ""), 1, BLANK),  # a name alone at a school: this may be anybody
        (("韩知微", "1990-04-12", "", "", "柳林中心小学"), 1, (1, 0, 0)),
    ],
)
def test_a_row_without_number_and_unit_means_the_one_of_that_name_and_birthday(cast, row, there, answer):
    for _one in range(there):
        Person.objects.create(bureau=cast.bureau, name="韩知微", born_on=date(1990, 4, 12))

    report = check(cast, [row], UNPLACED)

    if isinstance(answer, str):
        assert [(one.column, one.text) for one in report.errors] == [("人事关系所在单位", answer)]
    else:
        assert report.good and counts(report) == answer


def test_two_of_one_name_at_one_school_are_told_apart_by_their_birthdays(scattered):
    cast, *_rest = scattered
    head = ["姓名", "出生日期", "学历", "人事关系所在单位"]
    both = [("褚清和", f"{year}-02-03", "硕士", "柳林中心小学") for year in (1985, 1986)]

    assert counts(bring(cast, both, head)) == (0, 2, 0)

    held = Person.objects.filter(name="褚清和").order_by("born_on").values_list("born_on", "education")
    assert [born.year for born, education in held if education] == [1985, 1986]
    unknown = check(cast, [("褚清和", "1987-02-03", "", "柳林中心小学")], head)
    assert "同一单位有2个同名的人" in unknown.errors[0].text
    twice = check(cast, [both[0], both[0]], head)
    assert any("是同一个人" in one.text for one in twice.errors)


def test_who_has_no_workplace_on_file_gets_one_when_the_sheet_says_more(scattered):
    cast, *_rest = scattered
    head = ["姓名", "出生日期", "人事关系所在单位", "工作单位", "在岗情况"]
    row = ("褚清和", "1985-02-03", "柳林中心小学")

    assert counts(check(cast, [(*row, "", "")], head)) == (0, 0, 1)
    assert counts(check(cast, [(*row, "", "支教")], head)) == (0, 1, 0)
    assert counts(check(cast, [(*row, "双桥小学", "")], head)) == (0, 1, 0)


@pytest.mark.parametrize("table", ["orgs", "people", "members"])
def test_console_export_to_a_place_that_is_not_there_is_2(cast, tmp_path, table):
    for path in (tmp_path / "no" / "a.xlsx", tmp_path / "dir.csv"):
        (tmp_path / "dir.csv").mkdir(exist_ok=True)
        with pytest.raises(CommandError, match="写不进去，请换一个能写的文件") as stopped:
            call_command("export_table", table, str(path), "--bureau", "qinghe", stdout=io.StringIO())
        assert stopped.value.returncode == 2
