"""The template tags: what a page says for each kind of value, and what it refuses to draw."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.paginator import Paginator
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.utils import translation

from hongzhu.kit.chips import Chip
from hongzhu.kit.templatetags.icons import ICONS

FRIDAY = datetime.date(2026, 11, 20)


def draw(text: str, path: str = "/", **context: object) -> str:
    return Template(text).render(Context({"request": RequestFactory().get(path), **context})).strip()


@pytest.mark.parametrize(
    ("filtered", "chinese", "english"),
    [
        ("d|day", "11月20日", "20 Nov"),
        ("d|weekday", "周五", "Fri"),
        ("d|day_week", "11月20日 周五", "Fri 20 Nov"),
        ("d|full_day", "2026年11月20日", "20 November 2026"),
        ("d|month", "2026年11月", "November 2026"),
        ("d|month_short", "11月", "Nov"),
        ("t|clock", "07:05", "07:05"),
        ("t|day", "11月21日", "21 Nov"),
        ("t|day_clock", "11月21日07:05", "21 Nov 07:05"),
        ("d|day_range:d", "11月20日", "20 Nov"),
        ("d|day_range:same_month", "11月20日至26日", "20 to 26 Nov"),
        ("d|day_range:next_month", "11月20日至12月3日", "20 Nov to 3 Dec"),
        ("d|day_range:next_year", "2026年11月20日至2027年1月3日", "20 November 2026 to 3 January 2027"),
        ("d|day_range:none", "11月20日", "20 Nov"),
        ("money|fen", "-1,234,567.05元", "¥-1,234,567.05"),
        ("money|fen_number", "-1,234,567.05", "-1,234,567.05"),
        ("big|thousands", "1,234", "1,234"),
    ],
)
def test_dates_and_figures_read_in_both_languages(filtered, chinese, english):
    context = {
        "d": FRIDAY,
        # 23:05 in London is next morning in Shanghai: the local day counts.
        "t": datetime.datetime(2026, 11, 20, 23, 5, tzinfo=ZoneInfo("UTC")),
        "same_month": datetime.date(2026, 11, 26),
        "next_month": datetime.date(2026, 12, 3),
        "next_year": datetime.date(2027, 1, 3),
        "none": None,
        "money": -123456705,
        "big": 1234,
    }
    with translation.override("zh-hans"):
        assert draw("{{ " + filtered + " }}", **context) == chinese
    with translation.override("en"):
        assert draw("{{ " + filtered + " }}", **context) == english


@pytest.mark.parametrize(
    "name", ["day", "weekday", "day_week", "full_day", "month", "clock", "day_clock", "thousands", "fen", "fen_number"]
)
def test_nothing_reads_as_nothing(name):
    assert draw("{{ x|" + name + " }}", x=None) == ""


def test_a_number_opens_its_rows_and_missing_is_not_zero():
    assert draw("{% number 1508 '/acts' unit='次' %}") == '<a class="hz-n" href="/acts">1,508次</a>'
    assert draw("{% number 0 '/acts' %}") == '<a class="hz-n" href="/acts">0</a>'
    assert draw("{% number 7 %}") == '<span class="hz-n-plain">7</span>'
    assert draw("{% number x '/acts' %}", x=None) == '<span class="hz-none">未报</span>'
    assert "&lt;b&gt;" in draw("{% number x %}", x="<b>")


def test_a_status_is_word_shape_and_tone():
    chip = Chip("未见记录", "mind", "gap")
    assert draw("{% status c %}", c=chip) == (
        '<span class="hz-chip is-mind"><span class="hz-g sh-gap" aria-hidden="true"></span>未见记录</span>'
    )
    assert 'class="hz-chip is-mind is-bare is-void"' in draw("{% status c bare=True void=True %}", c=chip)
    assert draw("{% status c %}", c=None) == ""
    assert draw("{% glyph c %}", c=chip) == '<span class="hz-g sh-gap is-mind" role="img" aria-label="未见记录"></span>'
    assert draw("{% glyph 'tick' %}") == '<span class="hz-g sh-tick" aria-hidden="true"></span>'
    with pytest.raises(TemplateSyntaxError):
        draw("{% glyph 'heart' %}")


def test_every_icon_draws_and_an_unknown_one_is_refused():
    for name in ICONS:
        assert draw("{% icon name %}", name=name).startswith('<svg class="hz-i"')
    with pytest.raises(TemplateSyntaxError):
        draw("{% icon 'unicorn' %}")


class ActForm(forms.Form):
    theme = forms.CharField(label="主题", help_text="来自本月提示")
    held_on = forms.DateField(label="日期", widget=forms.DateInput)
    place = forms.ChoiceField(label="地点", choices=[("a", "党员活动室"), ("b", "会议室")], widget=forms.RadioSelect)
    note = forms.CharField(label="备注", required=False, widget=forms.Textarea)
    counts = forms.BooleanField(label="计入", required=False, help_text="固定党日当天")
    kind = forms.ChoiceField(label="类别", choices=[("x", "学习")])
    token = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self):
        if self.cleaned_data.get("theme") == "重复":
            raise forms.ValidationError("同一天已有一次")
        return self.cleaned_data


def test_a_field_has_label_hint_and_control():
    form = ActForm()
    theme = draw("{% field form.theme %}", form=form)
    assert '<label class="hz-label" for="id_theme">主题<em id="id_theme_helptext">来自本月提示</em></label>' in theme
    assert 'class="form-control"' in theme
    assert 'aria-describedby="id_theme_helptext"' in theme
    assert "可不填" in draw("{% field form.note %}", form=form)
    assert "可不填" not in theme
    assert 'class="form-select"' in draw("{% field form.kind %}", form=form)
    assert "<b>计入</b>" in draw("{% field form.counts %}", form=form)


def test_a_choice_becomes_chips_with_real_radios():
    form = ActForm(initial={"place": "b"})
    chips = draw("{% field form.place %}", form=form)
    assert chips.startswith('<fieldset class="hz-f" id="id_place"')
    assert '<legend class="hz-label">地点</legend>' in chips
    assert chips.count('type="radio"') == 2
    assert '<label class="hz-pick" for="id_place_1">会议室</label>' in chips
    assert chips.count("checked") == 1
    assert 'class="hz-picks is-even"' in draw("{% field form.place even=True %}", form=form)
    assert 'class="hz-tick"' in draw("{% field form.place plain=True %}", form=form)


def test_a_date_is_the_browsers_own_field_unless_the_words_typed_would_be_lost():
    fresh = draw("{% field form.held_on %}", form=ActForm(initial={"held_on": FRIDAY}))
    assert 'type="date"' in fresh
    assert 'value="2026-11-20"' in fresh

    refused = draw("{% field form.held_on %}", form=ActForm({"held_on": "2026-11-31"}))
    assert 'type="text"' in refused
    assert 'value="2026-11-31"' in refused
    assert "is-wrong" in refused
    assert 'class="hz-wrong" id="id_held_on_error"' in refused


def test_a_file_that_was_sent_with_a_refused_form_must_be_chosen_again():
    """A browser never fills a file field: "what you typed is still here" would not be true of it."""

    class Sent(forms.Form):
        title = forms.CharField()
        file = forms.FileField(required=False)

    lost = Sent({"title": ""}, {"file": SimpleUploadedFile("a.xlsx", b"x")})
    again = "请重新选一次"
    assert again in draw("{% field form.file %}", form=lost)
    assert again not in draw("{% field form.title %}", form=lost)
    assert again not in draw("{% field form.file %}", form=Sent({"title": ""}))
    assert again not in draw("{% field form.file %}", form=Sent())
    wrong = Sent({"title": "表"}, {"file": SimpleUploadedFile("a.xlsx", b"")})
    assert again not in draw("{% field form.file %}", form=wrong), "the error beside it says to take another"


def test_all_fields_come_with_the_hidden_ones():
    page = draw("{% fields form %}", form=ActForm())
    assert page.count("hz-f") >= 6
    assert page.count('type="hidden"') == 1


def test_the_summary_counts_mistakes_and_leads_to_each():
    form = ActForm({"theme": "重复", "held_on": "", "kind": "x"})
    page = draw("{% error_summary form %}", form=form)
    assert 'role="alert"' in page
    assert "没有保存，有3处要改。已填内容还在。" in page
    assert '<a href="#id_held_on">日期：' in page
    # A group of radios has no single control: the first one takes the reader there.
    assert '<a href="#id_place_0">地点：' in page
    assert "<li>同一天已有一次</li>" in page
    assert draw("{% error_summary form %}", form=ActForm()) == ""
    assert draw("{% error_summary form %}", form=None) == ""


def test_the_summary_of_a_form_that_only_asks_says_what_was_not_done():
    form = ActForm({"theme": "重复", "held_on": "", "kind": "x"})
    page = draw("{% error_summary form asked='预演' %}", form=form)
    assert "<b>没有预演，有3处要改。</b>" in page
    assert draw("{% error_summary form asked='预演' %}", form=ActForm()) == ""


@pytest.mark.parametrize(
    ("said", "once"),
    [
        ("没有保存：最早11月20日办理。已填内容还在。", True),
        ("没有保存：这个支部已撤销，请改选。", True),
        ("没有登记：日期还没有到，请改日期。已填内容还在。", True),
        ("同一天已有一次", False),
        ("没有这个联系点，请重新选。", False),
        ("这个文号用过了，请改。已填内容还在。", False),
    ],
)
def test_one_mistake_that_is_a_sentence_of_its_own_is_said_once(said, once):
    class Refusing(forms.Form):
        on = forms.DateField()

        def clean(self):
            raise forms.ValidationError(said)

    page = draw("{% error_summary form %}", form=Refusing({"on": "2026-11-19"}))
    assert said in page
    assert ("有1处要改" in page) is not once
    assert ("<li>" in page) is not once
    both = draw("{% error_summary form %}", form=Refusing({"on": ""}))
    assert "有2处要改" in both
    assert both.count("<li>") == 2


def test_the_summary_takes_formsets():
    formset = forms.formset_factory(ActForm)(
        {
            "form-TOTAL_FORMS": "1",
            "form-INITIAL_FORMS": "1",
            "form-0-theme": "",
            "form-0-kind": "x",
            "form-0-place": "a",
        }
    )
    page = draw("{% error_summary fs %}", fs=formset)
    assert "有2处要改" in page
    assert '<a href="#id_form-0-theme">' in page


def test_what_a_user_typed_is_escaped_in_the_summary():
    class Strict(forms.Form):
        kind = forms.ChoiceField(label="<i>类别</i>", choices=[("x", "学习")])

    page = draw("{% error_summary form %}", form=Strict({"kind": "<script>"}))
    assert "<script>" not in page
    assert "<i>" not in page


def test_query_with_changes_one_key_and_starts_over_at_page_one():
    path = "/?status=short&org=3&page=4"
    assert draw("{% query_with org=5 %}", path) == "?status=short&amp;org=5"
    assert draw("{% query_with status=None %}", path) == "?org=3"
    assert draw("{% query_with page=5 %}", path) == "?status=short&amp;org=3&amp;page=5"
    assert draw("{% query_with status=None org='' %}", path) == "?"


def test_pager_says_which_rows_and_keeps_the_filter():
    rows = Paginator(range(137), 20)
    page = draw("{% pager page %}", "/?q=x&page=2", page=rows.page(2))
    assert "第21至40条，共137条" in page
    assert 'href="?q=x&amp;page=1"' in page
    assert 'href="?q=x&amp;page=3"' in page
    last = draw("{% pager page %}", page=rows.page(7))
    assert "第121至137条" in last
    assert "下一页" not in last
    assert "共23条，一页列完" in draw("{% pager page %}", page=Paginator(range(23), 100).page(1))
    assert draw("{% pager page %}", page=Paginator([], 20).page(1)) == ""


def test_empty_offers_the_one_thing_to_do():
    page = draw("{% empty '还没有活动' '记一次之后会出现在这里' '/acts/new' '记一次' %}")
    assert "<b>还没有活动</b>" in page
    assert '<a class="btn" href="/acts/new">记一次</a>' in page
    assert "btn" not in draw("{% empty '没有' %}")


def test_paper_head_and_foot_and_buttons():
    assert "hz-sheet-title" in draw("{% sheet_head '一览表' '左' '右' %}")
    assert draw("{% sheet_foot '书记（签字）：' '' '打印日期' %}").count("<span>") == 2
    # Without script these buttons could do nothing, so they are not there.
    assert "data-print hidden" in draw("{% printing %}")
    assert 'data-copy="#text"' in draw("{% copying '#text' %}")


def test_a_block_can_be_said_again():
    page = draw("{% block title %}全年一览{% endblock %}|{% again 'title' %}")
    # A template that extends nothing has no block context: nothing to repeat, and nothing breaks.
    assert page == "全年一览|"
    with pytest.raises(TemplateSyntaxError):
        draw("{% again %}")
