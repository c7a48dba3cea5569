from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hongzhu.kit.china import creditcode, divisions, idcard, phone, schoolcode

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(("first17", "last"), [("11010519491231002", "X"), ("44052418800101001", "4")])
def test_gb11643_vectors(first17, last):
    assert idcard.check_character(first17) == last


def test_an_id_number_tells_birth_and_sex():
    card = idcard.check(" １１０１０５ 19491231 002x ", today=TODAY)
    assert (card.number, card.born, card.sex) == ("11010519491231002X", date(1949, 12, 31), idcard.FEMALE)


def number(first17):
    return first17 + idcard.check_character(first17)


@pytest.mark.parametrize("front", ["110105", "810000", "820000", "830000", "911156"])
def test_permits_carry_the_same_check(front):
    assert idcard.check(number(front + "19900101" + "001"), today=TODAY).sex == idcard.MALE


def test_born_today_but_not_tomorrow():
    assert idcard.check(number("11010520261121001"), today=TODAY).born == TODAY
    with pytest.raises(idcard.IdRefused, match="还没有到"):
        idcard.check(number("11010520261122001"), today=TODAY)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("110105194912310021", "校验位不对"),
        ("11010519491231002", "现在是17位"),
        ("11010519491231002XX", "现在是19位"),
        ("110105491231002", "15位的旧身份证号"),
        ("1101051949123100X2", "前17位应是数字"),
        (number("11010519490229001"), "出生日期不存在"),
        (number("11010518991231001"), "早于1900年"),
        (number("01010519491231001"), "不是省级代码"),
        ("", "现在是0位"),
    ],
)
def test_wrong_id_numbers_are_refused_without_repeating_them(text, sentence):
    with pytest.raises(idcard.IdRefused) as error:
        idcard.check(text, today=TODAY)
    assert sentence in str(error.value)
    assert not text or text not in str(error.value)


@given(st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_never_passes(place, shift):
    good = number("11010519900307123")
    wrong = good[:place] + str((int(good[place]) + shift) % 10) + good[place + 1 :]
    with pytest.raises(idcard.IdRefused):
        idcard.check(wrong, today=TODAY)


def test_the_mask_shows_the_last_character_only():
    assert idcard.mask("11010519491231002X") == "*" * 17 + "X"
    assert idcard.mask("") == ""


@pytest.mark.parametrize(("first17", "last"), [("91350100M000100Y4", "3"), ("11320000MB151840X", "J")])
def test_gb32100_vectors(first17, last):
    assert creditcode.check_character(first17) == last
    assert creditcode.check(f" {first17.lower()}{last.lower()} ") == first17 + last
    # The trap of section 15.2: the sum itself instead of 31 minus it.
    total = sum(creditcode.ALPHABET.index(c) * pow(3, i, 31) for i, c in enumerate(first17)) % 31
    with pytest.raises(creditcode.CreditCodeRefused, match="校验位"):
        creditcode.check(first17 + creditcode.ALPHABET[total])


def test_credit_code_whose_sum_is_zero_ends_in_zero():
    assert creditcode.check("0" * 18) == "0" * 18


@pytest.mark.parametrize("letter", "IOZSV")
def test_credit_codes_never_hold_five_letters(letter):
    with pytest.raises(creditcode.CreditCodeRefused, match=f"第9位“{letter}”"):
        creditcode.check(f"91350100{letter}000100Y43")


def test_credit_code_length():
    with pytest.raises(creditcode.CreditCodeRefused, match="现在是17位"):
        creditcode.check("91350100M000100Y4")


def test_school_codes():
    code = schoolcode.check(" ２１37000001 ")
    assert (code.code, code.category, code.province) == ("2137000001", "21", "37")
    for text, sentence in [
        ("213700001", "10位"),
        ("21370000012", "10位"),
        ("2037000001", "“20”不是办学类型"),
        ("2100000001", "“00”不是省级"),
        ("21A7000001", "10位"),
    ]:
        with pytest.raises(schoolcode.SchoolCodeRefused, match=sentence):
            schoolcode.check(text)


def test_division_levels():
    assert divisions.check("370000") == "370000"
    assert [divisions.level(code) for code in ("370000", "370800", "370811")] == ["province", "city", "county"]
    assert divisions.check_county("370811") == "370811"
    for text in ("370800", "370000"):
        with pytest.raises(divisions.DivisionRefused, match="县"):
            divisions.check_county(text)
    for text in ("37081", "3708111", "990811", "370011", "37O811"):
        with pytest.raises(divisions.DivisionRefused):
            divisions.check(text)


@pytest.mark.parametrize(
    "typed", ["13800138000", "+86 138-0013-8000", "0086 13800138000", "8613800138000", "１３８００１３８０００"]
)
def test_one_mobile_in_all_its_forms(typed):
    assert phone.check_mobile(typed) == "13800138000"
    assert phone.check(typed) == "13800138000"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("0537-2315678", "0537-2315678"), ("（010）62345678", "010-62345678"), ("2315678", "2315678")],
)
def test_landlines(typed, kept):
    assert phone.check(typed) == kept
    with pytest.raises(phone.PhoneRefused):
        phone.check_mobile(typed)


@pytest.mark.parametrize("typed", ["12800138000", "1380013800", "138001380001", "1380013800a", "", "12345", "0000000"])
def test_wrong_phones(typed):
    with pytest.raises(phone.PhoneRefused):
        phone.check_mobile(typed)
    with pytest.raises(phone.PhoneRefused):
        phone.check(typed)


def test_phone_mask():
    assert phone.mask("13800138000") == "*********00"
    assert phone.mask("12") == "**"
    assert phone.mask("") == ""
