"""Who may read, draft, sign and answer documents, and what may happen to one next. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hongzhu.core.access.models import Role
from hongzhu.core.access.rules import EVERYONE, RECORDERS, by_another
from hongzhu.kit import registry
from hongzhu.kit.perms import Verdict

from .models import ISSUED, STANDING, UNISSUED, Document, Recipient
from .pack import barred

OFFICES = (Role.PARTY_OFFICE, Role.SECTION_OFFICER, Role.DISTRICT_OFFICER, Role.SCHOOL_SECRETARY)

VIEW = registry.perm("documents.view", gettext_lazy("查看文件"), roles=EVERYONE)
DRAFT = registry.perm("documents.draft", gettext_lazy("拟稿、审阅、提醒"), roles=OFFICES)
SIGN = registry.perm("documents.sign", gettext_lazy("签发文件"), roles=(Role.PARTY_OFFICE, Role.SCHOOL_SECRETARY))
RECEIVE = registry.perm("documents.receive", gettext_lazy("签收、回复文件"), roles=(*OFFICES, *RECORDERS))
SIGN_UP = registry.perm(
    "documents.sign_up", gettext_lazy("响应倡议"), roles=tuple(role for role in EVERYONE if role != Role.INSPECTOR)
)

Status = Document.Status


def can_be_changed(document: Document) -> Verdict:
    """A draft is open to its drafters; what is signed or issued keeps its words."""
    if document.status == Status.DRAFT:
        return Verdict(True)
    return _no(document, _("修改"), _("需要改动时，请先退回补正；已发的请另发一件并注明替代。"))


def can_be_submitted(document: Document) -> Verdict:
    if document.status != Status.DRAFT:
        return _no(document, _("提交"))
    if not document.title.strip() or not document.text.strip():
        return Verdict(False, _("没有提交：标题和正文都要写。已填内容还在。"))
    return Verdict(True)


def can_be_reviewed(document: Document) -> Verdict:
    return Verdict(True) if document.status == Status.REVIEW else _no(document, _("审阅"))


def can_be_approved(document: Document, *, own: bool, others: Sequence[str]) -> Verdict:
    """In review, and read by another than who wrote it (A19). ``own``: who asks has written it."""
    if not (verdict := can_be_reviewed(document)):
        return verdict
    return by_another(own=own, step=_("审阅"), others=others)


def can_be_signed(document: Document, *, own: bool, others: Sequence[str]) -> Verdict:
    """Reviewed, and signed by another than who wrote it (A19)."""
    if document.status != Status.REVIEW:
        return _no(document, _("签发"))
    if not document.reviewed_by:
        return Verdict(False, _("没有签发：还没有审阅通过。请先审阅。"))
    return by_another(own=own, step=_("签发"), others=others)


def can_be_issued(document: Document, on: date) -> Verdict:
    """Signed, on or after the day of signing, with a reply-by day that has not passed."""
    if document.status != Status.SIGNED:
        return _no(document, _("发出"))
    if document.signed_on and on < document.signed_on:
        return Verdict(False, _("没有发出：发文日期早于签发日期，请改日期。已填内容还在。"))
    if document.reply_by and document.reply_by < on:
        return Verdict(False, _("没有发出：回复期限早于发文日期，请退回改期限。已填内容还在。"))
    return Verdict(True)


def can_take_effect(document: Document) -> Verdict:
    """Out of trial, into force."""
    return Verdict(True) if document.status == Status.TRIAL else _no(document, _("转为正式施行"))


def can_be_repealed(document: Document, on: date) -> Verdict:
    if document.status not in (Status.TRIAL, Status.IN_FORCE, Status.ISSUED):
        return _no(document, _("废止"))
    if document.issued_on and on < document.issued_on:
        return Verdict(False, _("没有废止：废止日期早于发文日期，请改日期。已填内容还在。"))
    return Verdict(True)


def can_be_superseded(document: Document) -> Verdict:
    """Only what was given out and still holds may be replaced by a later one."""
    if document.status in (Status.TRIAL, Status.IN_FORCE, Status.ISSUED):
        return Verdict(True)
    return _no(document, _("被替代"))


def can_be_withdrawn(document: Document) -> Verdict:
    """A draft nobody outside has seen may be deleted."""
    if document.status in UNISSUED and not document.number:
        return Verdict(True)
    return _no(document, _("删除"), _("已发的文件只能废止。"))


def takes_files(document: Document) -> Verdict:
    """A draft takes its attachments, what was given out its scan; between the two the words are being checked."""
    if document.status in (Status.DRAFT, *ISSUED):
        return Verdict(True)
    return _no(document, _("加附件"), _("请先退回补正，或者发出以后再加扫描件。"))


def can_be_answered(recipient: Recipient) -> Verdict:
    if recipient.document.status not in ISSUED:
        return _no(recipient.document, _("签收或回复"))
    return Verdict(True)


def can_remind(document: Document) -> Verdict:
    if document.status not in ISSUED:
        return _no(document, _("提醒"))
    return Verdict(True)


def can_sign_up(document: Document, on: date) -> Verdict:
    """An appeal takes names while it holds (K05)."""
    if document.kind != Document.Kind.APPEAL or document.status != Status.ISSUED:
        return Verdict(False, _("这份文件不是正在进行的倡议，不能报名。"))
    if document.valid_to and on >= document.valid_to:
        return Verdict(False, _("没有报名：这份倡议已经结束。"))
    return Verdict(True)


def can_be_column(title: str) -> Verdict:
    """What a paper of the bureau's own may not ask for, whatever it is called for (users.md, section 5)."""
    if barred(title):
        return Verdict(
            False,
            _("不能有“%(title)s”这一栏：个人所思所说、签到定位、在线时长、积分排名都不进表。请去掉这一栏或换一项。")
            % {"title": title},
        )
    return Verdict(True)


def status_at_issue(kind: str, *, trial: bool) -> Document.Status:
    """试行 or 施行 for what stays in force, 已发 for what is done when it is read."""
    if kind in STANDING:
        return Status.TRIAL if trial else Status.IN_FORCE
    return Status.ISSUED


def _no(document: Document, step: str, next_step: str = "") -> Verdict:
    words = _("“%(status)s”的文件不能%(step)s。") % {"status": document.get_status_display(), "step": step}
    return Verdict(False, words + next_step)
