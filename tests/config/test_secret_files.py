"""Secrets are made once and are this account's alone."""

from pathlib import Path

import pytest

from seloste.config.secret_files import kept
from seloste.config.trouble import Trouble


def test_secret_is_made_once(tmp_path: Path) -> None:
    first = kept(tmp_path / "secrets", "key")

    assert len(first) == 64
    assert kept(tmp_path / "secrets", "key") == first
    assert kept(tmp_path / "secrets", "other") != first


def test_secret_may_be_read_by_its_account_only(tmp_path: Path) -> None:
    kept(tmp_path / "secrets", "key")

    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "secrets" / "key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (tmp_path / "secrets").iterdir()] == ["key"]


def test_folder_that_cannot_be_used_is_told_in_one_line() -> None:
    with pytest.raises(
        Trouble, match=r"^/proc/nowhere/key cannot be used: .+ Make the folder writable or set SELOSTE_VAR\.$"
    ):
        kept(Path("/proc/nowhere"), "key")
