"""``import TABLE FILE --bureau CODE [--commit]``: the page's import on the console.

Exit code: 0 no errors (with --commit: written), 1 errors listed and nothing written, 2 cannot be asked so.
"""

from __future__ import annotations

import hashlib
import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from tqdm import tqdm

from hongzhu.core.orgs.models import Bureau
from hongzhu.core.orgs.queries import ImportContext
from hongzhu.core.people.queries import uploads
from hongzhu.kit import registry
from hongzhu.kit.dates import DateRefused, parse_date
from hongzhu.kit.refs import Actor
from hongzhu.kit.tables.read import TableRefused

ERRORS, WRONG_ASK = 1, 2
LISTED = 200


def asked(options: dict[str, Any]) -> tuple[registry.Importer, ImportContext]:
    """The table and where it goes; CommandError (exit code 2) when one of them is unknown."""
    entry = registry.book.importers.get(options["table"])
    if entry is None:
        known = ", ".join(sorted(registry.book.importers))
        raise CommandError(f"{options['table']}: {_('没有这张表')} ({known})", returncode=WRONG_ASK)
    bureau = Bureau.objects.filter(code=options["bureau"]).first()
    if bureau is None:
        known = ", ".join(Bureau.objects.order_by("code").values_list("code", flat=True))
        raise CommandError(f"{options['bureau']}: {_('没有这个教育局')} ({known})", returncode=WRONG_ASK)
    try:
        on = parse_date(options["on"]) if options["on"] else timezone.localdate()
    except DateRefused as error:
        raise CommandError(str(error), returncode=WRONG_ASK) from None
    return entry, ImportContext(bureau=bureau, on=on)


class Command(BaseCommand):
    help = "Check a table (orgs, people, members) and write it with --commit when it has no errors."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("table", help="orgs, people or members")
        parser.add_argument("file", type=Path, help=".xlsx or .csv")
        parser.add_argument("--bureau", required=True, help="code of the bureau")
        parser.add_argument("--on", default="", help="the day from which changes hold (default: today)")
        parser.add_argument("--commit", action="store_true", help="write it; without this it is only checked")
        parser.add_argument("--json", action="store_true", help="answer in JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        entry, context = asked(options)
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"{path}: {_('没有这个文件')}", returncode=WRONG_ASK)
        steps = (_("读表"), _("检查"), _("写入")) if options["commit"] else (_("读表"), _("检查"))
        quiet = options["json"] or not sys.stderr.isatty()
        with tqdm(total=len(steps), disable=quiet, bar_format="{desc} {bar} {n_fmt}/{total_fmt} {elapsed}") as bar:
            data = path.read_bytes()
            try:
                bar.set_description(steps[0])
                table = uploads.read_sheet(data, path.name, entry.columns)
                bar.update()
                bar.set_description(steps[1])
                report = entry.check(table, context)
                bar.update()
            except TableRefused as error:
                raise CommandError(str(error), returncode=ERRORS) from None
            written = False
            if options["commit"] and report.good:
                bar.set_description(steps[2])
                try:
                    with transaction.atomic():
                        report = entry.commit(
                            table=uploads.read_sheet(data, path.name, entry.columns), context=context,
                            by=Actor.system("import", bureau=context.bureau.pk),
                            source=hashlib.sha256(data).hexdigest(),
                        )  # fmt: skip
                except ValidationError as error:
                    raise CommandError(str(error.message), returncode=ERRORS) from None
                written = True
                bar.update()
        self._say(options, report, written)
        if report.errors:
            sys.exit(ERRORS)

    def _say(self, options: dict[str, Any], report: Any, written: bool) -> None:
        counts = {name: getattr(report, name) for name in ("rows", "new", "changed", "unchanged")}
        if options["json"]:
            errors = [{"row": one.row, "column": one.column, "text": one.text} for one in report.errors]
            repairs = [
                {"column": one.column, "text": one.text, "count": one.count, "first": one.first}
                for one in report.repairs
            ]
            answer = counts | {"written": written, "errors": errors, "repairs": repairs, "left_out": report.left_out}
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
            return
        for one in report.errors[:LISTED]:
            self.stdout.write(str(one))
        if len(report.errors) > LISTED:
            self.stdout.write(_("…… 共%(count)s处") % {"count": len(report.errors)})
        for one in report.repairs[:LISTED]:
            self.stdout.write(
                _("%(column)s：%(text)s（%(count)s格）") % {"column": one.column, "text": one.text, "count": one.count}
            )
        self.stdout.write(
            _("共%(rows)s行，新增%(new)s，更新%(changed)s，没有变化%(unchanged)s") % counts
            + (_("，") + (_("已写入") if written else _("没有写入")))
        )
