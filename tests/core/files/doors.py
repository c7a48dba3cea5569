"""Files open through the record they belong to: here a document of the bureau, issued to schools and branches."""

from __future__ import annotations

from typing import Any

from hongzhu.core.files import actions
from hongzhu.kit.refs import Ref
from tests.core.documents.doors import READS, SEEN, a_notice, pk
from tests.core.files.conftest import NOW, PDF
from tests.doors import Door, expect


def a_file(cast: Any) -> Any:
    return actions.attach(
        owner=Ref.to(a_notice(cast)), slot="scan", name="附件.pdf", data=PDF, by=cast.actor("party_office"),
        bureau=cast.bureau, now=NOW,
    )  # fmt: skip


DOORS = [
    Door("files:attachment_download", "GET", READS, make=a_file, kwargs=pk),
    Door(
        "files:attachment_remove",
        "POST",
        expect(**SEEN | {"party_office": 302, "section_officer": 302}),
        make=a_file,
        kwargs=pk,
    ),
]
