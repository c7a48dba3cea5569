"""The console command ``hongzhu``: what an administrator and `make` need, with exit codes that mean something.

0 done · 1 the answer is no (a figure disagrees, the chain is broken, a pack is refused) · 2 cannot be asked so.
"""

# zh-file: the console has no language switch; its sentences carry both languages

from __future__ import annotations

import json
import os
import sys
from datetime import datetime, time
from pathlib import Path
from typing import Any, NoReturn

import click

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 110}


def boot() -> None:
    """Set Django up once, when a command really needs it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hongzhu.config.settings")
    import django

    from hongzhu.kit import memory

    django.setup()
    memory.settle()


def say(data: Any, as_json: bool, text: str) -> None:
    click.echo(json.dumps(data, ensure_ascii=False, default=str) if as_json else text)


def django_command(*arguments: str, **options: Any) -> None:
    boot()
    from django.core.management import call_command

    call_command(*arguments, **options)


class _Roomy(click.Group):
    """Every command runs with room for its calls."""

    def invoke(self, ctx: click.Context) -> Any:
        from hongzhu.kit import memory

        return memory.roomy(super().invoke, ctx)


@click.group(cls=_Roomy, context_settings=CONTEXT)
@click.version_option(package_name="hongzhu")
def main() -> None:
    """红烛 Hongzhu: record once, use everywhere."""


def _prepare() -> None:
    """Tables, cache, the packs that come with the house and the country's holidays. Idempotent."""
    boot()
    from django.core.exceptions import ValidationError

    from hongzhu.core.policies import actions as policies

    django_command("migrate", interactive=False, verbosity=0)
    django_command("createcachetable")
    try:
        policies.ship()
    except ValidationError as error:
        _refuse(click.ClickException("\n".join(error.messages)))
    policies.seed_calendar()


@main.command()
def migrate() -> None:
    """Bring the database to this version's tables, and load the shipped packs and holidays."""
    _prepare()
    click.echo("数据库已是最新。 The database is up to date.")


@main.command()
def upgrade() -> None:
    """After installing a new version: back up, migrate, load the shipped packs and holidays, collect static files, check."""
    boot()
    from django.conf import settings

    from hongzhu.config.operations import archive, tables

    target = Path(settings.DATA_DIR) / "backups" / f"before-upgrade-{datetime.now():%Y%m%d-%H%M%S}.tar"
    if tables.has_tables():
        try:
            archive.backup(target)
        except archive.BackupRefused as refused:
            _refuse(refused)
        click.echo(f"已备份 backup: {target}")
    _prepare()
    django_command("collectstatic", interactive=False, verbosity=0)
    raise SystemExit(_doctor(as_json=False))


def _refuse(error: Exception, code: int = 1) -> NoReturn:
    click.echo(str(error), err=True)
    raise SystemExit(code) from None


@main.command()
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), help="the day the demo's running year ends on")
@click.option("--full", is_flag=True, help="county volumes for all five bureaus")
@click.option("--json", "as_json", is_flag=True)
def demo(today: datetime | None, full: bool, as_json: bool) -> None:
    """Fill an empty database with five bureaus (all people invented) and return."""
    boot()
    from django.utils import timezone

    from hongzhu.config.demo import fill

    django_command("migrate", interactive=False, verbosity=0)
    django_command("createcachetable")
    django_command("collectstatic", interactive=False, verbosity=0)
    if fill.present():
        report = fill.there()
        say(report, as_json, fill.readable(report))
        return
    if fill.occupied():
        click.echo(
            "这个数据库里已有正式数据，演示不会写进去。请换一个空库：HONGZHU_DATA=<新目录> hongzhu demo", err=True
        )
        raise SystemExit(2)
    day = today.date() if today else timezone.localdate()
    report = fill.fill(day, full=full, progress=not as_json and sys.stderr.isatty())
    say(report, as_json, fill.readable(report))


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option("--workers", default=2, show_default=True)
def serve(host: str, port: int, workers: int) -> None:
    """Serve pages, with one worker beside for messages and reminders. Ctrl-C ends both."""
    # No boot(): this process only minds the others, and need not hold the house in memory.
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hongzhu.config.settings")
    from hongzhu.config.operations import running

    try:
        code = running.serve(host, port, workers)
    except running.PortTaken as taken:
        _refuse(taken, 2)
    raise SystemExit(code)


@main.command()
@click.option("--once", is_flag=True, help="run what is due and return")
def work(once: bool) -> None:
    """The worker: runs the rooms' clock tasks (messages out, orphan files swept)."""
    boot()
    from hongzhu.config.operations import running

    raise SystemExit(1 if running.work(once=once) and once else 0)


def _doctor(*, as_json: bool) -> int:
    boot()
    from hongzhu.config.operations import doctor

    findings = doctor.doctor()
    bad = [finding for finding in findings if not finding["ok"]]
    lines = [f"{'ok  ' if finding['ok'] else 'BAD '} {finding['name']}: {finding['says']}" for finding in findings]
    say(findings, as_json, "\n".join(lines))
    return 1 if bad else 0


@main.command()
@click.option("--json", "as_json", is_flag=True)
def doctor(as_json: bool) -> None:
    """Look at everything a healthy installation needs, and say what to do about what is missing."""
    raise SystemExit(_doctor(as_json=as_json))


@main.command()
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True)
def backup(target: Path, as_json: bool) -> None:
    """Write database, files and a manifest into one tar archive. Keys are not in it: keep them apart."""
    boot()
    from hongzhu.config.operations import archive, tables

    if not tables.has_tables():
        _refuse(click.ClickException("还没有数据表，没有可备份的。 There are no tables to back up."), 2)
    try:
        manifest = archive.backup(target)
    except archive.BackupRefused as refused:
        _refuse(refused)
    say(
        manifest,
        as_json,
        f"已备份到 {target}：{manifest['rows']} 行，{manifest['files']} 个文件。密钥不在里面，请另存。"
        " Keys are not in it.",
    )
    if manifest["missing"]:
        click.echo(f"有 {len(manifest['missing'])} 个附件在磁盘上找不到了，其余已备份。 Files are missing.", err=True)
        raise SystemExit(1)


@main.command()
@click.argument("source", type=click.Path(exists=True, path_type=Path))
@click.option("--yes", is_flag=True, help="replace what is there now")
@click.option("--json", "as_json", is_flag=True)
def restore(source: Path, yes: bool, as_json: bool) -> None:
    """Put a backup back, then prove it: manifest, chain, files."""
    boot()
    from hongzhu.config.operations import archive, restoring, tables

    if not tables.has_tables():
        _refuse(click.ClickException("还没有数据表，请先运行 hongzhu migrate。 Run hongzhu migrate first."), 2)
    if tables.has_rows() and not yes:
        _refuse(
            click.ClickException(
                "现有数据会被备份中的数据代替。确认请加 --yes。 What is here now would be replaced: add --yes."
            ),
            2,
        )
    try:
        report = restoring.restore(source)
    except archive.BackupRefused as refused:
        _refuse(refused)
    say(report, as_json, "\n".join(report["lines"]))


@main.command()
@click.option("--role", type=click.Choice(["system", "security", "audit"]), default="system", show_default=True)
@click.option("--bureau", help="code of the bureau; may be left out where there is only one")
@click.option("--username", prompt=True)
@click.option("--name", prompt="姓名 Name")
def createadmin(role: str, bureau: str | None, username: str, name: str) -> None:
    """Create an administrator with a one-time password, printed once."""
    boot()
    from django.core.exceptions import ValidationError
    from django.utils import timezone

    from hongzhu.core.access import actions as access
    from hongzhu.core.orgs.models import Bureau
    from hongzhu.kit.refs import Actor

    found = list(Bureau.objects.filter(**({"code": bureau} if bureau else {})).order_by("code")[:2])
    if len(found) != 1:
        codes = "、".join(Bureau.objects.order_by("code").values_list("code", flat=True)) or "（还没有教育局）"
        _refuse(
            click.ClickException(
                f"请用 --bureau 指明一个教育局：{codes}。还没有的，请在浏览器里打开首页完成首次设置。"
                " Name one bureau with --bureau; the first one is opened in the browser."
            ),
            2,
        )
    try:
        slip = access.create_admin(
            bureau=found[0], role=f"{role.upper()}_ADMIN", name=name, username=username,
            by=Actor.system("hongzhu createadmin"), on=timezone.localdate(), now=timezone.now(),
        )  # fmt: skip
    except ValidationError as error:
        _refuse(click.ClickException("；".join(error.messages)))
    click.echo(
        f"{slip.account.username}  一次性密码 one-time password: {slip.code}"
        f"  有效至 until {timezone.localtime(slip.expires_at):%Y-%m-%d %H:%M}"
    )


@main.command()
@click.option("--bureau", help="code of one bureau; all when left out")
@click.option("--as-of", "as_of", type=click.DateTime(["%Y-%m-%d"]), help="what was known on that day")
@click.option("--json", "as_json", is_flag=True)
def figures(bureau: str | None, as_of: datetime | None, as_json: bool) -> None:
    """Compute every headline figure from its rows and compare it with the text. Exit code 1 on disagreement, 2 where
    there is no such bureau."""
    boot()
    from django.utils import timezone

    from hongzhu.core.measures import queries as measures
    from hongzhu.core.orgs.models import Bureau
    from hongzhu.kit.dates import SHANGHAI

    known_at = datetime.combine(as_of.date(), time.max, tzinfo=SHANGHAI) if as_of else timezone.now()
    asked = list(Bureau.objects.filter(**({"code": bureau} if bureau else {})).order_by("id"))
    if bureau and not asked:
        codes = "、".join(Bureau.objects.order_by("code").values_list("code", flat=True)) or "（还没有教育局）"
        said = f"没有代码为 {bureau} 的教育局，请从这些里选：{codes}。 No such bureau; choose one of these."
        _refuse(click.ClickException(said), 2)
    found = [figure for one in asked for figure in measures.figures(one, known_at)]
    rows = [
        {
            "row": figure.row, "bureau": figure.bureau, "counts": figure.counts, "period": figure.period.code,
            "text": figure.text, "computed": figure.computed, "agrees": figure.agrees,
        }
        for figure in found
    ]  # fmt: skip
    lines = [
        f"{row['row']}  {row['bureau']}  {row['counts']}  {row['period']}  原文 {row['text']}  算得 "
        f"{'没有记录' if row['computed'] is None else row['computed']}  {'相符' if row['agrees'] else '不符'}"
        for row in rows
    ]
    say(rows, as_json, "\n".join(lines) or "没有可核对的数字。请先运行 hongzhu demo，或在制度包里登记。")
    raise SystemExit(0 if rows and all(row["agrees"] for row in rows) else 1)


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def policy(arguments: tuple[str, ...]) -> None:
    """policy check|show|preview PACK…: schema errors, the regulation guard, what a pack says, what it would move."""
    _hand_over("policy", arguments)


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def rebuild(arguments: tuple[str, ...]) -> None:
    """rebuild credits --check: prove that the credits equal what their sources give."""
    _hand_over("rebuild", arguments)


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def audit(arguments: tuple[str, ...]) -> None:
    """audit verify [--checkpoint FILE] · audit checkpoint FILE · audit export FILE."""
    _hand_over("audit", arguments)


@main.command("import", context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def import_(arguments: tuple[str, ...]) -> None:
    """import TABLE FILE --bureau CODE [--commit]: check a table, and write it only with --commit and no error."""
    _hand_over("import_table", arguments)


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def export(arguments: tuple[str, ...]) -> None:
    """export TABLE FILE --bureau CODE: write a table as xlsx or csv."""
    _hand_over("export_table", arguments)


def _hand_over(name: str, arguments: tuple[str, ...]) -> None:
    """Run a room's management command under its own argument parser; its exit code is ours."""
    boot()
    from django.core.management import CommandError, get_commands, load_command_class

    try:
        command = load_command_class(get_commands()[name], name)
    except KeyError:
        click.echo(f"{name}: no such command", err=True)
        raise SystemExit(2) from None
    try:
        command.run_from_argv(["hongzhu", name, *arguments])
    except CommandError as error:
        click.echo(str(error), err=True)
        raise SystemExit(getattr(error, "returncode", 1)) from None


if __name__ == "__main__":
    main()
