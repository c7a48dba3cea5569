"""``export TABLE FILE --bureau CODE``: a table as .xlsx or .csv, identity numbers and phones masked.

Exit code: 0 written, 2 cannot be asked so.
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from tqdm import tqdm

from hongzhu.kit.tables.write import write_csv, write_xlsx

from .import_table import WRONG_ASK, asked


class Command(BaseCommand):
    help = "Write a table (orgs, people, members) to a file."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("table", help="orgs, people or members")
        parser.add_argument("file", type=Path, help="ends in .xlsx or .csv")
        parser.add_argument("--bureau", required=True, help="code of the bureau")
        parser.add_argument("--on", default="", help="as of this day (default: today)")
        parser.add_argument("--json", action="store_true", help="answer in JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        entry, context = asked(options)
        path: Path = options["file"]
        if path.suffix not in {".xlsx", ".csv"} or entry.export is None:
            raise CommandError(_("文件名要以 .xlsx 或 .csv 结尾"), returncode=WRONG_ASK)
        header, rows = entry.export(context)
        lines = list(tqdm(rows, disable=options["json"] or not sys.stderr.isatty(), unit=_("行")))
        data = write_csv(header, lines) if path.suffix == ".csv" else write_xlsx(str(entry.title), header, lines)
        try:
            path.write_bytes(data)
        except OSError as error:
            told = {"file": path, "why": error.strerror or error}
            raise CommandError(
                _("%(file)s写不进去，请换一个能写的文件（%(why)s）") % told, returncode=WRONG_ASK
            ) from error
        answer = {"rows": len(lines), "file": str(path)}
        text = _("%(file)s：%(rows)s行") % answer
        self.stdout.write(json.dumps(answer, ensure_ascii=False) if options["json"] else text)
