"""The locks install the same bytes everywhere and lead to no particular machine."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ["run.lock", "test.lock", "build.lock"]


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_is_pinned_with_hashes(name: str) -> None:
    packages = re.split(r"\n(?=\S)", (ROOT / "requirements" / name).read_text().strip())

    assert [
        line
        for line in packages
        if not re.match(r"[\w.\-\[\],]+==\S+( ; .+)? \\\n    --hash=sha256:[0-9a-f]{64}", line)
    ] == []


@pytest.mark.parametrize("name", LOCKS)
def test_no_registry_and_no_folder_is_named(name: str) -> None:
    assert (
        re.findall(r"(?i)https?://|file:|--index|--extra|--find|/\w", (ROOT / "requirements" / name).read_text()) == []
    )


def test_what_the_project_asks_for_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    asked = {"run.lock": project["project"]["dependencies"], "test.lock": project["dependency-groups"]["test"]}

    for name, wanted in asked.items():
        locked = set(re.findall(r"^([\w.\-]+)", (ROOT / "requirements" / name).read_text(), flags=re.MULTILINE))
        assert {_plain(package) for package in wanted} - locked == set()


def _plain(requirement: str) -> str:
    found = re.match(r"[\w.\-]+", requirement)
    assert found
    return found[0].lower().replace("_", "-")
