"""``audit verify``, ``audit checkpoint`` and ``audit export``: proving the chain, also offline from an export.

Exit code: 0 whole, or written; 1 the chain is not whole; 2 cannot be asked so: a file that cannot be read or written.
"""

# zh-file: said in a terminal, to the administrator

from __future__ import annotations

import json
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from hongzhu.core.audit import engine, queries


class Command(BaseCommand):
    help = "verify the chain of writes, take a checkpoint, or export it for a verifier elsewhere"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        subs = parser.add_subparsers(dest="what", required=True)
        verify = subs.add_parser("verify", help="follow the chain; exit code 1 at the first fault")
        verify.add_argument("--checkpoint", type=Path, action="append", default=[], help="a file kept outside")
        verify.add_argument("--export", type=Path, help="verify this export instead of the database")
        verify.add_argument("--json", action="store_true")
        checkpoint = subs.add_parser("checkpoint", help="append a signed checkpoint to FILE; keep FILE elsewhere")
        checkpoint.add_argument("file", type=Path)
        export = subs.add_parser("export", help="write every entry as one JSON line")
        export.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        getattr(self, options["what"])(**options)

    def verify(self, *, checkpoint: list[Path], export: Path | None, **options: Any) -> None:
        began = time.perf_counter()
        try:
            points = [point for path in checkpoint for point in queries.read_points(path)]
        except (OSError, ValueError) as error:
            raise CommandError(f"检查点读不出来：{error}", returncode=2) from error
        public = queries.signing_key(settings.CHECKPOINT_KEY).public_key()
        unsigned = [point for point in points if export is None and not queries.genuine(point, public)]
        if unsigned:
            raise CommandError(f"检查点（第{unsigned[0].seq}条）的签名不是本系统的，不能用来核对。", returncode=2)
        if export is None:
            found = engine.walk(queries.rows(), points, head=queries.head())
        else:
            try:
                found = engine.walk(self._lines(export), points)
            except (OSError, ValueError, RecursionError) as error:
                raise CommandError(f"导出的留痕读不出来，请核对文件：{error}", returncode=2) from error
        seconds = time.perf_counter() - began
        if isinstance(found, engine.Fault):
            if options["json"]:
                self.stdout.write(json.dumps({"ok": False, "seq": found.seq, "what": found.what}))
            raise CommandError(f"留痕链不完整，第{found.seq}条：{found.what}", returncode=1)
        if options["json"]:
            self.stdout.write(json.dumps({"ok": True, "entries": found, "checkpoints": len(points)}))
        else:
            self.stdout.write(f"留痕链完整：{found}条，核对检查点{len(points)}个，用时{seconds:.2f}秒")
            if not points:
                self.stdout.write("没有给出检查点：重造的链和被截掉的尾部要靠库外的检查点才能发现。")

    def checkpoint(self, *, file: Path, **options: Any) -> None:
        found = engine.walk(queries.rows(), head=queries.head())
        if isinstance(found, engine.Fault):
            raise CommandError(f"留痕链已不完整，不能做检查点：{found.what}", returncode=1)
        seq, last = queries.head()
        point = engine.Point(queries.ORIGIN, seq, last, engine.instant(timezone.now()))
        signed = queries.sign(point, queries.signing_key(settings.CHECKPOINT_KEY))
        try:
            queries.write_point(file, signed)
        except OSError as error:
            raise CommandError(f"检查点写不进去，请换一个能写的文件：{error}", returncode=2) from error
        self.stdout.write(f"检查点：第{seq}条 {last}\n已写入 {file}，请交给库外的人保存（纪检、公证或另一家单位）。")

    def export(self, *, file: Path, **options: Any) -> None:
        count = 0
        try:
            with file.open("w", encoding="utf-8") as out:
                for row in queries.rows():
                    out.write(engine.canonical(row) + "\n")
                    count += 1
        except OSError as error:
            raise CommandError(f"留痕导不出来，请换一个能写的文件：{error}", returncode=2) from error
        self.stdout.write(f"已导出{count}条到 {file}")

    @staticmethod
    def _lines(path: Path) -> Iterator[dict[str, Any]]:
        """ValueError at a line that is no entry at all. An entry with a field taken out is one that was changed."""
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, start=1):
                try:
                    row = json.loads(line)
                except ValueError as error:
                    raise ValueError(f"第{number}行不是一条留痕（{error}）") from error
                if not isinstance(row, dict) or "hash" not in row:
                    raise ValueError(f"第{number}行不是一条留痕")
                yield dict.fromkeys((*engine.FIELDS, "prev"), None) | row
