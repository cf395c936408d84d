import os
import re
from pathlib import Path

import pytest

from adapters.sources.file import WrongSourcesFile, read_sources
from adapters.sources.source import HttpSource, PrometheusSource, SqlSource, Table

GOOD = """
[sources.erp]
kind = "sql"
url = "postgresql://reader:secret:ERP@db.example/erp"
tables = { "sales.orders" = { tenant_column = "tenant", columns = ["id"] } }

[sources.api]
kind = "http"
url = "https://api.example/v1"
headers = { Authorization = "Bearer secret:API_TOKEN" }
methods = ["GET", "POST"]
tenants = ["acme"]

[sources.prom]
kind = "prometheus"
url = "http://prom.example:9090"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "sources.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_file_names_sources_of_each_kind(tmp_path: Path) -> None:
    found = read_sources(written(tmp_path, GOOD))
    assert [type(each) for each in found] == [SqlSource, HttpSource, PrometheusSource]
    assert [each.name for each in found] == ["erp", "api", "prom"]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (("secret:ERP@", "hunter2@"), "sources.erp.url: its password is named, not written"),
        (("postgresql:", "mysql:"), "sources.erp.url: it begins with sqlite:// or postgresql://"),
        (("@db.example/", "@db.example:x/"), "sources.erp.url: it is no URL"),
        (("sales.orders", "a.b.c"), "a table is named NAME or SCHEMA.NAME, got 'a.b.c'"),
        (('["id"]', "[]"), "sources.erp.tables.sales.orders.columns: "),
        (("https://api", "ftp://api"), "sources.api.url: it begins with http:// or https://"),
        (("//api.example", "//me:pw@api.example"), "credentials go into headers"),
        (("Bearer secret:API_TOKEN", "Bearer abc"), "headers: Authorization names a secret"),
        (("Authorization", "Host"), "sources.api.headers: 'Host' is no header that can be given"),
        (('"POST"', '"HEAD"'), "sources.api.methods.1: "),
        (('["acme"]', "[]"), "sources.api.tenants: "),
        (('"prometheus"', '"graphite"'), "sources.prom.kind: it is one of sql, http, prometheus"),
        (("[sources.prom]", "[sources.Prom]"), "sources.Prom.name: "),
        (("[sources.prom]", "[more.prom]"), "it holds [sources.NAME] only, got more"),
        (('"prometheus"', '"prometheus"\nurls = 1'), "sources.prom.urls: "),
        (("[sources.prom]", "[sources.prom"), "at line "),
    ],
)
def test_what_is_wrong_is_told_with_file_key_and_rule(
    tmp_path: Path, changed: tuple[str, str], said: str
) -> None:
    path = written(tmp_path, GOOD.replace(*changed))
    with pytest.raises(WrongSourcesFile) as refused:
        read_sources(path)
    assert str(refused.value).startswith(f"OPSTRAIL_SOURCES_FILE: {path}: ")
    assert said in str(refused.value)
    assert "hunter2" not in str(refused.value)


def test_a_file_that_is_not_there_or_is_no_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(WrongSourcesFile, match="No such file"):
        read_sources(tmp_path / "nothing.toml")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(WrongSourcesFile, match="no regular file"):
        read_sources(tmp_path / "pipe")


def test_the_reference_has_every_key() -> None:
    page = Path(__file__).parents[3] / "docs" / "reference" / "sources.md"
    told = set(re.findall(r"^\| `(?:tables\.T\.)?(\w+)`", page.read_text("utf-8"), re.MULTILINE))
    models = (SqlSource, HttpSource, PrometheusSource, Table)
    assert told == {name for model in models for name in model.model_fields} - {"name"}
