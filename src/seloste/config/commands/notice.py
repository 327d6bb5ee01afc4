"""`seloste notice`: the declaration in `notice/`, which everything follows."""

import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from seloste.config import preparation
from seloste.kernel import clock

if TYPE_CHECKING:
    from seloste.declaration.diff import Change
    from seloste.declaration.schema import Declaration

LANGUAGE = click.option("--language", type=click.Choice(["fi", "sv", "en"]), default="fi", show_default=True)
FORMS = click.Choice(["pdf", "jsonld", "tilt", "record"])


@click.group()
def notice() -> None:
    """Look after the notice, which the whole system follows.

    \b
    Examples:
      seloste notice show                  read it
      seloste notice lint                  is it whole, and do the translations keep up?
      seloste notice reviewed --all        the translations were read against the Finnish words
      seloste notice diff                  what is not published yet, and how heavy a change it is
      seloste notice publish
      seloste notice export pdf --output notice.pdf
    """


@notice.command()
@LANGUAGE
@click.option("--id", "only", help="Only the sentence of this id, such as S4.5, with the words as first published.")
def show(language: str, only: str | None) -> None:
    """Print the sentences of the notice with their ids.

    \b
    Example:
      seloste notice show --id S4.4 --language en
    """
    from seloste.declaration import load  # noqa: PLC0415 -- read only when asked for

    declared = load.load(load.folder())
    click.echo("\n".join(_sentences(declared, language) if only is None else _sentence(declared, language, only)))


def _sentences(declared: "Declaration", language: str) -> list[str]:
    lines = [f"{declared.register_.name.in_language(language)}, {declared.meta.version}"]
    for section in declared.section:
        lines.append(f"\n{section.number}  {section.title.in_language(language)}")
        lines += [f"{clause.id:<10} {clause.text.in_language(language)}" for clause in section.clause]
    return lines


def _sentence(declared: "Declaration", language: str, only: str) -> list[str]:
    clause = declared.clauses().get(only)
    if clause is None:
        raise click.ClickException(f"No sentence of the notice has the id {only}.")
    facts = {"as published": clause.seed, "law": clause.law}
    told = [f"{name + ':':<14} {value}" for name, value in facts.items() if value]
    users = [key for key, purpose in declared.purpose.items() if only in purpose.clauses]
    return [clause.text.in_language(language), *told, f"{'purposes:':<14} {', '.join(users) or '-'}"]


@notice.command()
@LANGUAGE
def lint(language: str) -> None:
    """Say what articles 12-14 want and the notice lacks.

    Says too where its parts disagree and which translations are behind. Reads notice/ only; needs no database. Exit
    code 1 when something is missing or wrong; what is only unclear or to be confirmed is told and passes.

    \b
    Example:
      seloste notice lint --language en
    """
    from seloste.declaration import checks, load, reviewed  # noqa: PLC0415
    from seloste.declaration import lint as linter  # noqa: PLC0415

    folder = load.folder()
    declared = load.load(folder)
    findings = linter.lint(declared)
    for finding in findings:
        click.echo(
            f"{finding.severity:<8} {finding.article:<16} {finding.where}: {finding.message.in_language(language)}"
        )
    today = clock.local_date(clock.now())
    wrong = [*checks.problems(declared, today=today, folder=folder), *reviewed.drift(declared, folder)]
    for problem in wrong:
        click.echo(f"wrong    {problem}")
    if wrong or any(finding.severity == "missing" for finding in findings):
        raise SystemExit(1)
    click.echo("The notice says what the law wants, and its translations keep up.")


@notice.command(name="reviewed")
@click.argument("places", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every text.")
@click.option("--language", "languages", type=click.Choice(["sv", "en"]), multiple=True, help="Only this translation.")
def mark_reviewed(places: tuple[str, ...], *, everything: bool, languages: tuple[str, ...]) -> None:
    """Record that a person has read translations.

    PLACES are the texts whose translations were read against their Finnish words, as `seloste notice lint` names them.

    \b
    Examples:
      seloste notice reviewed purpose.order.name
      seloste notice reviewed --all --language sv
    """
    from seloste.declaration import load, reviewed  # noqa: PLC0415

    if bool(places) == everything:
        raise click.UsageError("Name the places, or say --all.")
    folder = load.folder()
    declared = load.load(folder)
    unknown = sorted(set(places) - dict(reviewed.texts(declared)).keys())
    if unknown:
        raise click.ClickException(f"The notice has no such text: {', '.join(unknown)}.")
    chosen = None if everything else set(places)
    changed = reviewed.review(declared, folder, places=chosen, languages=languages or ("sv", "en"))
    click.echo(f"{len(changed)} texts marked as reviewed.")


@notice.command(name="diff")
@click.argument("first", required=False)
@click.argument("second", required=False)
def difference(first: str | None, second: str | None) -> None:
    """Compare the notice with the last published one.

    Each change with its class: editorial, material, new_recipient, basis, new_purpose. Exit code 1 when something is
    not published. With the numbers of two published versions, compares those.

    \b
    Examples:
      seloste notice diff
      seloste notice diff 2.0 2.1
    """
    if (first is None) != (second is None):
        raise click.UsageError("Name both versions, or none.")
    with preparation.house():
        from seloste.notices.queries import publications  # noqa: PLC0415

        if first and second:
            _tell(publications.difference(first, second).changes)
            return
        if _tell(publications.unpublished_changes()):
            raise SystemExit(1)


def _tell(found: "Sequence[Change]") -> int:
    from seloste.declaration import diff  # noqa: PLC0415

    for change in found:
        click.echo(f"{change.kind.value:<14} {change.place}\n    - {change.before}\n    + {change.after}")
    together = f"; together: {diff.heaviest(list(found)).value}" if found else ""
    click.echo(f"{len(found)} changes{together}.")
    return len(found)


@notice.command()
@click.option("--accept", metavar="CLASS", help="The class of change you accept, as `seloste notice diff` names it.")
@click.option("--effective-from", type=click.DateTime(["%Y-%m-%d"]), help="The day the notice itself says.")
def publish(accept: str | None, effective_from: datetime | None) -> None:
    """Publish the notice in notice/ as a new version.

    The first version and editorial changes need nothing more; a heavier change must be accepted by its class and day.

    \b
    Example:
      seloste notice publish --accept new_purpose --effective-from 2027-01-15
    """
    with preparation.house():
        from seloste.kernel.duty import operator  # noqa: PLC0415
        from seloste.notices import actions  # noqa: PLC0415

        by = operator(actions.PURPOSE, may=frozenset({"notice"}))
        day = effective_from.date() if effective_from else None
        version = actions.publish(by=by, at=clock.now(), accept=accept, effective_from=day)
        click.echo(f"Version {version.version} is published, in force from {version.effective_from}.")


@notice.command()
def versions() -> None:
    """List the published versions, newest first."""
    with preparation.house():
        from seloste.notices import queries  # noqa: PLC0415

        for one in queries.versions():
            at = one.published_at.astimezone(clock.HELSINKI)
            click.echo(
                f"{one.version:<8} in force {one.effective_from}  published {at:%Y-%m-%d %H:%M}  "
                f"{one.change_class.value:<14} {one.text_hash}"
            )


@notice.command()
@click.argument("form", type=FORMS)
@LANGUAGE
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="A file; otherwise standard output.")
def export(form: str, language: str, output: Path | None) -> None:
    """Write the notice as a document.

    pdf to print (PDF/UA-1, PDF/A-2a), jsonld in W3C DPV, tilt, or the Art. 30 record as CSV. Needs no database.

    \b
    Examples:
      seloste notice export pdf --language sv --output beskrivning.pdf
      seloste notice export record > art30.csv
    """
    with preparation.house(needs_database=False):
        from seloste.notices.queries import documents  # noqa: PLC0415

        made = {
            "pdf": documents.pdf,
            "jsonld": lambda _language: documents.jsonld(),
            "tilt": documents.tilt_document,
            "record": documents.record_csv,
        }[form](language)
    if output is None:
        sys.stdout.buffer.write(made)
    else:
        output.write_bytes(made)
        click.echo(f"{output}: {len(made)} bytes")
