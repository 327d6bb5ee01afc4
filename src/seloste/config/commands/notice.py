"""`seloste notice`: the declaration in `notice/`, which everything follows."""

import click

from seloste.config import preparation
from seloste.kernel import clock


@click.group()
def notice() -> None:
    """Look after the notice, which the whole system follows.

    \b
    Examples:
      seloste notice lint                  is it whole, and do the translations keep up?
      seloste notice reviewed --all        the translations were read against the Finnish words
      seloste notice changes               what is not published yet, and how heavy a change it is
      seloste notice publish
      seloste notice versions
    """


@notice.command()
@click.option("--language", type=click.Choice(["fi", "sv", "en"]), default="fi", show_default=True)
def lint(language: str) -> None:
    """Say what articles 12-14 want and the notice lacks.

    Says too where its parts disagree and which translations are behind. Reads notice/ only; needs no database. Exit
    code 1 when something is missing or wrong; what is only unclear or to be confirmed is told and passes.

    \b
    Example:
      seloste notice lint --language en
    """
    from seloste.declaration import checks, load, reviewed  # noqa: PLC0415 -- read only when asked for
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
    chosen = None if everything else set(places)
    changed = reviewed.review(load.load(folder), folder, places=chosen, languages=languages or ("sv", "en"))
    click.echo(f"{len(changed)} texts marked as reviewed.")


@notice.command()
def changes() -> None:
    """Compare notice/ with the last published version.

    Each change with its class: editorial, material, a new purpose, a new recipient, another basis. Exit code 1 when
    something is not published.
    """
    with preparation.house():
        from seloste.declaration import diff  # noqa: PLC0415
        from seloste.notices.queries.versions import unpublished_changes  # noqa: PLC0415

        found = unpublished_changes()
        for change in found:
            click.echo(f"{change.kind.value:<14} {change.place}\n    - {change.before}\n    + {change.after}")
        if not found:
            click.echo("The notice is published as it is.")
            return
        click.echo(f"{len(found)} changes; together: {diff.heaviest(found).value}")
        raise SystemExit(1)


@notice.command()
@click.option("--accept", metavar="CLASS", help="The class of change you accept, as `seloste notice changes` names it.")
@click.option("--effective-from", type=click.DateTime(["%Y-%m-%d"]), help="The day the notice itself says.")
def publish(accept: str | None, effective_from: object) -> None:
    """Publish the notice in notice/ as a new version.

    The first version and editorial changes need nothing more; a heavier change must be accepted by its class and day.

    \b
    Example:
      seloste notice publish --accept new_purpose --effective-from 2027-01-15
    """
    with preparation.house():
        from seloste.kernel import duty  # noqa: PLC0415
        from seloste.notices import actions  # noqa: PLC0415

        day = effective_from.date() if effective_from else None  # type: ignore[attr-defined] -- click gives a datetime
        by = duty.system(actions.PURPOSE)
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
