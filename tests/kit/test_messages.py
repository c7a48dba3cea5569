"""What is found in Python and templates is what Django asks for when it runs; merging keeps translations."""

from __future__ import annotations

import gettext
from pathlib import Path

import polib
import pytest
from django.template import Context, Engine
from django.utils import translation

from hongzhu.kit import messages
from hongzhu.kit.messages import Catalogue


def ids(found: messages.Found) -> list[tuple[str, str, str]]:
    return [(message.msgid, message.plural, message.context) for message, _ in found.messages]


def test_python_markers() -> None:
    found = messages.read_python(
        '"""文档"""\n'
        "A = _('一' '二')\n"
        "B = ngettext('%(n)s个', '%(n)s个们', n)\n"
        "C = pgettext_lazy('上下', '三')\n"
        "D = translation.npgettext('景', '四', '四们', n)\n"
        "E = [_('五') % {'a': _('六')}]\n"
        "def f():\n    '说明'\n    return 1\n"
    )
    assert ids(found) == [
        ("一二", "", ""), ("%(n)s个", "%(n)s个们", ""), ("三", "", "上下"), ("四", "四们", "景"), ("五", "", ""), ("六", "", ""),
    ]  # fmt: skip
    assert found.faults == ()


def test_python_faults_have_lines() -> None:
    found = messages.read_python("x = 1\ny = '甲'\nz = _(f'乙{x}')\nw = _(y)\nv = f'丙{x}'\nu = _('丁'.format(x))\n")
    assert [line for _, line in found.faults] == [2, 3, 4, 5, 6]


def test_declared_data_is_let_through() -> None:
    line = "A = '甲'  # zh: a column head\nB = [  # zh: heads\n    '乙',\n    '丙',\n]\nC = '丁'\n"
    assert [line for _, line in messages.read_python(line).faults] == [6]
    assert messages.read_python("# zh-file: tables of characters\nA = '甲'\n").faults == ()
    assert len(messages.read_python("# zh-file:\nA = '甲'  # zh:\n").faults) == 1


def test_attribute_docstrings_and_english_are_let_through() -> None:
    assert messages.read_python("A = 1\n'说明'\nB = 'plain – “quoted” … text'\n").faults == ()


TEMPLATES = {
    '{% translate "保存" %}': [("保存", "", "")],
    "{% trans '保存' as x %}": [("保存", "", "")],
    '{% translate "5%的" %}': [("5%%的", "", "")],
    '{% translate "月" context "单位" %}': [("月", "", "单位")],
    '{% translate "月"|upper context "单位" %}': [("月", "", "单位")],
    "{% blocktranslate %}共{{ n }}条，5%{% endblocktranslate %}": [("共%(n)s条，5%%", "", "")],
    "{% blocktranslate trimmed %}\n  甲\n  乙\n{% endblocktranslate %}": [("甲 乙", "", "")],
    "{% blocktranslate count n=k %}一条{% plural %}{{ n }}条{% endblocktranslate %}": [("一条", "%(n)s条", "")],
    '{% blocktranslate context "表" %}行{% endblocktranslate %}': [("行", "", "表")],
    '{% include "x" with t=_("标题") %}': [("标题", "", "")],
    '{{ name|default:_("未填") }}': [("未填", "", "")],
    '{% blocktranslate with a=_("甲") %}乙{{ a }}{% endblocktranslate %}': [("甲", "", ""), ("乙%(a)s", "", "")],
}


@pytest.mark.parametrize("text", TEMPLATES)
def test_templates(text: str) -> None:
    found = messages.read_template(text)
    assert ids(found) == TEMPLATES[text]
    assert found.faults == ()


class _Asked(gettext.NullTranslations):
    """Notes what Django asks for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def gettext(self, message: str) -> str:
        self.asked.append(message)
        return message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        self.asked.append(msgid1)
        return msgid1


@pytest.mark.parametrize("text", [text for text in TEMPLATES if "context" not in text and "include" not in text])
def test_templates_ask_for_what_was_found(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = _Asked()
    monkeypatch.setattr(translation._trans, "gettext", asked.gettext)
    monkeypatch.setattr(translation._trans, "ngettext", asked.ngettext)
    engine = Engine(builtins=["django.templatetags.i18n"])

    engine.from_string(text).render(Context({"n": 1, "k": 1, "name": ""}))

    assert {msgid for msgid, _, _ in ids(messages.read_template(text))} <= set(asked.asked)


def test_template_faults() -> None:
    faulty = "<p>甲</p>\n{# 注 #}{% comment %}乙{% endcomment %}<!-- 丙 -->\n{% x t='丁' %}\n"
    assert [line for _, line in messages.read_template(faulty).faults] == [1, 3]
    inner = "{% blocktranslate %}甲{% if x %}乙{% endif %}{% endblocktranslate %}"
    assert len(messages.read_template(inner).faults) == 2
    assert len(messages.read_template('{{ x|default:_("5%") }}').faults) == 1


@pytest.fixture
def room(tmp_path: Path) -> Catalogue:
    source = tmp_path / "room" / "desk.py"
    source.parent.mkdir()
    source.write_text("A = _('甲')\nB = ngettext('%(n)s个', '%(n)s个', n)\n", encoding="utf-8")
    return Catalogue(tmp_path / "room" / "locale", (source,))


def _translate(room: Catalogue) -> None:
    po = polib.pofile(str(room.po))
    po.find("甲").msgstr = "Alpha"
    po.find("%(n)s个").msgstr_plural = {0: "%(n)s piece", 1: "%(n)s pieces"}
    po.save()


def test_update_keeps_adds_and_drops(room: Catalogue) -> None:
    assert messages.update(room) == (2, 0)
    _translate(room)
    assert messages.check([room], root=room.locale.parent) == []
    assert messages.update(room) == (0, 0)
    room.sources[0].write_text("A = _('甲')\nC = _('丙')\n", encoding="utf-8")

    assert messages.update(room) == (1, 1)

    po = polib.pofile(str(room.po))
    assert {entry.msgid: entry.msgstr for entry in po} == {"甲": "Alpha", "丙": ""}
    assert not po.obsolete_entries()


def test_update_borrows_the_words_of_another_room(room: Catalogue, tmp_path: Path) -> None:
    messages.update(room)
    _translate(room)
    (tmp_path / "next").mkdir()
    (tmp_path / "next" / "desk.py").write_text("A = _('甲')\n", encoding="utf-8")
    neighbour = Catalogue(tmp_path / "next" / "locale", (tmp_path / "next" / "desk.py",))

    messages.update(neighbour, [room])

    assert polib.pofile(str(neighbour.po)).find("甲").msgstr == "Alpha"
    po = polib.pofile(str(neighbour.po))
    po.find("甲").msgstr = "Beta"
    po.save()
    assert "one of them is lost" in messages.check([room, neighbour], root=tmp_path)[0]


def test_compiled_catalogue_speaks(room: Catalogue) -> None:
    messages.update(room)
    _translate(room)

    assert messages.compile_catalogue(room)
    assert not messages.compile_catalogue(room)

    with room.po.with_suffix(".mo").open("rb") as file:
        spoken = gettext.GNUTranslations(file)
    assert spoken.gettext("甲") == "Alpha"
    assert spoken.ngettext("%(n)s个", "%(n)s个", 2) == "%(n)s pieces"


def test_empty_room_gets_no_catalogue(tmp_path: Path) -> None:
    assert messages.update(Catalogue(tmp_path / "locale", ())) == (0, 0)
    assert not messages.compile_catalogue(Catalogue(tmp_path / "locale", ()))


def test_command(room: Catalogue, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(messages, "catalogues", lambda: [room])
    monkeypatch.setattr(messages.check, "__defaults__", (room.locale.parent,))
    assert messages.main(["check"]) == 1
    assert messages.main(["update", "room"]) == 0
    _translate(room)
    assert messages.main(["check", "room"]) == 0
    assert messages.main(["compile"]) == 0
    assert messages.main(["update", "elsewhere"]) == 0
    said = capsys.readouterr().out
    assert "room: 2 new, 0 dropped" in said
    assert "catalogues complete" in said
    assert "1 catalogues compiled" in said
