"""Pages of runs in memory."""

import json
import re
from typing import Any

from adapters.exporters.html_page import page
from tests.bundles import CREATED_AT, TENANT, VERSION, Log


def page_of(log: Log, *run_ids: str) -> str:
    """Return the page of these runs."""
    histories = [log.store.read(TENANT, run_id) for run_id in run_ids]
    made = page(histories, tenant_id=TENANT, engine_version=VERSION, created_at=CREATED_AT)
    return made.decode()


def content_of(made: str, number: int = 0) -> Any:  # noqa: ANN401 - tests look into it
    """Return what the page holds of a run."""
    found = re.search(f'<script type="application/json" id="run-{number}">(.*?)</script>', made)
    assert found is not None
    return json.loads(found[1])
