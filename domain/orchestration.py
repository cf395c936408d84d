"""The classes that carry out plans, in one place to import them from.

Nothing is defined here: `ToolExecutor` calls tools, `ExecutionRouter` chooses the way that a run
takes, `StageOrchestrator` takes it through its stages, `ResponseBuilder` puts the answer together.
"""

from domain.response.builder import ResponseBuilder
from domain.stages.orchestrator import StageOrchestrator
from domain.stages.router import ExecutionRouter
from domain.stages.runner_context import BaseRunner, RunnerContext
from domain.tools.executor import ToolExecutor
from domain.tools.parallel import DependencyAwareExecutor, ParallelExecutor
from domain.tools.task import ToolExecutionTask

__all__ = [
    "BaseRunner",
    "DependencyAwareExecutor",
    "ExecutionRouter",
    "ParallelExecutor",
    "ResponseBuilder",
    "RunnerContext",
    "StageOrchestrator",
    "ToolExecutionTask",
    "ToolExecutor",
]
