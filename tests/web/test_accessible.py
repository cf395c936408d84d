"""Nothing that axe-core finds wrong is on a page, in either theme."""

from pathlib import Path
from typing import Final, Literal

import pytest

from tests.web.conftest import FAILING, Web

AXE = Path(__file__).parents[2] / "adapters/web/ui/node_modules/axe-core/axe.min.js"
PATHS = (
    "/",
    "/?runs={run}",
    "/runs",
    "/runs/{run}",
    "/runs/{run}?tab=Answer",
    "/compare?a={run}&b={run}&only=no",
    "/replays?query=+",
    "/goldens",
    "/estate",
    "/estate?tab=Types",
    "/estate/srv-01",
    "/audit",
    "/keys",
)
SCHEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
RUN = """async () => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  return violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`);
}"""


@pytest.mark.parametrize("path", PATHS)
def test_axe_finds_nothing_wrong(path: str, web: Web) -> None:
    if not AXE.exists():
        pytest.skip("axe-core is not there: npm ci in adapters/web/ui brings it")
    run = web.ask("a plan", plan=FAILING)
    page = web.open(path.replace("{run}", run))
    page.wait_for_timeout(600)
    page.evaluate(AXE.read_text())
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        assert (scheme, page.evaluate(RUN)) == (scheme, [])
