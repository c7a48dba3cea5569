import io
import struct
import zipfile
import zlib

import docx
import pytest
from PIL import Image, PngImagePlugin

from hongzhu.kit.tables import uploads
from hongzhu.kit.tables.uploads import UploadRefused, check_upload

from . import hostile

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def picture(kind="JPEG", size=(40, 20), mode="RGB", **more):
    out = io.BytesIO()
    Image.new(mode, size, 200).save(out, kind, **more)
    return out.getvalue()


def word(extra=()):
    out = io.BytesIO()
    docx.Document().save(out)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, body in extra:
            archive.writestr(name, body)
    return out.getvalue()


def chunk(kind, body):
    return struct.pack(">L", len(body)) + kind + body + struct.pack(">L", zlib.crc32(kind + body))


def flood(width, height):
    """A PNG that only claims to be large."""
    head = struct.pack(">LLBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.jpg", picture(), "jpg"),
        ("a.JPEG", picture(), "jpg"),
        ("a.png", picture("PNG"), "png"),
        ("照片.jpg", picture("PNG"), "png"),  # phones rename; the content decides
        ("a.pdf", PDF, "pdf"),
        ("a.docx", word(), "docx"),
        ("a.xlsx", hostile.pack(), "xlsx"),
        ("a.txt", "通知".encode("gbk"), "txt"),
    ],
)
def test_ordinary_files_are_kept(name, data, kind):
    clean = check_upload(data, name)
    assert (clean.kind, clean.mime) == (kind, uploads.MIMES[kind])
    assert clean.name.endswith(f".{kind}")


def test_text_becomes_utf8():
    assert check_upload("通知".encode("gbk"), "a.txt").data.decode() == "通知"


def test_gbk_that_is_utf8_by_chance_and_latin_that_is_not_gbk():
    assert check_upload("联通".encode("gbk"), "a.txt").data.decode() == "联通"
    assert check_upload("café à la carte".encode(), "a.txt").data.decode() == "café à la carte"


def test_pictures_lose_everything_but_the_picture():
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif[0x010E] = "SECRET"
    exif.get_ifd(0x8825)[1] = "N"
    clean = check_upload(picture(exif=exif, comment=b"SECRET"), "a.jpg")
    made = Image.open(io.BytesIO(clean.data))
    assert made.size == (20, 40)  # turned upright before the mark went
    assert not made.getexif() and b"SECRET" not in clean.data
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", "SECRET")
    info.add_text("Long", "SECRET", zip=True)
    info.add_itxt("XML:com.adobe.xmp", "SECRET")
    clean = check_upload(picture("PNG", pnginfo=info) + b"<html>SECRET<script>", "a.png")
    made = Image.open(io.BytesIO(clean.data))
    assert b"SECRET" not in clean.data and not made.info


@pytest.mark.parametrize("mode", ["RGBA", "P", "L", "1", "I;16"])
def test_pictures_of_every_mode(mode):
    assert check_upload(picture("PNG", mode=mode), "a.png").kind == "png"


def test_cmyk_becomes_rgb():
    assert Image.open(io.BytesIO(check_upload(picture(mode="CMYK"), "a.jpg").data)).mode == "RGB"


def test_pixels_up_to_the_limit(monkeypatch):
    monkeypatch.setattr(uploads, "MAX_PIXELS", 800)
    check_upload(picture("PNG", (40, 20)), "a.png")
    with pytest.raises(UploadRefused, match="像素"):
        check_upload(picture("PNG", (40, 21)), "a.png")


@pytest.mark.parametrize("size", [(5001, 5000), (9000, 9000), (12000, 12000), (20000, 20000), (2**31 - 1, 1)])
def test_pixel_floods(size):
    with pytest.raises(UploadRefused, match=r"像素|打不开"):
        check_upload(flood(*size), "a.png")


def test_size_limit_both_sides():
    data = b"a" * 1000
    assert check_upload(data, "a.txt", max_bytes=1000).data == data
    with pytest.raises(UploadRefused, match="MB"):
        check_upload(data + b"a", "a.txt", max_bytes=1000)


LINKED = (
    '<Relationships><Relationship Id="r9" Type="http://x/attachedTemplate" Target="http://evil/x.dotm" '
    'TargetMode="External"/></Relationships>'
)
REFUSED = {
    "empty": ("a.pdf", b"", "空的"),
    "svg": ("a.svg", b"<svg/>", "不能上传这种"),
    "html": ("a.html", b"<html>", "不能上传这种"),
    "program": ("a.pdf.exe", PDF, "不能上传这种"),
    "no ending": ("pdf", PDF, "不能上传这种"),
    "html called pdf": ("a.pdf", b"<html>%PDF-1.4 %%EOF", "不符"),
    "pdf behind html": ("a.pdf", b"<script>" + PDF, "不符"),
    "pdf without end": ("a.pdf", PDF[:-6], "不符"),
    "pdf script": ("a.pdf", PDF.replace(b"/Type", b"/OpenAction<</S/JavaScript/JS(x)>>/Type"), "脚本"),
    "pdf script escaped": ("a.pdf", PDF.replace(b"/Type", b"/S/J#61vaScript/Type"), "脚本"),
    "pdf launch": ("a.pdf", PDF.replace(b"/Type", b"/S/Launch/Type"), "脚本"),
    "pdf attachment": ("a.pdf", PDF.replace(b"/Type", b"/EmbeddedFiles 2 0 R/Type"), "脚本"),
    "pdf script packed": (
        "a.pdf",
        PDF.replace(
            b"trailer",
            b"2 0 obj<</Type/ObjStm/Filter/FlateDecode>>stream\n"
            + zlib.compress(b"/S/JavaScript ")
            + b"\nendstream trailer",
        ),
        "脚本",
    ),
    "pdf object bomb": (
        "a.pdf",
        PDF.replace(
            b"trailer", b"2 0 obj<</Type/ObjStm>>stream\n" + zlib.compress(b"\0" * 40_000_000) + b"\nendstream trailer"
        ),
        "太复杂",
    ),
    "svg called png": ("a.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "打不开"),
    "gif called jpg": ("a.jpg", picture("GIF", mode="P"), "打不开"),
    "png head and html": ("a.png", b"\x89PNG\r\n\x1a\n<html><script>", "打不开"),
    "half a jpg": ("a.jpg", picture(size=(400, 400))[:300], "打不开"),
    "macro": ("a.docx", word([("word/vbaProject.bin", b"x")]), "宏"),
    "docm by name": ("a.docm", word(), "不能上传这种"),
    "embedded": ("a.docx", word([("word/embeddings/oleObject1.bin", b"x")]), "套着"),
    "zip in docx": ("a.docx", word([("word/media/a.png", b"PK\x03\x04")]), "套着"),
    "remote template": ("a.docx", word([("word/_rels/settings.xml.rels", LINKED)]), "别处"),
    "entities": ("a.docx", word([("word/x.xml", '<!DOCTYPE a [<!ENTITY b "c">]><a/>')]), "已损坏"),
    "xlsx called docx": ("a.docx", hostile.pack(), "不符"),
    "text called docx": ("a.docx", b"hello", "不符"),
    "old doc": ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "旧版"),
    "zip bomb": ("a.docx", word([("word/media/a.bmp", b"\0" * 60_000_000)]), "过大"),
    "path in zip": ("a.docx", word([("../../x", b"x")]), "已损坏"),
    "binary text": ("a.txt", b"MZ\x00\x01", "不符"),
}


@pytest.mark.parametrize("family", REFUSED)
def test_hostile_attachments_are_refused(family):
    import time

    name, data, words = REFUSED[family]
    started = time.process_time()
    with pytest.raises(UploadRefused, match=words):
        check_upload(data, name)
    assert time.process_time() - started < 2


def test_only_what_the_place_allows():
    with pytest.raises(UploadRefused, match="可以上传：jpg、png"):
        check_upload(PDF, "a.pdf", allow=("jpg", "png"))
    with pytest.raises(UploadRefused, match="不符"):
        check_upload(picture("PNG"), "a.jpg", allow=("jpg",))


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\x\\通知.txt", "通知.txt"),
        ("a\u202etxt.exe.txt", "atxt.exe.txt"),
        ('a"<b>\n.txt', "ab.txt"),
        ("x" * 300 + ".txt", "x" * 120 + ".txt"),
        (" .. .txt", "file.txt"),
    ],
)
def test_names_are_made_harmless(name, kept):
    assert check_upload(b"hello", name).name == kept
