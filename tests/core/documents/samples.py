"""One of each paper, with long names and a branch of 53: what the look at the pages and the page counts use."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

from hongzhu.core.documents.queries import sheets

BODY = "青禾县柳林镇中心小学与附属幼儿园联合党支部委员会"
HELD = sheets.Held(on=date(2026, 11, 20), starts_at=time(15, 30), ends_at=time(17, 0))
FAMILY = "唐何周许沈林宋苏白陆顾孟程罗谢韦"
GIVEN = ("见山", "以宁", "予安", "青原", "书言", "晓禾", "时雨", "念慈", "露晞", "望舒", "明澈", "春和")
NAMES = (*tuple(f"{FAMILY[i % len(FAMILY)]}{GIVEN[i % len(GIVEN)]}" for i in range(52)), "阿卜杜热合曼·买买提江")
PROCESS = """一、集中学习
领学党章总纲和第一章，对照教育教学岗位职责逐条学习，结合本学期重点工作提出落实办法。
二、党课：从党章看教师的本分
主讲人围绕备课、家访、廉洁从教讲了三个方面，时长四十分钟。
三、民主议事
就冬季学校安全和困难家庭学生帮扶两件事听取意见并作出安排。"""

ACT = sheets.ActSheet(
    body=BODY, kind="主题党日", theme="学党章、守师德，做让人民满意的教师", held=HELD, place="党员活动室", chair="唐见山",
    recorder="周予安", due=53, attended=51, observers="入党积极分子林晓禾、宋时雨",
    absences=(sheets.Absence("许青原", "公假"), sheets.Absence("白露晞", "病假")), process=PROCESS,
    readings=("中国共产党章程", "新时代中小学教师职业行为十项准则"),
    resolutions=(
        sheets.ResolutionLine(matter="寒假前走访困难家庭学生，由年级组排出名单", owner="何以宁", due_on=date(2026, 12, 18)),
        sheets.ResolutionLine(matter="更换食堂门口破损的防滑垫", owner="沈书言", due_on=date(2026, 11, 27)),
    ),
    note="党课记录另页。",
)  # fmt: skip
MEETING = sheets.ActSheet(
    body=BODY, kind="支部党员大会", theme="讨论接收预备党员", held=HELD, place="三楼会议室", chair="唐见山", recorder="周予安",
    due=53, attended=50, number=4, process="介绍人汇报培养情况，大会讨论，无记名投票表决。",
    votes=(sheets.VoteLine(matter="接收苏念慈为预备党员", entitled=52, present=49, favour=48, against=0, abstain=1, carried=True),),
    absences=(sheets.Absence("许青原", "公假"), sheets.Absence("白露晞", "病假"), sheets.Absence(NAMES[-1], "外派")),
)  # fmt: skip
LECTURE = sheets.LectureSheet(
    body=BODY, held=HELD, place="党员活动室", lecturer="唐见山", lecturer_post="党支部书记", title="从党章看教师的本分",
    listeners=51, content="一、党章对党员的要求。\n二、教师岗位上的本分：备课、家访、廉洁。\n三、本学期要做的三件事。",
    attachment="从党章看教师的本分.docx",
)  # fmt: skip
SIGN_IN = sheets.SignInSheet(
    body=BODY, title="11月主题党日", held=HELD, place="党员活动室",
    names=tuple(sheets.SignInName(name, "正式党员" if i % 9 else "预备党员") for i, name in enumerate(NAMES)),
)  # fmt: skip
NOTICE = sheets.MeetingNotice(
    body=BODY, title="关于召开四季度党员大会的通知", kind="党员大会", held=HELD, place="三楼会议室", addressed_to="全体党员",
    attendees="全体党员，入党积极分子列席", agenda=("传达上级会议精神", "讨论接收预备党员", "通报党费收缴情况"),
    requirements=("请提前安排好课务，准时参加。", "有事请向支部书记请假。"), issued_on=date(2026, 11, 17),
)  # fmt: skip
MAKE_UP = sheets.MakeUpSheet(
    body=BODY,
    lines=(
        sheets.MakeUpLine(
            name="许青原", act="11月20日主题党日：学党章、守师德", reason="公假", on=date(2026, 11, 25), way="自学",
            content="党章总纲和第一章，党课讲稿", seen_to_by="周予安",
        ),
        sheets.MakeUpLine(name=NAMES[-1], act="11月20日主题党日：学党章、守师德", reason="病假"),
    ),
)  # fmt: skip
KINDS = ("支委会", "党员大会", "党小组会", "党课", "主题党日", "其他")
YEAR = sheets.YearTable(
    body=BODY, year=2026, kinds=KINDS, printed="2026年11月21日打印",
    cells={
        (month, kind): tuple(
            sheets.YearCell(date(2026, month, day), theme)
            for day, theme in (((6, "研究本月工作安排"),) if kind == "支委会" else ((20, "学党章、守师德"),) + (((27, "敬老志愿服务"),) if month == 10 else ()))
        )
        for month in range(1, 12)
        for kind in ("支委会", "主题党日")
    } | {(3, "党课"): (sheets.YearCell(date(2026, 3, 6), "学雷锋、树新风", "补记"),)},
    absent={(month, "党小组会"): "不适用" for month in range(1, 13)} | {(12, "支委会"): "未到期"},
)  # fmt: skip
# A busy branch: two lines in most months, three and more in some; and one that no size keeps on a page.
FULL_YEAR = replace(
    YEAR,
    cells=YEAR.cells
    | {
        (month, kind): tuple(
            sheets.YearCell(date(2026, month, day), theme, "补记" if month == 4 else "")
            for day, theme in ((12, f"{month}月专题学习"), (16, "年度民主评议党员"), (27, "护学岗志愿服务"))[
                : 1 + month % 3
            ]
        )
        for month in range(1, 13)
        for kind in ("党课", "其他")
    },
)
OVERFULL_YEAR = replace(
    YEAR, cells={(month, "其他"): (sheets.YearCell(date(2026, month, 3), "学习" * 24),) for month in range(1, 13)}
)
ATTENDANCE = sheets.AttendanceTable(
    body=BODY, year=2026,
    rows=tuple(
        sheets.AttendanceRow(name=name, months=("2/2",) * 10 + ("1/2", ""), due=22, attended=21, leave=1, made_up=1)
        for name in NAMES
    ),
)  # fmt: skip
HOURS = sheets.HoursLedger(
    body=BODY, year=2026,
    rows=tuple(
        sheets.HoursRow(name=name, on=date(2026, month, 20), content="主题党日：学党章、守师德，做让人民满意的教师", form="集中学习", hundredths=150)
        for name in NAMES[:20] for month in (3, 6, 9, 11)
    ),
)  # fmt: skip
RESOLUTIONS = sheets.ResolutionsLedger(
    body=BODY, year=2026,
    lines=tuple(
        sheets.ResolutionLine(
            matter=f"第{number}件：寒假前走访困难家庭学生，由年级组排出名单，逐户走访并登记需要协助的事项", owner="何以宁",
            decided_on=date(2026, 1 + number % 11, 20), due_on=date(2026, 12, 18), progress="办理中，已走访二十户",
            done_on=date(2026, 12, 1) if number % 2 else None,
        )
        for number in range(1, 25)
    ),
)  # fmt: skip
SUMMARY_KINDS = ("主题党日", "党员大会", "支委会", "党小组会", "党课", "组织生活会")
SUMMARY = sheets.SummaryTable(
    bureau="青禾县教育局", period="2026年11月", kinds=SUMMARY_KINDS,
    rows=tuple(
        sheets.SummaryRow(
            body=f"青禾县第{number}中心小学党支部", members=19,
            cells={kind: sheets.SummaryCell(due=None if kind == "党小组会" else 11, held=10, on_time=9, recorded_late=1)
                   for kind in SUMMARY_KINDS},
            not_applicable="党小组会：未设党小组",
        )
        for number in range(1, 151)
    ),
)  # fmt: skip
OFFICIAL = sheets.Official(
    head="中共青禾县教育局委员会文件", number="青教党〔2026〕12号",
    title="关于做好2026年度基层党组织组织生活会和开展民主评议党员的通知", main_recipient="各学区党总支、各直属学校党组织",
    text="\n".join([
        "根据上级党组织部署，现就做好2026年度基层党组织组织生活会和开展民主评议党员有关事项通知如下。",
        "一、时间安排", "组织生活会于2026年12月至2027年3月底前召开，具体时间由各党支部根据实际确定，报上级党组织备案。",
        "二、主要步骤", "（一）会前准备。组织党员集中学习，广泛听取意见，做好准备工作。",
        "（二）召开会议。严格按程序进行，做到人员、时间、质量有保证。", "（三）整改落实。列出整改清单，明确责任人和时限。",
        "三、有关要求", "各党组织要加强领导，务求实效，不搞形式主义，不增加基层负担。会后十日内报送简要情况。",
    ]),
    body_name="中共青禾县教育局委员会", on=date(2026, 11, 18), copied_to="县委组织部，县直机关工委",
)  # fmt: skip
REQUEST = sheets.Official(
    head="青禾县柳林中心小学党支部文件", number="柳小支〔2026〕3号", title="关于召开党员大会进行换届选举的请示",
    main_recipient="青禾县教育局党委", text="本届支部委员会任期将于2026年12月届满。\n拟于2026年12月召开党员大会，选举产生新一届支部委员会。\n妥否，请批示。",
    body_name="青禾县柳林中心小学党支部", on=date(2026, 11, 5), signer="唐见山",
)  # fmt: skip


def papers() -> dict[str, tuple[bytes, int]]:
    """Name → (docx, pages it takes)."""
    return {
        "theme_day": (sheets.theme_day(ACT), 1),
        "meeting": (sheets.meeting(MEETING), 1),
        "lecture": (sheets.lecture(LECTURE), 1),
        "sign_in": (sheets.sign_in(SIGN_IN), 2),
        "notice": (sheets.meeting_notice(NOTICE), 1),
        "make_up": (sheets.make_up(MAKE_UP), 1),
        "year": (sheets.year_table(YEAR), 1),
        "full year": (sheets.year_table(FULL_YEAR), 1),
        "overfull year": (sheets.year_table(OVERFULL_YEAR), 3),
        "attendance": (sheets.attendance(ATTENDANCE), 3),
        "hours": (sheets.hours(HOURS), 5),
        "resolutions": (sheets.resolutions(RESOLUTIONS), 3),
        "summary": (sheets.summary(SUMMARY), 8),
        "official": (sheets.write_official(OFFICIAL), 2),
        "request": (sheets.write_official(REQUEST), 2),
    }
