"""``rebuild credits --check|--write``: prove that the credits equal what their sources give, or repair them.

Exit code: 0 they agree (or were repaired), 1 they do not.
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from hongzhu.core.audit import actions as audit
from hongzhu.core.credits import actions, queries
from hongzhu.core.orgs.models import Bureau
from hongzhu.kit.refs import Actor, Ref

SHOWN = 20


class Command(BaseCommand):
    help = "Prove that the credits equal their sources, or repair them by voiding and adding."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("table", choices=["credits"])
        doing = parser.add_mutually_exclusive_group(required=True)
        doing.add_argument("--check", action="store_true", help="compare only")
        doing.add_argument("--write", action="store_true", help="void what no source gives, add what is missing")
        parser.add_argument("--bureau", default="", help="code of one bureau (default: all)")
        parser.add_argument("--json", action="store_true", help="answer in JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        bureaus = Bureau.objects.order_by("pk")
        if options["bureau"]:
            bureaus = bureaus.filter(code=options["bureau"])
            if not bureaus:
                raise CommandError(f"no bureau is called {options['bureau']}")
        answers = [self._one(bureau, write=options["write"]) for bureau in bureaus]
        if options["json"]:
            self.stdout.write(json.dumps(answers, ensure_ascii=False, default=str))
        else:
            for answer in answers:
                self._print(answer)
        if any(not answer["agrees"] for answer in answers):
            sys.exit(1)

    def _one(self, bureau: Bureau, *, write: bool) -> dict[str, Any]:
        found = queries.compare(bureau.pk)
        answer: dict[str, Any] = {
            "bureau": bureau.code, "credits": queries.open_credits(bureau.pk).count(), "missing": len(found.missing),
            "surplus": len(found.surplus), "rows": [*found.missing[:SHOWN], *found.surplus[:SHOWN]], "agrees": not found,
        }  # fmt: skip
        if write and found:
            with transaction.atomic():
                added, voided = actions.rebuild(bureau=bureau.pk, now=timezone.now())
                audit.record(
                    by=Actor.system("rebuild", bureau=bureau.pk), did="credits.rebuild", added=added, voided=voided,
                    to=Ref(kind="orgs.bureau", id=bureau.pk, label=bureau.name), bureau=bureau.pk,
                )  # fmt: skip
            answer |= {"added": added, "voided": voided, "agrees": not queries.compare(bureau.pk)}
        return answer

    def _print(self, answer: dict[str, Any]) -> None:
        word = "agree" if answer["agrees"] else "DIFFER"
        self.stdout.write(
            f"{answer['bureau']}: {answer['credits']} credits {word}; missing {answer['missing']}, surplus {answer['surplus']}"
        )
        for row in answer["rows"]:
            self.stdout.write("  " + " ".join(str(part) for part in row))
        if "added" in answer:
            self.stdout.write(f"  repaired: added {answer['added']}, voided {answer['voided']}")
