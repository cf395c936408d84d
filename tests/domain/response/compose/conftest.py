from collections.abc import Iterator

import pytest

from adapters.tools.builtin import builtin_tools
from domain.tools.invoker import ToolInvoker
from domain.tools.registry import ToolRegistry
from tests.estate_fixture import small_estate


@pytest.fixture(scope="module")
def invoker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ToolInvoker]:
    """The built-in tools over the small estate, shared: they only read."""
    registry = ToolRegistry()
    with small_estate(tmp_path_factory.mktemp("estate")) as estate:
        for tool in builtin_tools(estate):
            registry.register_dynamic(tool)
        yield ToolInvoker(registry)
