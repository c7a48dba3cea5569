"""``policy check|show|preview|ship``: packs on the console, by name or by path.

Exit code: 0 nothing to refuse, 1 the guard refuses something, 2 the pack cannot be read, or it cannot be asked so.
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from hongzhu.core.orgs.models import Bureau
from hongzhu.core.policies import actions, queries, rules
from hongzhu.core.policies.pack import folder
from hongzhu.core.policies.pack.source import PackRefused
from hongzhu.core.policies.pack.typed import Pack
from hongzhu.core.policies.pack.words import CONFIDENCE, Reader, section_words
from hongzhu.kit.dates import Period

REFUSED, UNREADABLE = 1, 2


class Command(BaseCommand):
    help = "Check, show and preview policy packs; load the shipped ones."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        check = verbs.add_parser("check", help="read packs, run the regulation guard")
        check.add_argument("packs", nargs="*", help="names or paths; none: all shipped packs")
        check.add_argument("--bureau", default="", help="code of the bureau whose exceptions count")
        show = verbs.add_parser("show", help="a pack in words")
        show.add_argument("pack", help="name or path")
        show.add_argument("--on", default="", help="the day whose version is shown (default: today)")
        show.add_argument("--section", default="", help="only this section")
        preview = verbs.add_parser("preview", help="what a changed pack would move in a period")
        preview.add_argument("pack", help="name or path of the changed pack")
        preview.add_argument("--bureau", required=True, help="code of the bureau")
        preview.add_argument("--period", required=True, help="2026, 2026Q3, 2026-11 …")
        verbs.add_parser("ship", help="load the shipped packs into the database")
        for verb in verbs.choices.values():
            verb.add_argument("--json", action="store_true", help="answer in JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        run = {"check": self._check, "show": self._show, "preview": self._preview, "ship": self._ship}
        run[options["verb"]](options)

    def _check(self, options: dict[str, Any]) -> None:
        excepted = frozenset[str]()
        if options["bureau"]:
            excepted = queries.excepted(self._bureau(options["bureau"]), timezone.localdate())
        answers, code = [], 0
        read: folder.Read = {}
        for where in options["packs"] or folder.names():
            answer: dict[str, Any] = {"pack": where, "problems": [], "findings": []}
            try:
                editions = folder.editions(where, read=read)
            except PackRefused as refused:
                answer["problems"] = [asdict(problem) | {"text": str(problem)} for problem in refused.problems]
                code = UNREADABLE
            else:
                answer["versions"] = [edition.version for edition in editions]
                for edition in editions:
                    found = rules.still_open(queries.findings(edition.sections), excepted)
                    answer["findings"] += [
                        {key: str(value) for key, value in asdict(finding).items()} | {"version": edition.version}
                        for finding in found
                    ]
                    if any(finding.level == "refuse" for finding in found):
                        code = max(code, REFUSED)
            answers.append(answer)
        if options["json"]:
            self.stdout.write(json.dumps({"packs": answers, "code": code}, ensure_ascii=False))
        else:
            for answer in answers:
                self._say(answer)
        if code:
            sys.exit(code)

    def _say(self, answer: dict[str, Any]) -> None:
        for problem in answer["problems"]:
            self.stdout.write(f"{answer['pack']}  {problem['text']}")
        levels = {"refuse": _("不允许"), "warn": _("请注意")}
        for finding in answer["findings"]:
            self.stdout.write(
                f"{answer['pack']} v{finding['version']}  {levels[finding['level']]}  {finding['path']}  {finding['message']}"
            )
            sure = CONFIDENCE[finding["confidence"]]
            words = {"article": finding["article"], "sure": sure, "what": finding["remedy"]}
            self.stdout.write("    " + _("依据：%(article)s（%(sure)s）") % words)
            self.stdout.write("    " + _("怎么办：%(what)s") % words)
        if not answer["problems"] and not answer["findings"]:
            versions = _("、").join(f"v{number}" for number in answer["versions"])
            self.stdout.write(f"{answer['pack']} {versions}  {_('没有问题')}")

    def _show(self, options: dict[str, Any]) -> None:
        edition = self._edition(options["pack"], _day(options["on"]))
        if options["section"] and options["section"] not in edition.sections:
            known = _("、").join(edition.sections)
            raise CommandError(
                _("没有“%(name)s”这一部分，有：%(known)s") % {"name": options["section"], "known": known},
                returncode=UNREADABLE,
            )
        reader = Reader(edition.sections)
        wanted = [options["section"]] if options["section"] else list(edition.sections)
        if options["json"]:
            parts = {name: edition.body.get(name) for name in wanted}
            head = {"name": edition.name, "version": edition.version, "valid_from": edition.valid_from.isoformat()}
            self.stdout.write(json.dumps(head | {"sections": parts}, ensure_ascii=False))
            return
        self.stdout.write(f"{edition.title} v{edition.version}  {edition.valid_from.isoformat()}  {edition.basis}")
        for name in wanted:
            self.stdout.write(f"\n# {section_words(name)}")
            for block in reader.blocks(name):
                self.stdout.write(f"\n## {block.title}")
                for line in block.lines:
                    off = "" if line.active else _("（未启用）")
                    self.stdout.write(f"- {line.title}{off}  {line.sentence}".rstrip())
                    for fact in line.facts:
                        self.stdout.write(
                            "    " + _("%(label)s：%(words)s") % {"label": fact.label, "words": fact.words}
                        )
                    if line.clause:
                        words = {"clause": line.clause, "sure": line.confidence_words}
                        said = _("依据：%(clause)s（%(sure)s）") if line.confidence else _("依据：%(clause)s")
                        self.stdout.write("    " + said % words)

    def _preview(self, options: dict[str, Any]) -> None:
        bureau = self._bureau(options["bureau"])
        try:
            period = Period.parse(options["period"])
        except ValueError:
            raise CommandError(_("看不懂期间“%(code)s”") % {"code": options["period"]}, returncode=UNREADABLE) from None
        edition = self._edition(options["pack"], period.start)
        changed = Pack(
            version_id=0,
            name=edition.name,
            version=edition.version,
            title=edition.title,
            valid_from=edition.valid_from,
            digest=edition.digest,
            sections=dict(edition.sections),
        )
        moved = queries.preview(changed, bureau, period)
        if options["json"]:
            rows = [{"title": str(m.title), "rows": [asdict(row) for row in m.rows]} for m in moved]
            self.stdout.write(json.dumps(rows, ensure_ascii=False))
            return
        for movement in moved:
            self.stdout.write(_("%(title)s：%(count)s处变化") % {"title": movement.title, "count": len(movement.rows)})
            for row in movement.rows:
                self.stdout.write(f"  {row.org_label}  {row.title}  {row.before} → {row.after}")
        if not moved:
            self.stdout.write(_("没有可以预演的内容"))

    def _ship(self, options: dict[str, Any]) -> None:
        try:
            made = actions.ship()
        except PackRefused as refused:
            raise CommandError(str(refused), returncode=UNREADABLE) from None
        except ValidationError as error:
            raise CommandError("\n".join(error.messages), returncode=REFUSED) from None
        names = [f"{version.name}@{version.version}" for version in made]
        if options["json"]:
            self.stdout.write(json.dumps({"new": names}))
        else:
            self.stdout.write(
                _("新装入%(count)s个版本：%(names)s") % {"count": len(names), "names": _("、").join(names) or _("无")}
            )

    def _edition(self, where: str, on: date) -> folder.Edition:
        try:
            editions = folder.editions(where)
        except PackRefused as refused:
            raise CommandError(str(refused), returncode=UNREADABLE) from None
        return next((edition for edition in reversed(editions) if edition.valid_from <= on), editions[0])

    def _bureau(self, code: str) -> Bureau:
        bureau = Bureau.objects.filter(code=code).first()
        if bureau is None:
            known = _("、").join(Bureau.objects.order_by("code").values_list("code", flat=True))
            raise CommandError(
                _("没有代号为“%(code)s”的教育局，已有：%(known)s") % {"code": code, "known": known or _("无")},
                returncode=UNREADABLE,
            )
        return bureau


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text) if text else timezone.localdate()
    except ValueError:
        raise CommandError(
            _("“%(text)s”不是日期，请写成 2026-11-20 这样") % {"text": text}, returncode=UNREADABLE
        ) from None
