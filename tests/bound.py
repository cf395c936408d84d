"""An opstrail whose calls are bound by policies of a test, and by no published ones."""

import dataclasses

from adapters.bootstrap import Opstrail
from domain.tools.policies.policy import Policies


def bind(opstrail: Opstrail, policies: Policies) -> None:
    """Let these be the policies of every tenant; to be called once its tools are set."""
    bound = dataclasses.replace(opstrail.workshop, assets=None, policies=lambda _: policies)
    vars(opstrail)["workshop"] = bound
