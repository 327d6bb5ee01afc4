"""`seloste notice`: the declaration in `notice/`, which everything follows."""

import click

from seloste.kernel import clock


@click.group()
def notice() -> None:
    """Look after the notice, which the whole system follows.

    \b
    Examples:
      seloste notice lint                  is it whole, and do the translations keep up?
      seloste notice reviewed --all        the translations were read against the Finnish words
    """


@notice.command()
def lint() -> None:
    """Say what the notice lacks and where its parts disagree.

    Reads notice/ only; needs no database. Exit code 1 when something is wrong.

    \b
    Example:
      seloste notice lint
    """
    from seloste.declaration import checks, load, reviewed  # noqa: PLC0415 -- read only when asked for

    folder = load.folder()
    declared = load.load(folder)
    today = clock.local_date(clock.now())
    found = [*checks.problems(declared, today=today, folder=folder), *reviewed.drift(declared, folder)]
    for problem in found:
        click.echo(problem)
    if found:
        raise SystemExit(1)
    click.echo("The notice is whole, and its translations keep up.")


@notice.command(name="reviewed")
@click.argument("places", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="Every text.")
@click.option("--language", "languages", type=click.Choice(["sv", "en"]), multiple=True, help="Only this translation.")
def mark_reviewed(places: tuple[str, ...], *, everything: bool, languages: tuple[str, ...]) -> None:
    """Record that a person has read translations against their Finnish words.

    PLACES are named as `seloste notice lint` names them.

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
