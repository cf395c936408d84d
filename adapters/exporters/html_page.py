"""The page in a bundle: shows its runs in a browser, from a file, without any network.

Everything is in the page. Its policy lets nothing be loaded and runs only its own script, which
sets what comes from a run as text.
"""

import base64
import hashlib
import html
import json
from collections.abc import Iterable, Sequence
from importlib.resources import files
from string import Template
from typing import Final

from adapters.exporters.page_content import PageRun, page_run
from domain.aggregate.envelope import RecordedEvent
from domain.json import JsonMap

_SCRIPTS: Final = ("elements.js", "answer.js", "timeline.js", "events.js", "run.js")
_UNSAFE: Final = str.maketrans({char: f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"})
"""What could end the element that the JSON is in; inside JSON's strings an escape is the same."""


def page(
    histories: Iterable[Sequence[RecordedEvent]],
    *,
    tenant_id: str,
    engine_version: str,
    created_at: str,
) -> bytes:
    """Return the page of these runs; each has at least one event. Raises `CorruptLog`."""
    runs = [page_run(history) for history in histories]
    script = "".join(_asset(name) for name in _SCRIPTS)
    style = _asset("page.css")
    bundle: JsonMap = {
        "engine_version": engine_version,
        "created_at": created_at,
        "runs": [{"run_id": run.run_id, "question": run.question} for run in runs],
    }
    text = Template(_asset("page.html")).substitute(
        policy=_policy(script=script, style=style),
        tenant=html.escape(tenant_id),
        style=style,
        bundle=_embedded(bundle),
        runs="\n".join(_element(number, run) for number, run in enumerate(runs)),
        script=script,
    )
    return text.encode()


def _policy(*, script: str, style: str) -> str:
    return (
        f"default-src 'none'; script-src '{_source(script)}'; style-src '{_source(style)}';"
        " base-uri 'none'; form-action 'none'"
    )


def _source(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def _element(number: int, run: PageRun) -> str:
    return f'<script type="application/json" id="run-{number}">{_embedded(run.content)}</script>'


def _embedded(value: JsonMap) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).translate(_UNSAFE)


def _asset(name: str) -> str:
    return (files("adapters.exporters") / "page" / name).read_text(encoding="utf-8")
