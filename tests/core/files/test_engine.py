from pathlib import Path

import pytest

from hongzhu.core.files import engine


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("讲稿.pdf", "讲稿.pdf"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\win.ini", "win.ini"),
        ("/etc/cron.d/x.txt", "x.txt"),
        ("C:\\临时\\照片.jpg", "照片.jpg"),
        ("a\x00b\r\nSet-Cookie: x.pdf", "a_b_Set-Cookie_ x.pdf"),
        ("讲稿\u202efdp.exe", "讲稿_fdp.exe"),
        ("..", "file"),
        ("", "file"),
        (" .. ", "file"),
    ],
)
def test_clean_name(typed, kept):
    assert engine.clean_name(typed) == kept


def test_a_long_name_keeps_its_ending():
    assert engine.clean_name("党" * 300 + ".docx") == "党" * 155 + ".docx"
    assert len(engine.clean_name("党" * 300)) == 160


@pytest.mark.parametrize("name", ["../x", "", "A" * 64, "0" * 63, "0" * 64 + "/.."])
def test_only_a_digest_is_a_place(name):
    with pytest.raises(ValueError):
        engine.location(Path("/srv"), 1, name)


def test_the_place_of_a_digest():
    assert engine.location(Path("/srv"), 3, "0" * 64) == Path("/srv/3") / ("0" * 64)
