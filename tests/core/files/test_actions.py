import os
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from hongzhu.core.audit.models import Entry
from hongzhu.core.files import actions, queries
from hongzhu.core.files.models import Attachment, Blob
from tests.core.files.conftest import NOW, PDF


def on_disk(store):
    return sorted(path.name for path in store.rglob("*") if path.is_file())


def test_attach_keeps_the_bytes_under_their_digest_and_says_so_once(attach, cast, store, owner):
    before = Entry.objects.count()

    attachment = attach()

    blob = attachment.blob
    assert on_disk(store) == [blob.sha256]
    assert queries.path_of(blob).read_bytes() == PDF
    assert (blob.size, blob.bureau_id) == (len(PDF), cast.bureau.pk)
    assert list(queries.of(owner)) == [attachment]
    assert Entry.objects.count() == before + 1
    assert Entry.objects.latest("seq").did == "files.attach"


@pytest.mark.parametrize("name", ["../../../etc/passwd.pdf", "..\\..\\x.pdf", "/abs/x.pdf", "a/../../x.pdf"])
def test_a_name_never_leads_out_of_the_store(attach, store, name):
    attachment = attach(name=name)

    assert "/" not in attachment.name and "\\" not in attachment.name and not attachment.name.startswith(".")
    assert {path.parent.parent for path in store.rglob("*") if path.is_file()} == {store}
    assert len(on_disk(store)) == 1


def test_same_bytes_twice_are_kept_once(attach, store):
    first, second = attach(), attach(name="再传.pdf")

    assert first.blob_id == second.blob_id
    assert Blob.objects.count() == 1
    assert Attachment.objects.count() == 2
    assert len(on_disk(store)) == 1


def test_two_bureaus_keep_their_own_copy(attach, cast, store):
    attach()
    attach(bureau=cast.far_bureau)

    assert Blob.objects.count() == 2
    assert len(on_disk(store)) == 2


def test_a_refused_act_leaves_no_dangling_row_but_an_orphan_that_is_swept(attach, store):
    with pytest.raises(RuntimeError), transaction.atomic():
        attach()
        raise RuntimeError("the act is refused after the upload")
    assert Blob.objects.count() == Attachment.objects.count() == 0
    assert len(on_disk(store)) == 1

    assert actions.sweep(now=NOW) == 0  # as young as an upload in flight
    for path in store.glob("*/*"):
        os.utime(path, (0, 0))
    assert actions.sweep(now=NOW) == 1
    assert on_disk(store) == []


def test_the_sweeper_leaves_strangers_and_kept_files(attach, store):
    attachment = attach()
    stranger = store / str(attachment.blob.bureau_id) / "README"
    stranger.write_text("not ours")
    for path in store.rglob("*"):
        os.utime(path, (0, 0))

    assert actions.sweep(now=NOW + timedelta(days=400)) == 0
    assert on_disk(store) == sorted([attachment.blob.sha256, "README"])


def test_removed_bytes_stay_a_month_and_may_come_back(attach, cast, store, owner):
    attachment = attach()
    actions.remove(attachment=attachment, by=cast.actor("branch_secretary"), now=NOW)
    actions.remove(attachment=attachment, by=cast.actor("branch_secretary"), now=NOW)
    assert list(queries.of(owner)) == []
    assert Entry.objects.filter(did="files.remove").count() == 1

    assert actions.sweep(now=NOW + timedelta(days=29)) == 0
    assert actions.sweep(now=NOW + timedelta(days=31)) == 1
    assert on_disk(store) == []
    assert list(queries.faults()) == []

    again = attach(now=NOW + timedelta(days=32))
    assert again.blob_id == attachment.blob_id
    assert again.blob.swept_at is None
    assert on_disk(store) == [again.blob.sha256]


def test_a_file_removed_on_one_record_stays_for_the_other(attach, cast, store):
    first, second = attach(), attach(slot="scan")
    actions.remove(attachment=first, by=cast.actor("branch_secretary"), now=NOW)

    assert actions.sweep(now=NOW + timedelta(days=400)) == 0
    assert on_disk(store) == [second.blob.sha256]


@pytest.mark.parametrize(
    ("setting", "word"),
    [("FILES_BUREAU_MB", "附件空间"), ("FILES_DAILY_MB", "今天上传"), ("FILES_DAILY_COUNT", "今天已上传")],
)
def test_a_quota_refuses_with_a_sentence_and_keeps_nothing(attach, settings, store, setting, word):
    attach()
    setattr(settings, setting, 1 if setting == "FILES_DAILY_COUNT" else 0)

    with pytest.raises(ValidationError, match=word):
        attach(data=PDF + b"%2\n")

    assert Attachment.objects.count() == 1
    assert len(on_disk(store)) == 1


def test_the_daily_share_is_each_senders_own_and_begins_anew(attach, cast, settings):
    settings.FILES_DAILY_COUNT = 1
    attach()
    attach(by=cast.actor("member"))
    attach(now=NOW + timedelta(days=1))
    with pytest.raises(ValidationError):
        attach()


def test_what_is_no_document_is_refused(attach, store):
    with pytest.raises(ValidationError):
        attach(data=b"MZ\x90\x00" + b"\x00" * 60, name="讲稿.pdf")
    assert Attachment.objects.count() == 0
    assert on_disk(store) == []


def test_faults_name_what_is_missing_short_and_changed(attach):
    one, two, three = attach(), attach(data=PDF + b"%2\n"), attach(data=PDF + b"%3\n")
    assert list(queries.faults(deep=True)) == []

    queries.path_of(one.blob).unlink()
    queries.path_of(two.blob).write_bytes(b"short")
    queries.path_of(three.blob).write_bytes(b"x" * three.blob.size)

    assert [fault.what for fault in queries.faults()] == ["missing", "size"]
    assert [fault.what for fault in queries.faults(deep=True)] == ["missing", "size", "digest"]


def test_a_broken_write_leaves_no_half_file(store, monkeypatch):
    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        actions._write(store / "1" / ("0" * 64), b"bytes")
    assert on_disk(store) == []


def test_of_many_asks_once(attach, owner, django_assert_num_queries):
    one = attach()
    other = attach(owner=type(owner)("files.sample", 8))
    with django_assert_num_queries(1):
        found = queries.of_many("files.sample", [7, 8, 9])
    assert found == {7: [one], 8: [other]}
