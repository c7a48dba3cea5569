"""How much may be stored. Who may read a file is asked at its owner's door, so there is no permission here."""

from __future__ import annotations

from django.utils.translation import gettext as _

from hongzhu.kit.perms import Verdict

MIB = 1024 * 1024


def fits(*, size: int, bureau_used: int, bureau_limit: int, sender_used: int, sender_limit: int, sender_files: int,
         sender_files_limit: int) -> Verdict:  # fmt: skip
    """Whether ``size`` more bytes fit the bureau's store and the sender's share of one day. All sizes in bytes."""
    if bureau_used + size > bureau_limit:
        return Verdict(
            False,
            _(
                "没有保存附件：本单位的附件空间（%(limit)s MB）已用完。请删去不用的附件，或请系统管理员扩容。其他已填内容还在。"
            )
            % {"limit": bureau_limit // MIB},
        )
    if sender_used + size > sender_limit:
        return Verdict(
            False,
            _("没有保存附件：你今天上传的附件已到%(limit)s MB。请明天再传，或先压缩。其他已填内容还在。")
            % {"limit": sender_limit // MIB},
        )
    if sender_files >= sender_files_limit:
        return Verdict(
            False,
            _("没有保存附件：你今天已上传%(limit)s个附件。请明天再传。其他已填内容还在。")
            % {"limit": sender_files_limit},
        )
    return Verdict(True)
