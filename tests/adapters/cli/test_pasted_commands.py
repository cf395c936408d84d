"""Every command that is printed can be pasted into a shell in any folder, and means the same."""

import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.cli.choices import chosen
from tests.adapters.cli.command import Command
from tests.adapters.site import IMPACT, WHY, Site

# A printed command ends where its sentence goes on: at a backtick, a bracket, a line's end.
PRINTED = re.compile(r"(?<![\w'])opstrail (?=-|[a-z]+\b)((?:'[^'\n]*'|[^`();\n'])+)")
A_PLACEHOLDER = re.compile(r"\b[A-Z]{3,}\b")
PRINTING = (
    ("ask", IMPACT),
    ("ask", "What is affected if srv-99 fails?"),
    ("ask", "gibberish"),
    ("run", "response", "@good"),
    ("run", "diagnose", "@failed"),
    ("run", "diagnose", "@waiting"),
    ("run", "bisect", "@good", "@failed"),
    ("run", "rerun", "@good", *WHY),
    ("run", "failures", "000000000000"),
    ("replay", "show", "latest"),
    ("run", "verify", "--all"),
    ("golden", "show", "nobody"),
    ("doctor",),
    ("estate", "summary"),
)
AT_LEAST = 15
"""How many different commands these print."""


@pytest.fixture(scope="module")
def filled(filled_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Site:
    site = Site(tmp_path_factory.mktemp("a folder of its own"))
    shutil.copy(filled_database, site.database)
    site.fill()
    return site


def pasted(printed: str) -> Iterator[list[str]]:
    """The words of each command, without those that somebody has to fill in."""
    for found in PRINTED.finditer(printed):
        words = shlex.split(found[1])
        if not A_PLACEHOLDER.search(found[1]):
            yield words


def test_what_is_printed_can_be_pasted_in_another_folder(
    filled: Site,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    site = Command(filled.database, capsys)
    found = dict[tuple[str, ...], None]()
    for words in PRINTING:
        given = [filled.names.get(word, word) for word in words]
        ended = site.run([*site.options, *given])
        found |= dict.fromkeys(map(tuple, pasted(ended.out + ended.err)))
    monkeypatch.chdir(tmp_path)
    assert len(found) >= AT_LEAST
    for command in found:
        ended = site.run(command)
        is_refused = ended.code in {2, 4} and "srv-99" not in ended.out
        assert not is_refused, (command, ended.out, ended.err)
        assert command[:4] == ("--database", str(filled.database), "--tenant", "acme")


def test_what_a_profile_gives_is_not_repeated(
    opstrail: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPSTRAIL_CONFIG", str(tmp_path / "opstrail.toml"))
    opstrail("profile", "add", "work")
    opstrail.run(["profile", "use", "work"])
    assert "(how it was found: opstrail run timeline " in opstrail.run(["ask", IMPACT]).out
    given = opstrail.run([*opstrail.options, "ask", IMPACT])
    assert "(how it was found: opstrail run timeline " in given.out
    opstrail.run(["profile", "use", "--none"])
    named = opstrail.run(["--profile", "work", "ask", IMPACT])
    assert "(how it was found: opstrail --profile work run timeline " in named.out
    other = opstrail.run(["--profile", "work", "--tenant", "b c", "run", "failures", "0"])
    assert "`opstrail --profile work --tenant 'b c' run failures`" in other.err


def test_what_the_environment_gives_is_not_repeated(
    opstrail: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPSTRAIL_DATABASE_URL", f"sqlite:///{opstrail.database}")
    monkeypatch.setenv("OPSTRAIL_TENANT", "acme")
    given = opstrail.run([*opstrail.options, "ask", IMPACT])
    assert "(how it was found: opstrail run timeline " in given.out


def test_a_zone_that_is_given_is_repeated(opstrail: Command) -> None:
    ended = opstrail.run([*opstrail.options, "--time-zone", "Asia/Tokyo", "ask", IMPACT])
    assert "--tenant acme --time-zone Asia/Tokyo run timeline " in ended.out


@pytest.mark.parametrize(
    ("url", "printed"),
    [
        ("postgresql://me:hunter2@h/x", "postgresql://me:***@h/x"),
        ("postgresql://me:hun/te#r2?@h/x", "postgresql://me:***@h/x"),
        ("postgresql://m#?e:hunter2@h/x", "postgresql://m#?e:***@h/x"),
        ("postgresql://me:hunter2@[::1/x", "postgresql://me:***@[::1/x"),
        ("postgresql://h/x?password=hunter2&a=b", "postgresql://h/x?password=***&a=b"),
        ("postgresql://h/x?a=b&pass%77ord=hunter2", "postgresql://h/x?a=b&pass%77ord=***"),
    ],
)
def test_a_password_is_not_printed(url: str, printed: str) -> None:
    _, repeated = chosen({"database": url, "tenant": "acme"})
    assert shlex.split(repeated) == ["--database", printed, "--tenant", "acme"]


def test_what_people_wrote_stays_as_they_wrote_it(opstrail: Command) -> None:
    note = "see `opstrail run list`"
    opstrail("ask", IMPACT)
    opstrail("run", "annotate", "latest", note)
    assert note in opstrail("run", "timeline", "latest").out


def test_of_a_run_on_an_empty_estate_every_view_says_how_to_fill_it(fresh: Command) -> None:
    fresh("ask", "How many servers are there?")
    for view in ("show", "trace", "events", "timeline", "diagnose", "watch", "response"):
        printed = fresh.run([*fresh.options, "run", view, "latest"]).out
        assert "opstrail --database" in printed, view
        assert not re.search(r"opstrail (?!-)", printed), (view, printed)
    failures = fresh.run([*fresh.options, "run", "failures"]).out
    assert "`opstrail --database" in failures
    stored = fresh.run([*fresh.options, "run", "events", "latest", "--payloads"]).out
    assert "`opstrail estate demo`" in stored
