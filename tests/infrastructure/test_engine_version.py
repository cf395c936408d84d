"""Bundles say which opstrail made them."""

from importlib import metadata

import pytest

from infrastructure.engine_version import NOT_INSTALLED, engine_version


def test_it_is_the_version_of_the_installed_opstrail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metadata, "version", {"opstrail": "1.2.3"}.__getitem__)
    assert engine_version() == "1.2.3"


def test_a_bare_checkout_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", missing)
    assert engine_version() == NOT_INSTALLED
