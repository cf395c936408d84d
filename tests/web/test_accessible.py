"""Nothing that axe-core finds wrong is on a page, in either theme."""

from pathlib import Path

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
RUN = """async () => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  return violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.html.slice(0, 160)).join(" | ")}`);
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PATHS)
def test_axe_finds_nothing_wrong(path: str, scheme: str, web: Web) -> None:
    if not AXE.exists():
        pytest.skip("axe-core is not there: npm ci in adapters/web/ui brings it")
    run = web.ask("a plan", plan=FAILING)
    web.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page = web.open(path.replace("{run}", run))
    page.wait_for_timeout(600)
    page.evaluate(AXE.read_text())
    assert page.evaluate(RUN) == []
