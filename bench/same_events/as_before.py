"""Lets the opstrail on the path do without what 693ce3c lacks: editions, other plans, policies.

`driver` imports it by its name alone, from the folder that both are in: the code on the path may
be that of 693ce3c, which has none of it.
"""

import importlib
from typing import Any, Final

_POLICIES: Final = {
    "tools": {
        "*": {"max_retries": 0, "breaker_enabled": False, "cache_ttl_seconds": None},
        "metric": {"fallback": "archive"},
    }
}


def as_before() -> None:
    """Set what is asked and what calls are bound by as it was. Raises `ImportError` there."""
    asking: Any = importlib.import_module("domain.operations.requests")
    first = getattr(asking.RunOptions(), "edition", None)  # as 693ce3c has
    asking.EDITION = asking.NEWEST = first
    options = asking.AskParams.options  # nor does it plan again
    asking.AskParams.options = lambda params, zone, *_: options(params, zone)
    rules: Any = importlib.import_module("domain.tools.policies.policy")
    assets: Any = importlib.import_module("domain.stages.run_assets")
    document = rules.PolicyDocument.model_validate(_POLICIES)
    assets.RunAssets.policies = lambda *_: rules.Policies(document)
