"""What of the opening cash goes up with a hand-over: never more than is left, and every page and paper says the same."""

from __future__ import annotations

import io
import json
import random
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from docx import Document
from openpyxl import load_workbook

from hongzhu.core.audit.models import Entry
from hongzhu.core.orgs.models import Org, Superior
from hongzhu.kit.dates import Period
from hongzhu.services.party.actions import allotments, dues, dues_checks, dues_handing
from hongzhu.services.party.actions import dues_opening as openings
from hongzhu.services.party.actions.dues import Booking
from hongzhu.services.party.engine import dues_account as engine
from hongzhu.services.party.models import (
    Allotment,
    AllotmentLine,
    AllotmentUse,
    DuesCheck,
    DuesOpening,
    Handing,
    Receipt,
)
from hongzhu.services.party.queries import dues_account as accounts
from hongzhu.services.party.queries import dues_handing as handings
from hongzhu.services.party.queries import dues_opening as queries
from hongzhu.services.party.queries import dues_papers as papers

from .conftest import MONTHLY, NOW, TODAY, m, pay

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 10)
BEFORE, AFTER = DAY - timedelta(days=1), DAY + timedelta(days=1)
YEAR = Period.year(2026)
FEN = 30_000


def url(name: str, *args: Any) -> str:
    return reverse(f"party:{name}", args=args)


def text(response: Any) -> str:
    assert response.status_code == 200
    return response.content.decode()


def open_account(cast: Any, org: Org, on: date = DAY, fen: int = FEN, maker: str = "organiser") -> DuesOpening:
    """So much in hand that day; another has confirmed it."""
    made = openings.set_opening(
        org=org, opened_on=on, fen=fen, basis="现金日记账第3页", by=cast.actor(maker), on=TODAY, now=NOW
    )
    return openings.confirm_opening(opening=made, by=cast.actor("branch_secretary"), on=TODAY, now=NOW)


def hand_up(cast: Any, fen: int, org: Org | None = None, who: str = "organiser", **more: Any) -> Handing:
    told: dict[str, Any] = {"quarter_on": m(10), "voucher": "付11-2", "handed_on": DAY} | more
    return dues_handing.hand_up(
        org=org or cast.branch, opening_fen=fen, by=cast.actor(who), on=TODAY, now=NOW, **told
    )  # fmt: skip


def arrive(cast: Any, handing: Handing, on: date = AFTER) -> Handing:
    return dues_handing.confirm_handing(
        handing=handing, received_on=on, number="", by=cast.actor("district_officer"), on=TODAY, now=NOW
    )


def void(cast: Any, handing: Handing, *, superior: bool = False) -> Handing:
    return dues_handing.void_handing(
        handing=handing, superior=superior, reason="金额写错", by=cast.actor("district_officer"), now=NOW
    )


def drop(cast: Any) -> DuesOpening:
    return openings.void_opening(
        opening=DuesOpening.objects.get(voided_at__isnull=True), reason="写错", by=cast.actor("organiser"), now=NOW
    )


def told(did: str) -> list[int]:
    """What the entries say went of the opening."""
    rows = Entry.objects.filter(did=f"party.{did}").order_by("seq")
    return [json.loads(detail)["opening"] for detail in rows.values_list("detail", flat=True)]


def handed() -> int:
    return Entry.objects.filter(did="party.hand_up").count()


@pytest.fixture
def opened(ready: Any) -> Any:
    """300 yuan in hand on the 10th, and a month's dues that came in that day."""
    open_account(ready, ready.branch)
    pay(ready, ready.people[0], paid_on=DAY)
    return ready


# --- how much, and from which day


def test_it_leaves_the_account_and_arrives_above(opened: Any) -> None:
    handing = hand_up(opened, FEN)
    assert (handing.fen, handing.opening_fen) == (MONTHLY + FEN, FEN)
    assert [accounts.computed(opened.branch, day, TODAY) for day in (BEFORE, DAY)] == [0, 0]
    assert accounts.computed(opened.general_branch, TODAY, TODAY) == 0  # on its way
    arrive(opened, handing)
    assert [accounts.computed(opened.general_branch, day, TODAY) for day in (DAY, AFTER)] == [0, MONTHLY + FEN]
    assert handings.to_hand(opened.general_branch, TODAY) == MONTHLY + FEN
    above = hand_up(opened, 0, opened.general_branch, "district_officer", handed_on=AFTER)
    assert (above.fen, above.opening_fen) == (MONTHLY + FEN, 0)  # to whom it came from below it is no opening of theirs
    assert told("hand_up") == [FEN, 0]


@pytest.mark.parametrize(("fen", "left"), [(FEN - 1, 1), (FEN, 0)])
def test_as_much_as_is_left_may_go(opened: Any, fen: int, left: int) -> None:
    assert hand_up(opened, fen).fen == MONTHLY + fen
    assert queries.left_of(opened.branch, TODAY) == left == accounts.computed(opened.branch, TODAY, TODAY)


def test_one_fen_more_is_refused_and_says_how_much_may_go(opened: Any) -> None:
    with pytest.raises(
        ValidationError, match=r"期初余额还在手里的只有300.00元，不能多缴，请改成300.00元以内"
    ) as refused:
        hand_up(opened, FEN + 1)
    assert "已填内容还在" in refused.value.messages[0]
    assert not Handing.objects.exists() and handed() == 0
    assert Receipt.objects.get().handing_id is None
    assert accounts.computed(opened.branch, TODAY, TODAY) == FEN + MONTHLY


def test_what_went_before_is_not_there_again(opened: Any) -> None:
    hand_up(opened, 20_000, quarter_on=m(7))
    with pytest.raises(ValidationError, match=r"只有100.00元"):
        hand_up(opened, 10_001)
    hand_up(opened, 10_000)  # no dues go with it
    assert accounts.computed(opened.branch, TODAY, TODAY) == 0 == queries.left_of(opened.branch, TODAY)
    with pytest.raises(ValidationError, match="已经全部上缴或下拨"):
        hand_up(opened, 1, quarter_on=m(4))
    assert handed() == 2


def test_what_goes_on_a_later_day_is_not_taken_on_an_earlier_one(opened: Any) -> None:
    hand_up(opened, 20_000, quarter_on=m(7), handed_on=TODAY)
    with pytest.raises(ValidationError, match=r"只有100.00元"):
        hand_up(opened, 10_001, handed_on=DAY)
    hand_up(opened, 10_000, handed_on=DAY)
    days = accounts.net_by_day(opened.branch, TODAY)
    assert [engine.balance_at(days, day) for day in (BEFORE, DAY, TODAY)] == [
        0,
        20_000 + MONTHLY,
        0,
    ]  # the dues went on the later day


@pytest.mark.parametrize(("day", "may"), [(BEFORE, False), (DAY, True), (AFTER, True)])
def test_it_goes_from_the_day_it_was_there(ready: Any, day: date, may: bool) -> None:
    open_account(ready, ready.branch)
    if may:
        assert hand_up(ready, FEN, handed_on=day).handed_on == day
    else:
        with pytest.raises(ValidationError, match="期初余额2026年11月10日起才在账上，请改上缴日期"):
            hand_up(ready, FEN, handed_on=day)
    assert handed() == may


def test_only_a_confirmed_opening_goes(ready: Any) -> None:
    pay(ready, ready.people[0], paid_on=DAY)
    with pytest.raises(ValidationError, match="没有登记期初余额，请把“其中期初余额”留空"):
        hand_up(ready, 1)
    made = openings.set_opening(
        org=ready.branch, opened_on=DAY, fen=FEN, basis="日记账", by=ready.actor("organiser"), on=TODAY, now=NOW
    )  # fmt: skip
    assert queries.left_of(ready.branch, TODAY) == 0
    with pytest.raises(ValidationError, match="期初余额还没有核对，请另一人核对"):
        hand_up(ready, 1)
    openings.confirm_opening(opening=made, by=ready.actor("branch_secretary"), on=TODAY, now=NOW)
    assert queries.left_of(ready.other_branch, TODAY) == 0
    assert hand_up(ready, 1).fen == MONTHLY + 1


def test_never_without_a_voucher_nor_twice_a_quarter_nor_of_nothing(opened: Any) -> None:
    for more, why in (
        ({"voucher": " "}, "请写凭证号"),
        ({"handed_on": date(2026, 11, 21)}, "上缴日期"),
        ({"quarter_on": m(11)}, "季度"),
    ):
        with pytest.raises(ValidationError, match=why):
            hand_up(opened, FEN, **more)
    assert not Handing.objects.exists()
    hand_up(opened, 100)
    with pytest.raises(ValidationError, match="已经登记过上缴"):
        hand_up(opened, 100)
    with pytest.raises(ValidationError, match="没有可上缴"):
        hand_up(opened, 0, quarter_on=m(7))
    assert handed() == 1


def test_the_table_itself_holds_that_the_part_is_within_the_whole(opened: Any) -> None:
    hand_up(opened, FEN)
    Handing.objects.update(opening_fen=MONTHLY + FEN)
    with pytest.raises(IntegrityError), transaction.atomic():
        Handing.objects.update(opening_fen=MONTHLY + FEN + 1)


def test_questions_asked_where_nothing_of_the_opening_goes(opened: Any, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert queries.may_hand(opened.branch, 0, handed_on=DAY, today=TODAY)
    with django_assert_num_queries(1):
        assert queries.left_of(opened.other_branch, TODAY) == 0
    with django_assert_num_queries(4):
        assert queries.left_of(opened.branch, TODAY) == FEN


# --- taken back


def test_a_voided_hand_over_gives_it_back(opened: Any) -> None:
    handing = hand_up(opened, FEN)
    void(opened, handing)
    assert queries.left_of(opened.branch, TODAY) == FEN
    assert accounts.computed(opened.branch, TODAY, TODAY) == FEN + MONTHLY
    assert told("void_handing") == [FEN]
    again = arrive(opened, hand_up(opened, 5))
    with pytest.raises(ValidationError, match="请上级退回"):
        void(opened, again)
    void(opened, again, superior=True)
    assert queries.left_of(opened.branch, TODAY) == FEN
    assert accounts.computed(opened.general_branch, TODAY, TODAY) == 0


def test_the_opening_stays_while_some_of_it_is_gone(opened: Any) -> None:
    handing = hand_up(opened, 1)
    with pytest.raises(ValidationError, match=r"期初余额里有0.01元已经随季度上缴，请先作废那次上缴"):
        drop(opened)
    assert DuesOpening.objects.get().voided_at is None
    void(opened, handing)
    drop(opened)
    assert accounts.computed(opened.branch, TODAY, TODAY) == MONTHLY
    open_account(opened, opened.branch, fen=400)  # the right one: what went of the wrong one counts no more
    assert queries.left_of(opened.branch, TODAY) == 400
    hand_up(opened, 0, quarter_on=m(7))
    drop(opened)  # dues alone went up
    assert accounts.computed(opened.branch, TODAY, TODAY) == 0


# --- a committee that gives down


def test_what_was_given_down_came_out_of_it(ready: Any) -> None:
    town = Org.objects.create(bureau=ready.bureau, kind="UPPER", name="县委组织部", opened_on=m(1))
    Superior.objects.create(org=ready.committee, superior=town, relation="BELONGS", from_on=m(1))
    made = openings.set_opening(
        org=ready.committee, opened_on=DAY, fen=FEN, basis="对账单", by=ready.actor("party_office"), on=TODAY, now=NOW
    )  # fmt: skip
    openings.confirm_opening(opening=made, by=ready.actor("district_officer"), on=TODAY, now=NOW)
    batch = allotments.allot(
        bureau=ready.bureau, kind="SPECIAL", title="专项", year=2026, flat=5_000, decided_on=DAY,
        units=[ready.school, ready.other_school], by=ready.actor("party_office"), on=TODAY, now=NOW,
    )  # fmt: skip
    assert queries.left_of(ready.committee, TODAY) == FEN  # decided, and not sent
    allotments.send_allotment(
        allotment=batch, lines=batch.lines.all(), voucher="付1", sent_on=TODAY, by=ready.actor("party_office"), on=TODAY,
        now=NOW,
    )  # fmt: skip
    assert queries.left_of(ready.committee, TODAY) == 20_000 == accounts.computed(ready.committee, TODAY, TODAY)
    with pytest.raises(ValidationError, match=r"只有200.00元"):
        hand_up(ready, 20_001, ready.committee, "party_office")
    hand_up(ready, 20_000, ready.committee, "party_office")
    days = accounts.net_by_day(ready.committee, TODAY)
    assert [engine.balance_at(days, day) for day in (DAY, TODAY)] == [10_000, 0]


def test_more_given_down_than_there_was_leaves_nothing_and_never_less() -> None:
    assert [engine.opening_left(300, handed, sent) for handed, sent in ((0, 0), (299, 0), (0, 300), (100, 201))] == [
        300, 1, 0, 0,
    ]  # fmt: skip


# --- what is said of it


def test_the_account_and_its_papers_say_so_on_both_sides(opened: Any) -> None:
    arrive(opened, hand_up(opened, FEN))
    made = accounts.account(opened.branch, YEAR, TODAY, named=True)
    assert (made.opening, made.came, made.went, made.closing) == (FEN, MONTHLY, MONTHLY + FEN, 0)
    said = "上缴到柳林学区党总支，2026年四季度，其中期初余额300.00元"
    assert made.lines[-1].move.what == said and made.lines[-1].move.voucher == "付11-2"
    (line,) = accounts.account(opened.general_branch, YEAR, TODAY, named=True).lines
    assert line.move.what == "收柳林中心小学党支部上缴，2026年四季度，其中期初余额300.00元"
    assert line.move.fen == MONTHLY + FEN
    document = Document(io.BytesIO(papers.account_docx(made, [], TODAY)))
    rows = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert rows[-2][1:] == ["付11-2", said, "", "375.02", "0.00"] and rows[-1][3:] == ["75.02", "375.02", "0.00"]
    sheet = load_workbook(io.BytesIO(papers.account_xlsx(made))).worksheets[0]
    (row,) = [[cell.value for cell in row] for row in sheet if row[2].value == said]
    assert row[4:] == [375.02, 0]


def test_the_check_agrees_with_the_book(opened: Any) -> None:
    hand_up(opened, 10_000)
    made = dues_checks.check_dues(
        org=opened.branch, checked_on=TODAY, book_fen=20_000, note="", by=opened.actor("organiser"), on=TODAY, now=NOW
    )
    dues_checks.confirm_check(check=made, by=opened.actor("branch_secretary"), on=TODAY, now=NOW)
    (row,) = accounts.last_checks([opened.branch], TODAY)
    assert (str(row.chip.word), row.computed) == ("相符", 20_000)
    DuesCheck.objects.update(on=BEFORE)
    assert accounts.last_checks([opened.branch], TODAY)[0].computed == 0


def test_the_summary_of_the_quarter_says_whose_sum_has_it(opened: Any) -> None:
    pay(opened, opened.people[1], paid_on=TODAY)
    both = [opened.branch, opened.general_branch, opened.other_branch]
    said = "上缴金额中含期初余额：柳林中心小学党支部300.00元。"

    def on_paper() -> tuple[list[str], list[Any]]:
        rows = handings.hand_rows(both, m(10))
        document = Document(io.BytesIO(papers.handed_docx(opened.root, rows, m(10), TODAY)))
        cells = [cell.value for sheet in load_workbook(io.BytesIO(papers.handed_xlsx(rows, m(10)))) for row in sheet
                 for cell in row]  # fmt: skip
        return [paragraph.text for paragraph in document.paragraphs], cells

    assert not any("含期初余额" in str(words) for part in on_paper() for words in part)
    arrive(opened, hand_up(opened, FEN))
    for part in on_paper():
        assert said in part
    rows = {row.org: row for row in handings.hand_rows(both, m(10))}
    assert (rows[opened.branch].handing.fen, rows[opened.branch].collected) == (MONTHLY + FEN, 2 * MONTHLY)
    assert rows[opened.general_branch].collected == MONTHLY + FEN


# --- the pages


def test_it_is_asked_on_the_form_and_seen_by_the_superior(opened: Any, client: Any) -> None:
    opened.login(client, "organiser")
    address, account = url("dues_hand", opened.branch.pk), url("dues_account", opened.branch.pk)
    page = text(client.get(account))
    assert "期初余额还有300.00元在手里" in page and address in page
    page = text(client.get(address))
    assert "其中期初余额（元）" in page and "还在手里的期初余额" in page
    given = {"quarter_on": "2026-10-01", "handed_on": "2026-11-20", "voucher": "付1", "opening_fen": "300.01"}
    page = text(client.post(address, given))
    assert "只有300.00元" in page and 'value="300.01"' in page
    assert not Handing.objects.exists()
    assert client.post(address, given | {"opening_fen": "300"}).status_code == 302
    handing = Handing.objects.get()
    assert (handing.fen, handing.opening_fen) == (MONTHLY + FEN, FEN)
    assert "期初余额还有" not in text(client.get(account))
    assert "还在手里的期初余额" not in text(client.get(address))
    assert "含期初余额300.00元" in text(client.get(url("dues_handings") + "?quarter=2026-10-01"))
    opened.login(client, "district_officer")
    page = text(client.get(url("dues_handing_confirm", handing.pk)))
    assert "375.02元" in page and "其中期初余额" in page
    Handing.objects.update(opening_fen=0)
    assert "其中期初余额" not in text(client.get(url("dues_handing_confirm", handing.pk)))
    assert "含期初余额" not in text(client.get(url("dues_handings") + "?quarter=2026-10-01"))


def test_left_empty_nothing_of_it_goes(opened: Any, client: Any) -> None:
    opened.login(client, "organiser")
    given = {"quarter_on": "2026-10-01", "handed_on": "2026-11-20", "voucher": "付1", "opening_fen": ""}
    assert client.post(url("dues_hand", opened.branch.pk), given).status_code == 302
    assert Handing.objects.get().fen == MONTHLY


def test_without_an_opening_nobody_is_asked_and_nothing_typed_is_dropped(ready: Any, client: Any) -> None:
    pay(ready, ready.people[0])
    ready.login(client, "organiser")
    address = url("dues_hand", ready.branch.pk)
    assert "其中期初余额" not in text(client.get(address))
    given = {"quarter_on": "2026-10-01", "handed_on": "2026-11-20", "voucher": "付1"}
    page = text(client.post(address, given | {"opening_fen": "5"}))
    assert "没有登记期初余额" in page and 'value="5"' in page
    assert not Handing.objects.exists()
    assert client.post(address, given).status_code == 302


def test_who_only_sees_the_account_is_told_what_is_left_and_not_asked_to_act(opened: Any, client: Any) -> None:
    opened.login(client, "inspector")
    page = text(client.get(url("dues_account", opened.branch.pk)))
    assert "期初余额还有300.00元在手里" in page and url("dues_hand", opened.branch.pk) not in page
    opened.login(client, "organiser")
    Superior.objects.filter(org=opened.branch, relation="BELONGS").delete()
    assert url("dues_hand", opened.branch.pk) not in text(client.get(url("dues_account", opened.branch.pk)))


# --- whatever is done in whatever order


def ledger(org: Org, day: date) -> int:
    """The balance by another way: opening, plus what came in, less what went out, row by row."""
    live = {"voided_at__isnull": True}
    began = DuesOpening.objects.filter(org=org, confirmed_at__isnull=False, on__lte=day, **live)
    came = [
        *Receipt.objects.filter(org=org, paid_on__lte=day, **live).values_list("fen", flat=True),
        *Handing.objects.filter(superior=org, received_on__lte=day, **live).values_list("fen", flat=True),
        *AllotmentLine.objects.filter(org=org, received_on__lte=day).values_list("fen", flat=True),
    ]
    went = [
        *Receipt.objects.filter(org=org, forwarded_on__lte=day, **live).values_list("fen", flat=True),
        *Handing.objects.filter(org=org, handed_on__lte=day, **live).values_list("fen", flat=True),
        *AllotmentUse.objects.filter(line__org=org, reported_on__lte=day).values_list("fen", flat=True),
        *AllotmentLine.objects.filter(allotment__payer=org, sent_on__lte=day).values_list("fen", flat=True),
    ]
    return sum(began.values_list("fen", flat=True)) + sum(came) - sum(went)


DAYS = [TODAY - timedelta(days=n) for n in range(62)]


class Walk:
    """One random move after another; what is refused changes nothing."""

    def __init__(self, cast: Any, seed: int) -> None:
        self.cast, self.rng = cast, random.Random(f"opening:{seed}")
        self.keeper = {cast.branch: "organiser", cast.general_branch: "district_officer"}
        self.batch = allotments.allot(
            bureau=cast.bureau, kind="SPECIAL", title="专项", year=2026, flat=9_000, decided_on=date(2026, 10, 1),
            units=list(self.keeper), by=cast.actor("party_office"), on=TODAY, now=NOW,
        )  # fmt: skip

    def day(self) -> date:
        return TODAY - timedelta(days=self.rng.randint(0, 50))

    def step(self) -> tuple[str, bool]:
        name = self.rng.choice(
            ("pay", "pay", "large", "forward", "void_receipt", "open_it", "sure", "drop", "up", "up", "up", "up", "up",
             "arrive", "arrive", "back", "send", "receive", "use")
        )  # fmt: skip
        org = self.rng.choice(list(self.keeper))
        try:
            with transaction.atomic():
                done = getattr(self, name)(org, self.cast.actor(self.keeper[org]))
        except ValidationError:
            return name, False
        return name, done is not None

    def one(self, rows: Any) -> Any:
        found = list(rows.order_by("pk"))
        return self.rng.choice(found) if found else None

    def pay(self, org: Org, by: Any) -> Any:
        month = m(self.rng.randint(6, 11))
        return pay(self.cast, self.rng.choice(self.cast.people), months={month: MONTHLY}, paid_on=self.day(), org=org)

    def large(self, org: Org, by: Any) -> Any:
        booked = Booking(voucher="记9", collected_by="周予安", paid_on=self.day())
        return dues.receive_large(
            org=org, person=self.cast.people[1], fen=100_000, booked=booked, by=by, on=TODAY, now=NOW
        )  # fmt: skip

    def forward(self, org: Org, by: Any) -> Any:
        row = self.one(Receipt.objects.filter(org=org, large=True))
        return row and dues.forward_large(receipt=row, voucher="付9", forwarded_on=self.day(), by=by, on=TODAY)

    def void_receipt(self, org: Org, by: Any) -> Any:
        row = self.one(Receipt.objects.filter(org=org))
        return row and dues.void_receipt(receipt=row, reason="写错", by=by, now=NOW)

    def open_it(self, org: Org, by: Any) -> Any:
        fen, day = self.rng.randint(1, 500), TODAY - timedelta(days=self.rng.choice((40, 52, 60)))
        return openings.set_opening(org=org, opened_on=day, fen=fen, basis="日记账", by=by, on=TODAY, now=NOW)

    def sure(self, org: Org, by: Any) -> Any:
        row = self.one(DuesOpening.objects.filter(org=org, voided_at__isnull=True))
        by = self.cast.actor("party_office")
        return row and openings.confirm_opening(opening=row, by=by, on=TODAY, now=NOW)

    def drop(self, org: Org, by: Any) -> Any:
        row = self.one(DuesOpening.objects.filter(org=org, voided_at__isnull=True))
        if row and queries.left_of(org, TODAY) == row.fen and self.rng.random() < 0.8:
            return None  # seldom before any of it is gone
        return row and openings.void_opening(opening=row, reason="写错", by=by, now=NOW)

    def up(self, org: Org, by: Any) -> Any:
        left = queries.left_of(org, TODAY)
        fen = self.rng.choice((0, 1, left, left + 1, left // 2, self.rng.randint(0, 500)))
        return dues_handing.hand_up(
            org=org, quarter_on=m(self.rng.choice((1, 4, 7, 10))), voucher=self.rng.choice(("付1", "付2", " ")),
            handed_on=self.day(), opening_fen=fen, by=by, on=TODAY, now=NOW,
        )  # fmt: skip

    def arrive(self, org: Org, by: Any) -> Any:
        row = self.one(Handing.objects.filter(org=org, received_on__isnull=True))
        who = self.cast.actor("district_officer" if org == self.cast.branch else "party_office")
        return row and dues_handing.confirm_handing(
            handing=row, received_on=self.day(), number="收1", by=who, on=TODAY, now=NOW
        )

    def back(self, org: Org, by: Any) -> Any:
        row = self.one(Handing.objects.filter(org=org))
        return row and dues_handing.void_handing(
            handing=row, superior=self.rng.random() < 0.5, reason="写错", by=by, now=NOW
        )

    def send(self, org: Org, by: Any) -> Any:
        return allotments.send_allotment(
            allotment=self.batch, lines=self.batch.lines.filter(org=org), voucher="付7", sent_on=self.day(),
            by=self.cast.actor("party_office"), on=TODAY, now=NOW,
        )  # fmt: skip

    def receive(self, org: Org, by: Any) -> Any:
        return allotments.receive_allotment(
            line=self.batch.lines.get(org=org), received_on=self.day(), by=by, on=TODAY
        )  # fmt: skip

    def use(self, org: Org, by: Any) -> Any:
        return allotments.report_use(
            line=self.batch.lines.get(org=org), used=self.rng.randint(1, 9_500), used_for="展板", voucher="支1",
            reported_on=self.day(), by=by, on=TODAY,
        )  # fmt: skip

    def balances(self) -> dict[Org, list[int]]:
        found = {}
        for org in (*self.keeper, self.cast.committee):
            net = accounts.net_by_day(org, TODAY)
            found[org] = [engine.balance_at(net, day) for day in DAYS]
        return found


@pytest.mark.parametrize("seed", [1, 6])
def test_no_permitted_move_leaves_less_than_nothing_in_hand(ready: Any, seed: int) -> None:
    """Balance = opening + in − out on every day, after every move; what went up says what it is made of."""
    walk = Walk(ready, seed)
    open_account(ready, ready.branch, on=TODAY - timedelta(days=52), fen=300)
    seen: set[tuple[str, bool]] = set()
    took = 0
    before = walk.balances()
    for _ in range(110):
        done = walk.step()
        seen.add(done)
        now = walk.balances()
        if not done[1]:
            assert now == before
            continue
        before = now
        for org in now:
            for n in (0, walk.rng.randint(1, 61)):
                assert now[org][n] == ledger(org, DAYS[n])
        for org in walk.keeper:
            assert min(now[org]) >= 0, (done, org.name)
            opening = DuesOpening.objects.filter(org=org, voided_at__isnull=True, confirmed_at__isnull=False).first()
            live = Handing.objects.filter(org=org, voided_at__isnull=True)
            parts = sum(live.values_list("opening_fen", flat=True))
            took += parts
            assert queries.left_of(org, TODAY) == (opening.fen if opening else 0) - parts >= 0
            if done[0] not in {"up", "back", "arrive"}:
                continue
            made = accounts.account(org, YEAR, TODAY, named=False)
            assert made.closing == made.opening + made.came - made.went == now[org][0]
            for handing in live:
                own = sum(handing.receipts.values_list("fen", flat=True))
                below = sum(handing.below.values_list("fen", flat=True))
                assert handing.fen == own + below + handing.opening_fen and handing.voucher
    assert took and {("up", True), ("up", False), ("back", True), ("drop", False)} <= seen
    assert Allotment.objects.get().payer == ready.committee
