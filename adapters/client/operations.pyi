"""Every operation of the service as a method. Made by docs/generate.py."""

import builtins
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Literal

from . import shapes
from .errors import Json
from .groups import Groups
from .streams import StreamEvent

class Run:
    def ask(self, *, question: str | None = None, anchor: Literal['now', 'data'] | None = None, query: dict[str, shapes.JsonValue] | None = None, after: str | None = None, plan: dict[str, shapes.JsonValue] | None = None, timeout_ms: int | None = None, replan: bool | None = None, assets: dict[str, str] | None = None, wait: int | None = None, key: str | None = None) -> shapes.RunResponse | shapes.Accepted:
        """Make the question, or the plan, a run; carry it out and return its answer."""
    def list(self, *, query: str | None = None, state: str | None = None, status: str | None = None, attention: bool | None = None, limit: int | None = None, before: str | None = None, failure: str | None = None, cursor: str | None = None) -> builtins.list[shapes.RunSummary]:
        """Return the runs, newest first."""
    def search(self, *, text: str, before: str | None = None, limit: int | None = None, cursor: str | None = None) -> builtins.list[shapes.RunSummary]:
        """Return the runs whose question and answer have all the words, newest first."""
    def lost(self, *, runs: Sequence[str] | None = None) -> builtins.list[shapes.LostRun]:
        """Return the runs that nobody carries out, and what recovering them would do."""
    def recover(self, *, runs: Sequence[str] | None = None) -> builtins.list[shapes.LostRun]:
        """Take over the lost runs, or these; carry them to their ends and return what came of each."""
    def verify_all(self, *, query: str | None = None, ignore: Sequence[str] | None = None, wait: int | None = None) -> shapes.VerifiedRuns | None | shapes.Accepted:
        """Verify every run that the filter fits, as a bulk replay; None when it fits no run."""
    def aggregate(self, *, query: str | None = None, by: Sequence[shapes.GroupBy] | None = None, per: shapes.Span | None = None, of: shapes.Measure | None = None, limit: int | None = None) -> builtins.list[shapes.RunGroup]:
        """Count and measure runs in groups: the largest groups, those of a span of time in its order."""
    def failures(self, *, query: str | None = None, since: str | None = None, limit: int | None = None) -> builtins.list[shapes.FailureGroup]:
        """Return the kinds of failures, of runs and of their calls, the most frequent first."""
    def plan(self, *, question: str | None = None, anchor: Literal['now', 'data'] | None = None, query: dict[str, shapes.JsonValue] | None = None, after: str | None = None) -> shapes.PlanOutput:
        """Return the plan that a question, or a query, becomes; no run is made."""
    def explain(self, *, question: str | None = None, anchor: Literal['now', 'data'] | None = None, query: dict[str, shapes.JsonValue] | None = None, after: str | None = None) -> shapes.Explanation:
        """Return how a question is read; nothing is run or recorded."""
    def compare(self, *, a: str, b: str, ignore: Sequence[str] | None = None, tolerance: float | None = None, only_differences: bool | None = None) -> shapes.Comparison:
        """Return how run B differs from run A."""
    def bisect(self, *, good: str, bad: str) -> shapes.Bisection:
        """Return where the answer of GOOD turned into that of BAD, and what changed there."""
    def show(self, run: str, *, at: str | None = None) -> shapes.RunDetails:
        """Return the run of a run at a moment."""
    def events(self, run: str, *, at: str | None = None, version: int | None = None, type: Sequence[str] | None = None, stage: shapes.Stage | None = None, call: str | None = None) -> builtins.list[shapes.EventLine]:
        """Return the events with their envelopes, and the head hash of the run after each."""
    def timeline(self, run: str, *, at: str | None = None) -> shapes.Timeline:
        """Return the timeline of a run at a moment."""
    def trace(self, run: str, *, at: str | None = None) -> shapes.RunTrace:
        """Return the trace of a run at a moment."""
    def response(self, run: str, *, at: str | None = None) -> shapes.RunResponse:
        """Return the response of a run at a moment."""
    def query(self, run: str, *, at: str | None = None) -> shapes.QueryOfRun:
        """Return the query of a run at a moment."""
    def state(self, run: str, *, at: str | None = None) -> shapes.RunStateView:
        """Return the state of a run at a moment."""
    def state_change(self, run: str, *, at: str | None = None) -> shapes.StateChange:
        """Return the state-change of a run at a moment."""
    def step(self, run: str, *, at: str | None = None) -> builtins.list[shapes.Step]:
        """Return the steps of a run at a moment."""
    def status(self, run: str, *, at: str | None = None) -> shapes.OrchestrationResponse:
        """Return the status of a run at a moment."""
    def calls(self, run: str, *, at: str | None = None) -> builtins.list[shapes.CallView]:
        """Return the calls of a run at a moment."""
    def call(self, run: str, call: str, *, at: str | None = None) -> builtins.list[shapes.CallView]:
        """Return the attempts of a call, with what each logged."""
    def proof(self, run: str) -> shapes.RunProof:
        """Recompute every hash of the run, and return the hash that it ends at."""
    def lineage(self, run: str, *, at: str | None = None) -> shapes.Lineage:
        """Return the tree of forks and reruns that the run belongs to, as it was at a moment."""
    def diagnose(self, run: str, *, at: str | None = None) -> shapes.Diagnosis:
        """Return what is behind how a run went, direct evidence first."""
    def verify(self, run: str, *, ignore: Sequence[str] | None = None) -> shapes.Verdict:
        """Return whether this opstrail decides as the record says; it leaves no trace."""
    def ablate(self, run: str) -> shapes.Ablation:
        """Return on which recorded results the answer hangs: each is replaced, one at a time."""
    def cancel(self, run: str, *, reason: str, if_version: int | None = None) -> shapes.RunDetails:
        """Cancel a run, also one that another process carries out, and return how it then is."""
    def resume(self, run: str, *, reason: str, timeout_ms: int | None = None, patches: shapes.Patches | None = None, if_version: int | None = None, wait: int | None = None) -> shapes.RunResponse | shapes.Accepted:
        """Let a run go on that ended without all answers, and return its answer."""
    def resume_preview(self, run: str, *, reason: str, timeout_ms: int | None = None, patches: shapes.Patches | None = None) -> shapes.Preview:
        """Return what resuming the run would call."""
    def fork(self, run: str, *, reason: str, timeout_ms: int | None = None, patches: shapes.Patches | None = None, at: int | None = None, from_call: str | None = None, retry_failed: bool | None = None, action: int | None = None, is_blocked: bool | None = None, blocks_effects: bool | None = None, if_version: int | None = None, wait: int | None = None) -> shapes.RunResponse | shapes.Accepted:
        """Start a new run from the record of another, and return its answer."""
    def fork_preview(self, run: str, *, reason: str, timeout_ms: int | None = None, patches: shapes.Patches | None = None, at: int | None = None, from_call: str | None = None, retry_failed: bool | None = None, action: int | None = None, is_blocked: bool | None = None, blocks_effects: bool | None = None) -> shapes.Preview:
        """Return what the fork would call."""
    def rerun(self, run: str, *, reason: str, timeout_ms: int | None = None, patches: shapes.Patches | None = None, at: int | None = None, blocks_effects: bool | None = None, if_version: int | None = None, wait: int | None = None) -> shapes.RunResponse | shapes.Accepted:
        """Run the same plan again, all calls live; tell how the new run differs, return its answer."""
    def rerun_preview(self, run: str, *, reason: str, timeout_ms: int | None = None, patches: shapes.Patches | None = None, at: int | None = None, blocks_effects: bool | None = None) -> shapes.Preview:
        """Return what the rerun would call."""
    def stage(self, run: str, *, stage: shapes.Stage, plan_output: dict[str, shapes.JsonValue] | None = None, prev_output: dict[str, shapes.JsonValue] | None = None, question: str | None = None, asset_overrides: dict[str, str] | None = None, live: bool | None = None) -> shapes.StageTestResponse:
        """Run one stage alone on what is recorded before it, or on what is given."""
    def annotate(self, run: str, *, text: str, if_version: int | None = None) -> shapes.RunDetails:
        """Write a remark beside the run, and return how the run then is."""
    def flag(self, run: str, *, verdict: Literal['right', 'wrong', 'unclear'], note: str | None = None, if_version: int | None = None) -> shapes.RunDetails:
        """Record what somebody thinks of the answer, and return how the run then is."""
    def approve(self, run: str, *, reason: str, calls: Sequence[str] | None = None, every: bool | None = None, label: str | None = None, imported: bool | None = None, if_version: int | None = None, wait: int | None = None) -> shapes.RunResponse | shapes.Accepted:
        """Decide on calls that wait; when nothing waits any more, carry the run to its end."""
    def deny(self, run: str, *, reason: str, calls: Sequence[str] | None = None, every: bool | None = None, label: str | None = None, imported: bool | None = None, if_version: int | None = None, wait: int | None = None) -> shapes.RunResponse | shapes.Accepted:
        """Decide on calls that wait; when nothing waits any more, carry the run to its end."""
    def erase(self, run: str, call: str, *, reason: str, if_version: int | None = None) -> shapes.Erasure:
        """Erase the large results of a call for good, in every run of the tenant that names them."""
    def erase_preview(self, run: str, call: str) -> shapes.Erasure:
        """Return what would be erased, and which runs name it."""
    def export(self, *, runs: Sequence[str], with_parents: bool | None = None) -> bytes:
        """Return runs as one file that another machine can open, check and import."""
    def import_(self, *, content: bytes) -> builtins.list[shapes.ImportedRun]:
        """Append what the database lacks of the runs in a bundle: all of it, or nothing."""
    def verify_bundle(self, *, content: bytes) -> shapes.VerifiedBundle:
        """Recompute every hash in a bundle; no database is opened."""
    def verify_bundle_runs(self, *, content: bytes, ignore: Sequence[str] | None = None) -> builtins.list[shapes.Verdict]:
        """Return whether this opstrail decides the runs of a bundle as their records say."""
    def stream(self, run: str, *, after: int | None = None) -> Iterator[StreamEvent]: ...

class Query:
    def complete(self, *, text: str, limit: int | None = None) -> builtins.list[shapes.Completion]:
        """Return how the last word, or the last two, may go on: items, names, words of questions."""

class Golden:
    def pin(self, run: str, *, name: str, thresholds: dict[str, shapes.JsonValue] | None = None, is_wrong: bool | None = None, if_version: int | None = None) -> shapes.Pinned:
        """Pin a completed or rejected run by a name; a run that had the name loses it."""
    def list(self) -> builtins.list[shapes.Golden]:
        """Return the golden runs by their names."""
    def check(self, *, names: Sequence[str] | None = None, ignore: Sequence[str] | None = None) -> builtins.list[shapes.Checked]:
        """Judge golden runs by what the engine of today decides by their records."""
    def check_live(self, *, names: Sequence[str] | None = None, ignore: Sequence[str] | None = None) -> builtins.list[shapes.Checked]:
        """Run the plans of golden runs again, all calls live, and judge the runs that this makes."""
    def unpin(self, name: str, *, reason: str | None = None) -> shapes.Unpinned:
        """Take a name away; the run stays."""
    def history(self, name: str) -> builtins.list[shapes.GoldenStep]:
        """Return which runs had a name, in order of time; also of one that none has now."""
    def show(self, name: str) -> shapes.Golden:
        """Return a golden run and its thresholds."""

class Replay:
    def list(self, *, before: str | None = None, limit: int | None = None, cursor: str | None = None) -> builtins.list[shapes.BulkReplayView]:
        """Return the bulk replays, newest first."""
    def start(self, *, mode: shapes.BulkMode, filter: str, reason: str, patches: shapes.Patches | None = None, timeout_ms: int | None = None, at: int | None = None, from_call: str | None = None, retry_failed: bool | None = None, is_blocked: bool | None = None, ignore: Sequence[str] | None = None, limit: int | None = None, rate: float | None = None, max_concurrent_runs: int | None = None, wait: int | None = None) -> shapes.BulkReplayView | None | shapes.Accepted:
        """Replay all runs that the filter fits now, and return how it stands at the end."""
    def preview(self, *, mode: shapes.BulkMode, filter: str, reason: str, patches: shapes.Patches | None = None, timeout_ms: int | None = None, at: int | None = None, from_call: str | None = None, retry_failed: bool | None = None, is_blocked: bool | None = None, ignore: Sequence[str] | None = None, limit: int | None = None, rate: float | None = None, max_concurrent_runs: int | None = None) -> shapes.BulkPreview:
        """Return how many runs there are and who would answer their calls; nothing is recorded."""
    def show(self, replay: str) -> shapes.BulkReplayView:
        """Return who asked for what, how far it is, and what came of it."""
    def results(self, replay: str, *, only: Literal['drift', 'same'] | None = None) -> builtins.list[shapes.ReplayedRun]:
        """Return what came of each run: the verdict, and where it first diverged."""
    def continue_(self, replay: str, *, wait: int | None = None) -> shapes.BulkReplayView | shapes.Accepted:
        """Go on with a bulk replay that was stopped or whose worker is lost; no run is done twice."""
    def abort(self, replay: str, *, reason: str) -> shapes.BulkReplayView:
        """Stop a bulk replay for good, also that of another process; what is done stays."""

class Estate:
    def summary(self) -> shapes.EstateSummary:
        """Return how much of each there is, and from when to when."""
    def history(self, *, before: str | None = None, limit: int | None = None, cursor: str | None = None) -> builtins.list[shapes.EstateChangeView]:
        """Return the changes of the estate that are on the record, newest first."""
    def changes(self, *, item: str | None = None, since: str | None = None, limit: int | None = None) -> builtins.list[shapes.DifferingRecord]:
        """Return which records differ since when, of the newest changes first."""
    def items(self, *, text: str | None = None, ci_type: str | None = None, ci_subtype: str | None = None, status: str | None = None, environment: str | None = None, location: str | None = None, owner: str | None = None, offset: int | None = None, limit: int | None = None) -> shapes.ItemPage:
        """Return the items, in the order of their codes, and how many there are."""
    def relations(self, item: str, *, depth: int | None = None, limit: int | None = None) -> shapes.Surroundings:
        """Return what is around an item, by relations of all types in both directions."""
    def runs(self, item: str, *, before: str | None = None, limit: int | None = None, cursor: str | None = None) -> builtins.list[shapes.RunSummary]:
        """Return the runs whose calls asked for an item or refer to it, newest first."""
    def item(self, item: str) -> shapes.ConfigurationItem:
        """Return an item with all that is known of it."""
    def import_(self, *, archive: bytes, paths: Sequence[str] | None = None, mode: Literal['merge', 'replace'] | None = None, source: str | None = None, is_forced: bool | None = None, is_dry_run: bool | None = None) -> shapes.EstateLoad:
        """Bring in CSV and JSON files, all of them or nothing."""
    def export(self, *, suffix: Literal['csv', 'jsonl'] | None = None) -> bytes:
        """Write all that can be seen of the estate as files that an import reads back."""
    def demo(self, *, anchor: str | None = None, seed: int | None = None, days: int | None = None, incidents: int | None = None) -> shapes.EstateLoad:
        """Bring in an invented estate, in place of an earlier one."""
    def remove(self, *, reason: str, ci_code: str | None = None, source: str | None = None, is_dry_run: bool | None = None) -> shapes.EstateLoad:
        """Retire an item with its relations, or all that a source has brought."""

class Tool:
    def list(self) -> builtins.list[shapes.ToolInfo]:
        """Return what each tool can do, of what the tenant may call; tell what cannot be used."""
    def rank(self, *, intent: shapes.Intent | None = None, mode: str | None = None, question: str | None = None) -> shapes.ToolRanking:
        """Return the tools that would serve, the best first, with every term of their scores."""
    def call(self, *, operation: str, params: dict[str, shapes.JsonValue] | None = None, anchor: Literal['now', 'data'] | None = None) -> shapes.ContractsToolResult:
        """Call a tool directly and return what it answered; this is no run, nothing is recorded."""
    def describe(self, name: str) -> shapes.ToolDescription:
        """Return what a tool can do, by which policies, and how its calls of the week went."""
    def sources(self) -> builtins.list[shapes.SourceState]:
        """Return the sources that the caller's tenant may use, each after one harmless try."""

class Rule:
    def list(self) -> builtins.list[shapes.RuleView]:
        """Return the rules of the estate in words, and those that are published in their place."""
    def test(self, *, rule: str | dict[str, shapes.JsonValue], time_range: str | None = None, items: Sequence[str] | None = None, payload: dict[str, shapes.JsonValue] | None = None, anchor: Literal['now', 'data'] | None = None, wait: int | None = None) -> shapes.RunResponse | shapes.Accepted:
        """Make a run of one call that tries the rule, and return its answer."""
    def show(self, rule: str) -> shapes.RuleView:
        """Return a rule in words, as `list_rules`."""

class Asset:
    def list(self, *, kind: shapes.AssetKind | None = None) -> builtins.list[shapes.AssetLine]:
        """Return what runs are made with: what is published, drafted, retired or built in."""
    def diff(self, asset: str, *, from_version: int | None = None, to_version: int | None = None) -> shapes.AssetChange:
        """Return what differs between two versions."""
    def draft(self, asset: str, *, why: str, content: dict[str, shapes.JsonValue]) -> shapes.AssetChange:
        """Keep a version that is not applied yet, and return how it differs from what is."""
    def publish(self, asset: str, *, why: str, content: dict[str, shapes.JsonValue] | None = None, expected: int | None = None) -> shapes.AssetChange:
        """Apply a version from here on, and return how it differs from what was."""
    def rollback(self, asset: str, *, why: str, to_version: int) -> shapes.AssetChange:
        """Apply again what an earlier version says, and return how it differs from what was."""
    def retire(self, asset: str, *, why: str) -> shapes.AssetChange:
        """Apply an asset no more, and return how what is built in differs from it."""
    def show(self, asset: str, *, version: int | None = None) -> shapes.AssetView:
        """Return what a version says, and what was done with the asset."""

class View:
    def list(self) -> builtins.list[shapes.SavedView]:
        """Return what the people of the tenant have saved, by its names."""
    def save(self, name: str, *, of: Literal['question', 'runs', 'audit'], text: str) -> shapes.SavedView:
        """Save a filter or a question under a name; what had the name is replaced."""
    def remove(self, name: str) -> shapes.SavedView:
        """Remove what was saved under a name, and return it."""
    def show(self, name: str) -> shapes.SavedView:
        """Return what somebody has saved."""

class Words:
    def list(self) -> builtins.list[shapes.OwnWord]:
        """Return the tenant's own words."""
    def add(self, *, word: str, why: str, meaning: str | None = None) -> shapes.AssetChange:
        """Let a word stand for others from here on, and return what that changes."""
    def test(self, *, question: str) -> shapes.KnownPhrases:
        """Return what is known of the words of a question; it is not asked."""
    def remove(self, *, word: str, why: str) -> shapes.AssetChange:
        """Let a word stand for no others from here on, and return what that changes."""

class Key:
    def list(self) -> builtins.list[shapes.KeyLine]:
        """Return the keys, the newest first, also those that are revoked."""
    def create(self, *, principal: str, why: str, kind: Literal['user', 'service'] | None = None, roles: Sequence[shapes.Role] | None = None, scopes: Sequence[shapes.Scope] | None = None, expires: str | None = None) -> shapes.NewKey:
        """Make a key, and return it with its text, which nobody can show again."""
    def rotate(self, key_id: str, *, why: str, keep_old: str | None = None, expires: str | None = None) -> shapes.NewKey:
        """Give a key a new secret, and return it with its text, which nobody can show again."""
    def revoke(self, key_id: str, *, why: str) -> shapes.KeyLine:
        """Let nobody use a key any more."""

class Audit:
    def list(self, *, query: str | None = None, before: int | None = None, limit: int | None = None, cursor: str | None = None) -> builtins.list[shapes.AuditLine]:
        """Return who asked for what, newest first."""

class Projection:
    def list(self) -> builtins.list[shapes.ProjectionStatus]:
        """Return how far every generation of every projection is."""
    def rebuild_run_list(self) -> shapes.RebuiltRunList:
        """Write every line of the run list again, from the events."""
    def rebuild(self, name: str, *, keep_old: bool | None = None, accept_differences: bool | None = None) -> shapes.RebuildReport:
        """Build a projection anew beside the live one; if both are equal, it takes its place."""
    def status(self, name: str) -> builtins.list[shapes.ProjectionStatus]:
        """Let a projection catch up for a while, and return how far each of its generations is."""

class Delivery:
    def list(self, *, limit: int | None = None) -> builtins.list[shapes.Letter]:
        """Return what servers outside have not taken yet, the oldest first."""
    def resend(self, *, events: Sequence[str] | None = None) -> shapes.SentAgain:
        """Let letters that nobody tries any more be tried again, as if for the first time."""

class Log:
    def list(self, *, after: int | None = None, type: Sequence[str] | None = None, run: str | None = None, limit: int | None = None) -> shapes.LogPage:
        """Return the events of the log after a position, the oldest first, and where to read on."""
    def timeline(self, *, since: str | None = None, until: str | None = None, limit: int | None = None) -> shapes.LogTimeline:
        """Return the runs that went on in a span in lanes, and its landmarks, in order of time."""
    def verify(self, *, since: int | shapes.LogMarkInput | None = None, projections: bool | None = None) -> shapes.LogReport:
        """Recompute every hash of the log and say whether it is as it was written."""
    def stream(self, *, after: int | None = None) -> Iterator[StreamEvent]: ...

class Changes:
    def stream(self, *, topics: str | None = None, after: int | None = None) -> Iterator[StreamEvent]: ...

class Operations(Groups):
    run: Run
    query: Query
    golden: Golden
    replay: Replay
    estate: Estate
    tool: Tool
    rule: Rule
    asset: Asset
    view: View
    words: Words
    key: Key
    audit: Audit
    projection: Projection
    delivery: Delivery
    log: Log
    changes: Changes

class AsyncRun:
    async def ask(self, *, question: str | None = None, anchor: Literal['now', 'data'] | None = None, query: dict[str, shapes.JsonValue] | None = None, after: str | None = None, plan: dict[str, shapes.JsonValue] | None = None, timeout_ms: int | None = None, replan: bool | None = None, assets: dict[str, str] | None = None, wait: int | None = None, key: str | None = None) -> shapes.RunResponse | shapes.Accepted:
        """Make the question, or the plan, a run; carry it out and return its answer."""
    async def list(self, *, query: str | None = None, state: str | None = None, status: str | None = None, attention: bool | None = None, limit: int | None = None, before: str | None = None, failure: str | None = None, cursor: str | None = None) -> builtins.list[shapes.RunSummary]:
        """Return the runs, newest first."""
    async def search(self, *, text: str, before: str | None = None, limit: int | None = None, cursor: str | None = None) -> builtins.list[shapes.RunSummary]:
        """Return the runs whose question and answer have all the words, newest first."""
    async def lost(self, *, runs: Sequence[str] | None = None) -> builtins.list[shapes.LostRun]:
        """Return the runs that nobody carries out, and what recovering them would do."""
    async def recover(self, *, runs: Sequence[str] | None = None) -> builtins.list[shapes.LostRun]:
        """Take over the lost runs, or these; carry them to their ends and return what came of each."""
    async def verify_all(self, *, query: str | None = None, ignore: Sequence[str] | None = None, wait: int | None = None) -> shapes.VerifiedRuns | None | shapes.Accepted:
        """Verify every run that the filter fits, as a bulk replay; None when it fits no run."""
    async def aggregate(self, *, query: str | None = None, by: Sequence[shapes.GroupBy] | None = None, per: shapes.Span | None = None, of: shapes.Measure | None = None, limit: int | None = None) -> builtins.list[shapes.RunGroup]:
        """Count and measure runs in groups: the largest groups, those of a span of time in its order."""
    async def failures(self, *, query: str | None = None, since: str | None = None, limit: int | None = None) -> builtins.list[shapes.FailureGroup]:
        """Return the kinds of failures, of runs and of their calls, the most frequent first."""
    async def plan(self, *, question: str | None = None, anchor: Literal['now', 'data'] | None = None, query: dict[str, shapes.JsonValue] | None = None, after: str | None = None) -> shapes.PlanOutput:
        """Return the plan that a question, or a query, becomes; no run is made."""
    async def explain(self, *, question: str | None = None, anchor: Literal['now', 'data'] | None = None, query: dict[str, shapes.JsonValue] | None = None, after: str | None = None) -> shapes.Explanation:
        """Return how a question is read; nothing is run or recorded."""
    async def compare(self, *, a: str, b: str, ignore: Sequence[str] | None = None, tolerance: float | None = None, only_differences: bool | None = None) -> shapes.Comparison:
        """Return how run B differs from run A."""
    async def bisect(self, *, good: str, bad: str) -> shapes.Bisection:
        """Return where the answer of GOOD turned into that of BAD, and what changed there."""
    async def show(self, run: str, *, at: str | None = None) -> shapes.RunDetails:
        """Return the run of a run at a moment."""
    async def events(self, run: str, *, at: str | None = None, version: int | None = None, type: Sequence[str] | None = None, stage: shapes.Stage | None = None, call: str | None = None) -> builtins.list[shapes.EventLine]:
        """Return the events with their envelopes, and the head hash of the run after each."""
    async def timeline(self, run: str, *, at: str | None = None) -> shapes.Timeline:
        """Return the timeline of a run at a moment."""
    async def trace(self, run: str, *, at: str | None = None) -> shapes.RunTrace:
        """Return the trace of a run at a moment."""
    async def response(self, run: str, *, at: str | None = None) -> shapes.RunResponse:
        """Return the response of a run at a moment."""
    async def query(self, run: str, *, at: str | None = None) -> shapes.QueryOfRun:
        """Return the query of a run at a moment."""
    async def state(self, run: str, *, at: str | None = None) -> shapes.RunStateView:
        """Return the state of a run at a moment."""
    async def state_change(self, run: str, *, at: str | None = None) -> shapes.StateChange:
        """Return the state-change of a run at a moment."""
    async def step(self, run: str, *, at: str | None = None) -> builtins.list[shapes.Step]:
        """Return the steps of a run at a moment."""
    async def status(self, run: str, *, at: str | None = None) -> shapes.OrchestrationResponse:
        """Return the status of a run at a moment."""
    async def calls(self, run: str, *, at: str | None = None) -> builtins.list[shapes.CallView]:
        """Return the calls of a run at a moment."""
    async def call(self, run: str, call: str, *, at: str | None = None) -> builtins.list[shapes.CallView]:
        """Return the attempts of a call, with what each logged."""
    async def proof(self, run: str) -> shapes.RunProof:
        """Recompute every hash of the run, and return the hash that it ends at."""
    async def lineage(self, run: str, *, at: str | None = None) -> shapes.Lineage:
        """Return the tree of forks and reruns that the run belongs to, as it was at a moment."""
    async def diagnose(self, run: str, *, at: str | None = None) -> shapes.Diagnosis:
        """Return what is behind how a run went, direct evidence first."""
    async def verify(self, run: str, *, ignore: Sequence[str] | None = None) -> shapes.Verdict:
        """Return whether this opstrail decides as the record says; it leaves no trace."""
    async def ablate(self, run: str) -> shapes.Ablation:
        """Return on which recorded results the answer hangs: each is replaced, one at a time."""
    async def cancel(self, run: str, *, reason: str, if_version: int | None = None) -> shapes.RunDetails:
        """Cancel a run, also one that another process carries out, and return how it then is."""
    async def resume(self, run: str, *, reason: str, timeout_ms: int | None = None, patches: shapes.Patches | None = None, if_version: int | None = None, wait: int | None = None) -> shapes.RunResponse | shapes.Accepted:
        """Let a run go on that ended without all answers, and return its answer."""
    async def resume_preview(self, run: str, *, reason: str, timeout_ms: int | None = None, patches: shapes.Patches | None = None) -> shapes.Preview:
        """Return what resuming the run would call."""
    async def fork(self, run: str, *, reason: str, timeout_ms: int | None = None, patches: shapes.Patches | None = None, at: int | None = None, from_call: str | None = None, retry_failed: bool | None = None, action: int | None = None, is_blocked: bool | None = None, blocks_effects: bool | None = None, if_version: int | None = None, wait: int | None = None) -> shapes.RunResponse | shapes.Accepted:
        """Start a new run from the record of another, and return its answer."""
    async def fork_preview(self, run: str, *, reason: str, timeout_ms: int | None = None, patches: shapes.Patches | None = None, at: int | None = None, from_call: str | None = None, retry_failed: bool | None = None, action: int | None = None, is_blocked: bool | None = None, blocks_effects: bool | None = None) -> shapes.Preview:
        """Return what the fork would call."""
    async def rerun(self, run: str, *, reason: str, timeout_ms: int | None = None, patches: shapes.Patches | None = None, at: int | None = None, blocks_effects: bool | None = None, if_version: int | None = None, wait: int | None = None) -> shapes.RunResponse | shapes.Accepted:
        """Run the same plan again, all calls live; tell how the new run differs, return its answer."""
    async def rerun_preview(self, run: str, *, reason: str, timeout_ms: int | None = None, patches: shapes.Patches | None = None, at: int | None = None, blocks_effects: bool | None = None) -> shapes.Preview:
        """Return what the rerun would call."""
    async def stage(self, run: str, *, stage: shapes.Stage, plan_output: dict[str, shapes.JsonValue] | None = None, prev_output: dict[str, shapes.JsonValue] | None = None, question: str | None = None, asset_overrides: dict[str, str] | None = None, live: bool | None = None) -> shapes.StageTestResponse:
        """Run one stage alone on what is recorded before it, or on what is given."""
    async def annotate(self, run: str, *, text: str, if_version: int | None = None) -> shapes.RunDetails:
        """Write a remark beside the run, and return how the run then is."""
    async def flag(self, run: str, *, verdict: Literal['right', 'wrong', 'unclear'], note: str | None = None, if_version: int | None = None) -> shapes.RunDetails:
        """Record what somebody thinks of the answer, and return how the run then is."""
    async def approve(self, run: str, *, reason: str, calls: Sequence[str] | None = None, every: bool | None = None, label: str | None = None, imported: bool | None = None, if_version: int | None = None, wait: int | None = None) -> shapes.RunResponse | shapes.Accepted:
        """Decide on calls that wait; when nothing waits any more, carry the run to its end."""
    async def deny(self, run: str, *, reason: str, calls: Sequence[str] | None = None, every: bool | None = None, label: str | None = None, imported: bool | None = None, if_version: int | None = None, wait: int | None = None) -> shapes.RunResponse | shapes.Accepted:
        """Decide on calls that wait; when nothing waits any more, carry the run to its end."""
    async def erase(self, run: str, call: str, *, reason: str, if_version: int | None = None) -> shapes.Erasure:
        """Erase the large results of a call for good, in every run of the tenant that names them."""
    async def erase_preview(self, run: str, call: str) -> shapes.Erasure:
        """Return what would be erased, and which runs name it."""
    async def export(self, *, runs: Sequence[str], with_parents: bool | None = None) -> bytes:
        """Return runs as one file that another machine can open, check and import."""
    async def import_(self, *, content: bytes) -> builtins.list[shapes.ImportedRun]:
        """Append what the database lacks of the runs in a bundle: all of it, or nothing."""
    async def verify_bundle(self, *, content: bytes) -> shapes.VerifiedBundle:
        """Recompute every hash in a bundle; no database is opened."""
    async def verify_bundle_runs(self, *, content: bytes, ignore: Sequence[str] | None = None) -> builtins.list[shapes.Verdict]:
        """Return whether this opstrail decides the runs of a bundle as their records say."""
    def stream(self, run: str, *, after: int | None = None) -> AsyncIterator[StreamEvent]: ...

class AsyncQuery:
    async def complete(self, *, text: str, limit: int | None = None) -> builtins.list[shapes.Completion]:
        """Return how the last word, or the last two, may go on: items, names, words of questions."""

class AsyncGolden:
    async def pin(self, run: str, *, name: str, thresholds: dict[str, shapes.JsonValue] | None = None, is_wrong: bool | None = None, if_version: int | None = None) -> shapes.Pinned:
        """Pin a completed or rejected run by a name; a run that had the name loses it."""
    async def list(self) -> builtins.list[shapes.Golden]:
        """Return the golden runs by their names."""
    async def check(self, *, names: Sequence[str] | None = None, ignore: Sequence[str] | None = None) -> builtins.list[shapes.Checked]:
        """Judge golden runs by what the engine of today decides by their records."""
    async def check_live(self, *, names: Sequence[str] | None = None, ignore: Sequence[str] | None = None) -> builtins.list[shapes.Checked]:
        """Run the plans of golden runs again, all calls live, and judge the runs that this makes."""
    async def unpin(self, name: str, *, reason: str | None = None) -> shapes.Unpinned:
        """Take a name away; the run stays."""
    async def history(self, name: str) -> builtins.list[shapes.GoldenStep]:
        """Return which runs had a name, in order of time; also of one that none has now."""
    async def show(self, name: str) -> shapes.Golden:
        """Return a golden run and its thresholds."""

class AsyncReplay:
    async def list(self, *, before: str | None = None, limit: int | None = None, cursor: str | None = None) -> builtins.list[shapes.BulkReplayView]:
        """Return the bulk replays, newest first."""
    async def start(self, *, mode: shapes.BulkMode, filter: str, reason: str, patches: shapes.Patches | None = None, timeout_ms: int | None = None, at: int | None = None, from_call: str | None = None, retry_failed: bool | None = None, is_blocked: bool | None = None, ignore: Sequence[str] | None = None, limit: int | None = None, rate: float | None = None, max_concurrent_runs: int | None = None, wait: int | None = None) -> shapes.BulkReplayView | None | shapes.Accepted:
        """Replay all runs that the filter fits now, and return how it stands at the end."""
    async def preview(self, *, mode: shapes.BulkMode, filter: str, reason: str, patches: shapes.Patches | None = None, timeout_ms: int | None = None, at: int | None = None, from_call: str | None = None, retry_failed: bool | None = None, is_blocked: bool | None = None, ignore: Sequence[str] | None = None, limit: int | None = None, rate: float | None = None, max_concurrent_runs: int | None = None) -> shapes.BulkPreview:
        """Return how many runs there are and who would answer their calls; nothing is recorded."""
    async def show(self, replay: str) -> shapes.BulkReplayView:
        """Return who asked for what, how far it is, and what came of it."""
    async def results(self, replay: str, *, only: Literal['drift', 'same'] | None = None) -> builtins.list[shapes.ReplayedRun]:
        """Return what came of each run: the verdict, and where it first diverged."""
    async def continue_(self, replay: str, *, wait: int | None = None) -> shapes.BulkReplayView | shapes.Accepted:
        """Go on with a bulk replay that was stopped or whose worker is lost; no run is done twice."""
    async def abort(self, replay: str, *, reason: str) -> shapes.BulkReplayView:
        """Stop a bulk replay for good, also that of another process; what is done stays."""

class AsyncEstate:
    async def summary(self) -> shapes.EstateSummary:
        """Return how much of each there is, and from when to when."""
    async def history(self, *, before: str | None = None, limit: int | None = None, cursor: str | None = None) -> builtins.list[shapes.EstateChangeView]:
        """Return the changes of the estate that are on the record, newest first."""
    async def changes(self, *, item: str | None = None, since: str | None = None, limit: int | None = None) -> builtins.list[shapes.DifferingRecord]:
        """Return which records differ since when, of the newest changes first."""
    async def items(self, *, text: str | None = None, ci_type: str | None = None, ci_subtype: str | None = None, status: str | None = None, environment: str | None = None, location: str | None = None, owner: str | None = None, offset: int | None = None, limit: int | None = None) -> shapes.ItemPage:
        """Return the items, in the order of their codes, and how many there are."""
    async def relations(self, item: str, *, depth: int | None = None, limit: int | None = None) -> shapes.Surroundings:
        """Return what is around an item, by relations of all types in both directions."""
    async def runs(self, item: str, *, before: str | None = None, limit: int | None = None, cursor: str | None = None) -> builtins.list[shapes.RunSummary]:
        """Return the runs whose calls asked for an item or refer to it, newest first."""
    async def item(self, item: str) -> shapes.ConfigurationItem:
        """Return an item with all that is known of it."""
    async def import_(self, *, archive: bytes, paths: Sequence[str] | None = None, mode: Literal['merge', 'replace'] | None = None, source: str | None = None, is_forced: bool | None = None, is_dry_run: bool | None = None) -> shapes.EstateLoad:
        """Bring in CSV and JSON files, all of them or nothing."""
    async def export(self, *, suffix: Literal['csv', 'jsonl'] | None = None) -> bytes:
        """Write all that can be seen of the estate as files that an import reads back."""
    async def demo(self, *, anchor: str | None = None, seed: int | None = None, days: int | None = None, incidents: int | None = None) -> shapes.EstateLoad:
        """Bring in an invented estate, in place of an earlier one."""
    async def remove(self, *, reason: str, ci_code: str | None = None, source: str | None = None, is_dry_run: bool | None = None) -> shapes.EstateLoad:
        """Retire an item with its relations, or all that a source has brought."""

class AsyncTool:
    async def list(self) -> builtins.list[shapes.ToolInfo]:
        """Return what each tool can do, of what the tenant may call; tell what cannot be used."""
    async def rank(self, *, intent: shapes.Intent | None = None, mode: str | None = None, question: str | None = None) -> shapes.ToolRanking:
        """Return the tools that would serve, the best first, with every term of their scores."""
    async def call(self, *, operation: str, params: dict[str, shapes.JsonValue] | None = None, anchor: Literal['now', 'data'] | None = None) -> shapes.ContractsToolResult:
        """Call a tool directly and return what it answered; this is no run, nothing is recorded."""
    async def describe(self, name: str) -> shapes.ToolDescription:
        """Return what a tool can do, by which policies, and how its calls of the week went."""
    async def sources(self) -> builtins.list[shapes.SourceState]:
        """Return the sources that the caller's tenant may use, each after one harmless try."""

class AsyncRule:
    async def list(self) -> builtins.list[shapes.RuleView]:
        """Return the rules of the estate in words, and those that are published in their place."""
    async def test(self, *, rule: str | dict[str, shapes.JsonValue], time_range: str | None = None, items: Sequence[str] | None = None, payload: dict[str, shapes.JsonValue] | None = None, anchor: Literal['now', 'data'] | None = None, wait: int | None = None) -> shapes.RunResponse | shapes.Accepted:
        """Make a run of one call that tries the rule, and return its answer."""
    async def show(self, rule: str) -> shapes.RuleView:
        """Return a rule in words, as `list_rules`."""

class AsyncAsset:
    async def list(self, *, kind: shapes.AssetKind | None = None) -> builtins.list[shapes.AssetLine]:
        """Return what runs are made with: what is published, drafted, retired or built in."""
    async def diff(self, asset: str, *, from_version: int | None = None, to_version: int | None = None) -> shapes.AssetChange:
        """Return what differs between two versions."""
    async def draft(self, asset: str, *, why: str, content: dict[str, shapes.JsonValue]) -> shapes.AssetChange:
        """Keep a version that is not applied yet, and return how it differs from what is."""
    async def publish(self, asset: str, *, why: str, content: dict[str, shapes.JsonValue] | None = None, expected: int | None = None) -> shapes.AssetChange:
        """Apply a version from here on, and return how it differs from what was."""
    async def rollback(self, asset: str, *, why: str, to_version: int) -> shapes.AssetChange:
        """Apply again what an earlier version says, and return how it differs from what was."""
    async def retire(self, asset: str, *, why: str) -> shapes.AssetChange:
        """Apply an asset no more, and return how what is built in differs from it."""
    async def show(self, asset: str, *, version: int | None = None) -> shapes.AssetView:
        """Return what a version says, and what was done with the asset."""

class AsyncView:
    async def list(self) -> builtins.list[shapes.SavedView]:
        """Return what the people of the tenant have saved, by its names."""
    async def save(self, name: str, *, of: Literal['question', 'runs', 'audit'], text: str) -> shapes.SavedView:
        """Save a filter or a question under a name; what had the name is replaced."""
    async def remove(self, name: str) -> shapes.SavedView:
        """Remove what was saved under a name, and return it."""
    async def show(self, name: str) -> shapes.SavedView:
        """Return what somebody has saved."""

class AsyncWords:
    async def list(self) -> builtins.list[shapes.OwnWord]:
        """Return the tenant's own words."""
    async def add(self, *, word: str, why: str, meaning: str | None = None) -> shapes.AssetChange:
        """Let a word stand for others from here on, and return what that changes."""
    async def test(self, *, question: str) -> shapes.KnownPhrases:
        """Return what is known of the words of a question; it is not asked."""
    async def remove(self, *, word: str, why: str) -> shapes.AssetChange:
        """Let a word stand for no others from here on, and return what that changes."""

class AsyncKey:
    async def list(self) -> builtins.list[shapes.KeyLine]:
        """Return the keys, the newest first, also those that are revoked."""
    async def create(self, *, principal: str, why: str, kind: Literal['user', 'service'] | None = None, roles: Sequence[shapes.Role] | None = None, scopes: Sequence[shapes.Scope] | None = None, expires: str | None = None) -> shapes.NewKey:
        """Make a key, and return it with its text, which nobody can show again."""
    async def rotate(self, key_id: str, *, why: str, keep_old: str | None = None, expires: str | None = None) -> shapes.NewKey:
        """Give a key a new secret, and return it with its text, which nobody can show again."""
    async def revoke(self, key_id: str, *, why: str) -> shapes.KeyLine:
        """Let nobody use a key any more."""

class AsyncAudit:
    async def list(self, *, query: str | None = None, before: int | None = None, limit: int | None = None, cursor: str | None = None) -> builtins.list[shapes.AuditLine]:
        """Return who asked for what, newest first."""

class AsyncProjection:
    async def list(self) -> builtins.list[shapes.ProjectionStatus]:
        """Return how far every generation of every projection is."""
    async def rebuild_run_list(self) -> shapes.RebuiltRunList:
        """Write every line of the run list again, from the events."""
    async def rebuild(self, name: str, *, keep_old: bool | None = None, accept_differences: bool | None = None) -> shapes.RebuildReport:
        """Build a projection anew beside the live one; if both are equal, it takes its place."""
    async def status(self, name: str) -> builtins.list[shapes.ProjectionStatus]:
        """Let a projection catch up for a while, and return how far each of its generations is."""

class AsyncDelivery:
    async def list(self, *, limit: int | None = None) -> builtins.list[shapes.Letter]:
        """Return what servers outside have not taken yet, the oldest first."""
    async def resend(self, *, events: Sequence[str] | None = None) -> shapes.SentAgain:
        """Let letters that nobody tries any more be tried again, as if for the first time."""

class AsyncLog:
    async def list(self, *, after: int | None = None, type: Sequence[str] | None = None, run: str | None = None, limit: int | None = None) -> shapes.LogPage:
        """Return the events of the log after a position, the oldest first, and where to read on."""
    async def timeline(self, *, since: str | None = None, until: str | None = None, limit: int | None = None) -> shapes.LogTimeline:
        """Return the runs that went on in a span in lanes, and its landmarks, in order of time."""
    async def verify(self, *, since: int | shapes.LogMarkInput | None = None, projections: bool | None = None) -> shapes.LogReport:
        """Recompute every hash of the log and say whether it is as it was written."""
    def stream(self, *, after: int | None = None) -> AsyncIterator[StreamEvent]: ...

class AsyncChanges:
    def stream(self, *, topics: str | None = None, after: int | None = None) -> AsyncIterator[StreamEvent]: ...

class AsyncOperations(Groups):
    run: AsyncRun
    query: AsyncQuery
    golden: AsyncGolden
    replay: AsyncReplay
    estate: AsyncEstate
    tool: AsyncTool
    rule: AsyncRule
    asset: AsyncAsset
    view: AsyncView
    words: AsyncWords
    key: AsyncKey
    audit: AsyncAudit
    projection: AsyncProjection
    delivery: AsyncDelivery
    log: AsyncLog
    changes: AsyncChanges
