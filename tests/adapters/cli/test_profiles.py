"""Profiles: what counts under a name, how it is kept, and what is refused."""

import errno
import os
from pathlib import Path

import pytest

from tests.adapters.cli.command import Command

pytestmark = pytest.mark.usefixtures("path")

BAD = {
    "no TOML": ("[profiles.work\n", "1: no TOML: "),
    "an unknown key": (
        '[profiles.work]\ntenant = "a"\ntenent = "b"\n',
        "3: profiles.work.tenent: unknown; allowed: server, database, tenant, time_zone, color",
    ),
    "an unknown key of none": ("using = 1\n", "1: using: unknown; allowed: use, [profiles.NAME]"),
    "a number": ("[profiles.work]\ntenant = 3\n", "2: profiles.work.tenant: 3 is no text"),
    "nothing": ('[profiles.work]\ntenant = " "\n', "2: profiles.work.tenant: it may not be"),
    "a hidden letter": (
        '[profiles.work]\ntenant = "a\\u202eb"\n',
        "2: profiles.work.tenant: it holds U+202E (right-to-left override) at character 2",
    ),
    "a relative path": (
        '[profiles.work]\n\ndatabase = "ops.db"\n',
        "3: profiles.work.database: 'ops.db' is no absolute path, and no URL",
    ),
    "a colour": (
        '[profiles.work]\ncolor = "red"\n',
        "2: profiles.work.color: 'red' is none of auto, always, never",
    ),
    "a zone": (
        '[profiles.work]\ntime_zone = "berlin"\n',
        "2: profiles.work.time_zone: there is no time zone 'berlin'; near: Europe/Berlin",
    ),
    "a name": ('[profiles."a b"]\ntenant = "a"\n', "1: profiles.a b: 'a b' is no name"),
    "no table": ("profiles = 3\n", "1: profiles: must be tables"),
    "no table of one": ("[profiles]\nwork = 3\n", "1: profiles.work: must be a table"),
    "an unknown profile": ('use = "home"\n', "1: use: no profile 'home'; profiles: none"),
}


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "config" / "opstrail.toml"
    monkeypatch.setenv("OPSTRAIL_CONFIG", str(path))
    monkeypatch.delenv("OPSTRAIL_TIME_ZONE")
    return path


def shown(command: Command, *arguments: str) -> dict[str, tuple[str, str]]:
    """What counts, and where it comes from."""
    ended = command.run([*arguments, "profile", "show"])
    assert ended.code == 0, ended.err
    rows = [line.split("  ") for line in ended.lines[2:]]
    cells = [[cell.strip() for cell in row if cell.strip()] for row in rows]
    return {name: (value, origin) for name, value, origin in cells}


def test_a_profile_counts_once_it_is_used(opstrail: Command) -> None:
    added = opstrail("profile", "add", "work", "--time-zone", "Asia/Tokyo")
    assert (added.code, "`opstrail profile use work`" in added.out) == (0, True)
    assert shown(opstrail)["tenant"] == ("default", "default")
    assert opstrail.run(["profile", "use", "work"]).code == 0
    assert shown(opstrail) == {
        "profile": ("work", "profile in use"),
        "server": ("-", "default"),
        "database": (str(opstrail.database), "profile work"),
        "tenant": ("acme", "profile work"),
        "time zone": ("Asia/Tokyo", "profile work"),
        "color": ("auto", "default"),
    }
    assert opstrail.run(["estate", "summary", "-o", "json"]).json["counts"]["cis"] == 10
    assert opstrail.run(["profile", "use", "--none"]).code == 0
    assert shown(opstrail)["tenant"] == ("default", "default")


def test_an_option_counts_before_a_variable_and_that_before_a_profile(
    opstrail: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    opstrail.run(["profile", "add", "work", "--tenant", "of-work"])
    opstrail.run(["profile", "add", "home", "--tenant", "of-home"])
    opstrail.run(["profile", "use", "home"])
    assert shown(opstrail)["tenant"] == ("of-home", "profile home")
    monkeypatch.setenv("OPSTRAIL_PROFILE", "work")
    assert shown(opstrail)["tenant"] == ("of-work", "profile work")
    assert shown(opstrail, "--profile", "home")["tenant"] == ("of-home", "profile home")
    monkeypatch.setenv("OPSTRAIL_TENANT", "of-variable")
    assert shown(opstrail)["tenant"] == ("of-variable", "variable OPSTRAIL_TENANT")
    assert shown(opstrail, "--tenant=given")["tenant"] == ("given", "option --tenant")


def test_the_file_is_the_users_own_and_keeps_its_comments(path: Path, fresh: Command) -> None:
    path.parent.mkdir()
    path.write_text('# mine\n[profiles.old]\ntenant = "a" # first\n')
    assert fresh("profile", "add", "work").code == 0
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_text().startswith('# mine\n[profiles.old]\ntenant = "a" # first\n')
    assert os.listdir(path.parent) == [path.name]  # noqa: PTH208 - hidden ones, too


def test_a_path_is_kept_for_every_folder(
    path: Path, fresh: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(path.parents[1])
    fresh.run(["profile", "add", "work", "--database", "ops.db"])
    assert f'database = "{path.parents[1] / "ops.db"}"' in path.read_text()


def test_the_list_marks_the_profile_in_use(fresh: Command) -> None:
    assert "No profiles" in fresh.run(["profile", "list"]).err
    fresh.run(["profile", "add", "work", "--tenant", "a"])
    fresh.run(["profile", "add", "home", "--tenant", "b"])
    fresh.run(["profile", "use", "home"])
    marked = [line.split()[:2] for line in fresh.run(["profile", "list"]).lines[2:]]
    assert marked == [["work", "-"], ["*", "home"]]


def test_a_removed_profile_is_in_use_no_more(fresh: Command) -> None:
    fresh.run(["profile", "add", "work", "--tenant", "a"])
    fresh.run(["profile", "use", "work"])
    assert fresh.run(["profile", "remove", "work"]).code == 0
    assert shown(fresh)["profile"] == ("none", "default")


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://me:hunter2@h/x",
        "postgresql://h/x?password=hunter2",
        "postgresql://me:hunter2/#?@h/x",
        "postgresql://h/x?pass%77ord=hunter2",
    ],
)
def test_a_password_has_no_place_in_a_profile(path: Path, fresh: Command, url: str) -> None:
    ended = fresh.run(["profile", "add", "work", "--database", url])
    assert (ended.code, path.exists()) == (2, False)
    path.parent.mkdir()
    path.write_text(f'[profiles.work]\ndatabase = "{url}"\n')
    read = fresh("run", "list")
    assert (read.code, read.out) == (2, "")
    for told in (ended.err, read.err):
        assert "a password has no place in a profile" in told
        assert "hunter2" not in told


@pytest.mark.parametrize(("text", "told"), BAD.values(), ids=BAD.keys())
def test_a_file_that_is_wrong_is_refused_with_its_line(
    path: Path, fresh: Command, text: str, told: str
) -> None:
    path.parent.mkdir()
    path.write_text(text)
    ended = fresh("run", "list")
    assert (ended.code, ended.out, len(ended.err.splitlines())) == (2, "", 1)
    assert ended.err.startswith(f"opstrail: {path}:{told}")
    assert fresh("run", "list", "--help").code == 0


def test_bytes_that_are_no_text_are_refused(path: Path, fresh: Command) -> None:
    path.parent.mkdir()
    path.write_bytes(b"\xff")
    assert "it is not UTF-8" in fresh("run", "list").err


def test_a_file_that_everybody_may_write_is_not_followed(path: Path, fresh: Command) -> None:
    fresh("profile", "add", "work")
    path.chmod(0o666)
    ended = fresh("run", "list")
    assert (ended.code, "everybody may write to it" in ended.err) == (2, True)


def test_a_file_in_the_present_folder_redirects_nobody(
    opstrail: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "opstrail.toml").write_text('use = "x"\n[profiles.x]\ntenant = "other"\n')
    monkeypatch.chdir(tmp_path)
    assert shown(opstrail)["tenant"] == ("default", "default")


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["--profile", "nope", "run", "list"], 4, "there is no profile 'nope'; profiles: work"),
        (["profile", "use", "nope"], 4, "there is no profile 'nope'"),
        (["profile", "remove", "nope"], 4, "there is no profile 'nope'"),
        (["profile", "use"], 2, "give the name of a profile, or --none"),
        (["profile", "add", "more"], 2, "give one of --server, --database"),
        (["profile", "add", "a b", "--tenant", "x"], 2, "'a b' is no name of a profile"),
        (["profile", "add", "work", "--tenant", "x"], 2, "profile 'work' is there already"),
        (["profile", "add", "x", "--time-zone", "Mars"], 2, "there is no time zone 'Mars'"),
        (["--time-zone", "Mars", "run", "list"], 2, "there is no time zone 'Mars'"),
        (["--color", "red", "run", "list"], 2, "'red' is not one of"),
    ],
)
def test_what_is_not_there_or_not_allowed_is_refused(
    fresh: Command, arguments: list[str], code: int, told: str
) -> None:
    fresh.run(["profile", "add", "work", "--tenant", "a"])
    ended = fresh.run(arguments)
    assert (ended.code, ended.out) == (code, "")
    assert told in ended.err


def test_a_file_that_cannot_be_read_is_told_in_a_line(
    tmp_path: Path, fresh: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "file").write_text("")
    (tmp_path / "long").write_text("#" * ((1 << 20) + 1))
    for name in (tmp_path, "loop", "file/x", "n" * 300, "long", "/dev/zero"):
        monkeypatch.setenv("OPSTRAIL_CONFIG", str(tmp_path / name))
        for words in (["run", "list"], ["profile", "list"], ["profile", "use", "work"]):
            ended = fresh.run(words)
            assert (ended.code in {1, 2}, ended.out, len(ended.err.splitlines())) == (True, "", 1)
            assert ended.err.startswith(f"opstrail: {tmp_path / name}:"), ended.err


def test_who_may_not_read_the_usual_file_goes_on_without_profiles(
    path: Path, fresh: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(self: Path, **_: object) -> bytes:
        raise PermissionError(errno.EACCES, "Permission denied", str(self))

    monkeypatch.setattr("adapters.cli.files.start_of", refused)
    path.parent.mkdir()
    path.write_text("")
    asked = fresh("profile", "show")
    assert (asked.code, asked.err) == (1, f"opstrail: {path}: Permission denied\n")
    monkeypatch.delenv("OPSTRAIL_CONFIG")
    usual = path.parent / "opstrail"
    usual.mkdir()
    path.rename(usual / path.name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(path.parent))
    told = fresh("profile", "show")
    assert (told.code, "may not be read by this user" in told.err) == (0, True)
    assert fresh.run(["--profile", "work", "profile", "show"]).code == 1
