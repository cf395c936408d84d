"""What the service takes and answers, as JSON. Made by docs/generate.py; import it to check types."""

from typing import Literal, NotRequired, TypeAlias, TypedDict

from .errors import Json

class Ablated(TypedDict):
    """What came of the run with one result replaced; `sentence` says it."""
    call_id: str
    tool: str
    operation: str
    replacement: Literal['empty', 'error', 'stale']
    effect: Literal['flips', 'fails', 'details', 'unknown', 'same']
    is_finding: bool
    sentence: str
    answer: NotRequired[str | None]
    error: NotRequired[str | None]
    blocks: NotRequired[list[ChangedBlock]]
    missing: NotRequired[str | None]

class Ablation(TypedDict):
    """What the answer of a run hangs on."""
    run_id: str
    answer: str | None
    error: str | None
    hangs_on: list[str]
    any_error_fails: bool
    results: list[Ablated]

class AbortedReplay(TypedDict):
    """A bulk replay, and why it shall stop."""
    replay: str
    reason: str

class Accepted(TypedDict):
    id: str
    url: str

class Actor(TypedDict):
    """Who caused an event; kind is "person", "service" or "system"."""
    kind: str
    id: str

class AggregateSpec(TypedDict):
    """Groups with measures over one kind of records."""
    group_by: NotRequired[list[str]]
    metrics: NotRequired[list[str]]
    filters: NotRequired[list[FilterSpec]]
    scope: NotRequired[Literal['ci', 'event_log', 'work_history', 'maintenance_history', 'work_and_maintenance', 'document', 'metric', 'audit_log']]
    time_range: NotRequired[str | None]
    top_n: NotRequired[int]
    ascending: NotRequired[bool]
    at_least: NotRequired[float | None]
    at_most: NotRequired[float | None]
    tool_type: NotRequired[Literal['ci_aggregate']]

class AnnotateParams(TypedDict):
    """A run, and a remark on it."""
    run: str
    text: str

class AroundItem(TypedDict):
    """An item, and how far around it."""
    item: str
    depth: NotRequired[int]
    limit: NotRequired[int]

class AskParams(TypedDict):
    """A question, a query or a plan, and how its run is to be carried out."""
    question: NotRequired[str]
    anchor: NotRequired[Literal['now', 'data']]
    query: NotRequired[dict[str, JsonValue] | None]
    after: NotRequired[str | None]
    plan: NotRequired[dict[str, JsonValue] | None]
    timeout_ms: NotRequired[int | None]
    key: NotRequired[str | None]
    replan: NotRequired[bool]
    assets: NotRequired[dict[str, str]]

class AskedWindow(TypedDict):
    """A span that was asked for, and what it is: from `start` to before `end`, in UTC."""
    asked: str
    start: str
    end: str

class AssetChange(TypedDict):
    """What differs from one version to another, as a JSON Patch; None is no version at all."""
    line: AssetLine
    from_version: int | None
    to_version: int | None
    changes: list[dict[str, JsonValue]]

AssetKind: TypeAlias = "Literal['prompt', 'policy', 'mapping', 'view', 'rule', 'recipe', 'words', 'saved']"

class AssetLine(TypedDict):
    """An asset in short; `published` is 0 for what is built in and None where nothing applies."""
    kind: AssetKind
    name: str
    state: Literal['draft', 'published', 'retired', 'built in']
    published: int | None
    draft: int | None
    digest: str | None
    changed_at: str | None
    changed_by: Actor | None

class AssetStep(TypedDict):
    """Something that was done with an asset: when (UTC), by whom, to which version."""
    recorded_at: str
    by: Actor
    what: str
    version: int | None

class AssetVersionParams(TypedDict):
    """A version of an asset."""
    asset: str
    version: NotRequired[int | None]

class AssetVersions(TypedDict):
    """Two versions of an asset."""
    asset: str
    from_version: NotRequired[int | None]
    to_version: NotRequired[int | None]

class AssetView(TypedDict):
    """One version of an asset with its content, and all that was done, in order."""
    line: AssetLine
    version: int
    digest: str
    content: dict[str, JsonValue]
    history: list[AssetStep]

class AuditLine(TypedDict):
    """Who asked for what, when (UTC), and whether they might; None is not said, or not so."""
    position: int
    at: str
    operation: str
    kind: PrincipalKind
    principal: str
    roles: list[Role]
    face: str
    outcome: str
    key_id: str | None
    address: str | None
    request_id: str | None
    target: str | None
    reason: str | None
    error: str | None

class AutoGraphScopeSpec(TypedDict):
    """Whether an auto recipe looks at metrics and history of all nodes of its graph."""
    include_metric: NotRequired[bool]
    include_history: NotRequired[bool]

class AutoPathSpec(TypedDict):
    """The ends of a path in an auto recipe."""
    source_ci_code: NotRequired[str | None]
    target_ci_code: NotRequired[str | None]

class AutoSpec(TypedDict):
    """What a recipe looks at: one item, the primary one, from every side that is named here."""
    recipe: NotRequired[str | None]
    walks: NotRequired[list[WalkSpec]]
    views: NotRequired[list[View]]
    depth_hint: NotRequired[int | None]
    include_metric: NotRequired[bool]
    metric_mode: NotRequired[Literal['aggregate', 'series']]
    include_history: NotRequired[bool]
    include_cep: NotRequired[bool]
    path: NotRequired[AutoPathSpec]
    graph_scope: NotRequired[AutoGraphScopeSpec]
    tool_type: NotRequired[Literal['auto_analyzer']]

class Bar(TypedDict):
    """One span on the axis, in milliseconds of the run's time since its first event."""
    kind: str
    name: str
    title: str
    status: str
    attempt: int
    start_ms: float
    end_ms: float
    duration_ms: float
    note: str | None
    versions: list[int | int | None]
    depends_on: NotRequired[list[str]]
    waits: NotRequired[list[Wait]]

class BegunQuestion(TypedDict):
    """A question as far as it is typed."""
    text: str
    limit: NotRequired[int]

class Bisection(TypedDict):
    """Where the answer turned among `run_count` runs of a question, GOOD and BAD included."""
    question: str
    good: Outcome
    bad: Outcome
    run_count: int
    read_count: int
    looked: str
    verdict: str
    turn_count: int
    turns: list[Turn]

class BisectionChange(TypedDict):
    """One difference between the run before a turn and the one after it, in a sentence."""
    aspect: Literal['call', 'plan', 'parameters', 'assets', 'planner', 'what-if', 'estate', 'build']
    sentence: str

class BudgetSpec(TypedDict):
    """The most that a plan may use; the service's own limits apply on top."""
    max_steps: NotRequired[int]
    max_depth: NotRequired[int]
    max_branches: NotRequired[int]
    max_iterations: NotRequired[int]
    timeout_seconds: NotRequired[float | None]

BulkMode: TypeAlias = "Literal['verify', 'rerun', 'fork', 'resume']"

class BulkPreview(TypedDict):
    """What a bulk replay would do."""
    run_count: int
    calls: dict[str, int]
    outside_calls: int | None
    planned_anew: int
    refused_count: int
    refusals: dict[str, str]

class BulkReplayView(TypedDict):
    """One bulk replay. Times are text as in envelopes; `ended_at` is there once it has ended."""
    replay_id: str
    state: Literal['started', 'aborted', 'completed']
    started: BulkRequest
    requested_by: Actor
    requested_at: str
    updated_at: str
    ended_at: str | None
    worker: str | None
    run_count: int
    done_count: int
    counts: dict[str, int]
    failed_count: NotRequired[int]
    outside_calls: int
    aborted_because: str | None
    not_driven_count: NotRequired[int]
    removed: NotRequired[list[Removal]]

class BulkRequest(TypedDict):
    """What was asked for, as the event `bulk-replay-started` has it."""
    mode: BulkMode
    filter: str
    as_of: str
    run_count: int
    reason: str
    worker: str
    patches: Patches
    timeout_ms: NotRequired[int | None]
    from_call: NotRequired[str | None]
    retry_failed: NotRequired[bool]
    at: int | None
    is_blocked: bool
    rate: float | None
    max_concurrent_runs: int
    engine_version: str | None
    ignore: NotRequired[list[str]]
    time_zone: NotRequired[str | None]

class BundleFile(TypedDict):
    """A bundle; in JSON its bytes are base64."""
    content: str

class BundleToVerify(TypedDict):
    """A bundle, and what makes no difference in its runs."""
    content: str
    ignore: NotRequired[list[str]]

class BundledRun(TypedDict):
    """One run of a bundle: how many events, and the head hash that they add up to."""
    run_id: str
    version: int
    head_hash: str

class CallOfRun(TypedDict):
    """A call of a run."""
    run: str
    at: NotRequired[str | None]
    call: str

class CallSide(TypedDict):
    """A call in one of the runs; `started_version` is where it is in that run's events."""
    call_id: str
    tool: str
    operation: str
    params: dict[str, JsonValue]
    status: str
    attempt_count: int
    started_version: int
    ended_version: int | None
    duration_ms: float | None
    row_count: int | None
    reason: str | None
    is_erased: bool

class CallView(TypedDict):
    """One attempt of one call; `log` is what it logged, see `ToolCallLogged`."""
    call_id: str
    tool: str
    operation: str
    attempt: NotRequired[int]
    status: NotRequired[str]
    started_at: str
    ended_at: NotRequired[str | None]
    duration_ms: NotRequired[float | None]
    started_version: int
    ended_version: NotRequired[int | None]
    params: NotRequired[dict[str, JsonValue]]
    depends_on: NotRequired[list[str]]
    group: NotRequired[int]
    label: NotRequired[str | None]
    data: NotRequired[JsonValue]
    erased: NotRequired[str | None]
    row_count: NotRequired[int | None]
    references: NotRequired[list[dict[str, JsonValue]]]
    warnings: NotRequired[list[str]]
    error_code: NotRequired[str | None]
    error: NotRequired[str | None]
    error_details: NotRequired[dict[str, JsonValue]]
    reason: NotRequired[str | None]
    answered_by: NotRequired[str | None]
    reused_at: NotRequired[list[int]]
    made_again: NotRequired[str | None]
    effect: NotRequired[str | None]
    decision: NotRequired[str | None]
    observed_effect: NotRequired[JsonValue]
    log: NotRequired[dict[str, JsonValue] | None]
    waits: NotRequired[list[CallWait]]
    retry_after_ms: NotRequired[int | None]
    cached_age_ms: NotRequired[int | None]

class CallWait(TypedDict):
    """What an attempt waited for before its tool was asked, and until which event."""
    cause: str
    waited_ms: float
    version: int

class CandidateScore(TypedDict):
    """The score of one tool: the sum of its weighted terms, and why it is a candidate."""
    tool: str
    score: float
    accuracy: float
    speed: float
    cache: float
    load: float
    bonus: float
    reason: str

class Cells(TypedDict):
    """How many cells two blocks have together, and how many of these are not the same in both."""
    count: NotRequired[int]
    changed_count: NotRequired[int]

class CepSpec(TypedDict):
    """A CEP rule that is tried on the primary item; nothing is triggered."""
    mode: NotRequired[Literal['simulate', 'evaluate']]
    time_range: NotRequired[str]
    rule_id: NotRequired[str | None]
    rule: NotRequired[dict[str, JsonValue] | None]
    dry_run: NotRequired[bool]
    tool_type: NotRequired[Literal['cep_query']]

class Changed(TypedDict):
    """A value of a run's state before and after an event."""
    name: str
    before: JsonValue
    after: JsonValue

class ChangedBlock(TypedDict):
    """A block that is not as recorded; of its `cell_count` values `changed_count` are others."""
    mark: ComparisonMark
    kind: str
    title: str | None
    cell_count: int
    changed_count: int

class ChangesParams(TypedDict):
    """Which differing records are wanted: of one item, since some time."""
    item: NotRequired[str | None]
    since: NotRequired[str | None]
    limit: NotRequired[int]

class ChartBlock(TypedDict):
    """Lines over a common x axis: how series were shown before there were time series."""
    title: NotRequired[str | None]
    id: NotRequired[str | None]
    reference_ids: NotRequired[list[str]]
    type: NotRequired[Literal['chart']]
    chart_type: NotRequired[Literal['line', 'bar', 'scatter']]
    x: str
    series: list[ChartSeries]
    meta: NotRequired[dict[str, JsonValue]]

class ChartSeries(TypedDict):
    """One line of a chart: a name and its [x, y] points."""
    name: str
    points: list[list[str | float | float | None]]

class Checked(TypedDict):
    """A golden run and its judgement; `run_id` is the run that was made for it by a rerun."""
    golden: Golden
    mode: Mode
    judgement: Judgement
    run_id: NotRequired[str | None]
    checked_by: NotRequired[str | None]
    divergences: NotRequired[list[Divergence]]

class ComparedAnswers(TypedDict):
    """Two answers; `text` is empty when the texts are the same."""
    text: list[TextPart]
    blocks: list[ComparedBlock]
    references_added: list[str]
    references_removed: list[str]
    reference_count: NotRequired[int]

class ComparedBlock(TypedDict):
    """A block by its kind and title; `patch` turns what is compared of A's into B's."""
    mark: ComparisonMark
    kind: str
    title: str | None
    patch: list[dict[str, JsonValue]]
    cells: NotRequired[Cells]

class ComparedCall(TypedDict):
    """A call of A beside the one of B that it became; a side is None where there is none."""
    mark: ComparisonMark
    a: CallSide | None
    b: CallSide | None
    params_patch: list[dict[str, JsonValue]]
    result_patch: list[dict[str, JsonValue]]
    duration: Delta

class ComparedStage(TypedDict):
    """The last attempt of a stage in both runs; a status is None where it was not reached."""
    name: str
    a_status: str | None
    b_status: str | None
    a_attempt: int | None
    b_attempt: int | None
    duration: Delta

class Comparison(TypedDict):
    """Run B beside run A."""
    a: RunSummary
    b: RunSummary
    is_same: bool
    verdict: str
    divergence: Divergence | None
    calls: list[ComparedCall]
    stages: list[ComparedStage]
    plan_patch: list[dict[str, JsonValue]]
    decisions_added: list[PlanDecision]
    decisions_removed: list[PlanDecision]
    answers: ComparedAnswers
    duration: Delta
    a_engine_version: NotRequired[str | None]
    b_engine_version: NotRequired[str | None]
    divergences: NotRequired[list[Divergence]]
    call_counts: NotRequired[dict[str, int]]

ComparisonMark: TypeAlias = "Literal['=', '\u2248', '\u2260', '+', '-']"

class Completion(TypedDict):
    """What the last `replaces` characters of a text may become, and what that is."""
    text: str
    kind: Literal['item', 'name', 'word']
    replaces: int

Confidence: TypeAlias = "Literal['certain', 'likely', 'possible']"

class ConfigurationItem(TypedDict):
    """One thing of the estate: a server, a disk, a package, a business system."""
    ci_id: str
    ci_code: str
    ci_name: str
    ci_type: str
    ci_subtype: NotRequired[str]
    ci_category: NotRequired[str]
    status: NotRequired[str]
    criticality: NotRequired[int | None]
    location: NotRequired[str]
    owner: NotRequired[str]
    environment: NotRequired[str]
    created_at: NotRequired[str | None]
    updated_at: NotRequired[str | None]
    tags: NotRequired[dict[str, JsonValue]]
    attributes: NotRequired[dict[str, JsonValue]]

class Consequence(TypedDict):
    """An event that is not as expected because of one before; see `Divergence` for `version`."""
    version: int
    sentence: str

class ContractsToolResult(TypedDict):
    """What one call answered."""
    success: bool
    data: NotRequired[JsonValue]
    error: NotRequired[str | None]
    error_details: NotRequired[dict[str, JsonValue] | None]
    error_code: NotRequired[ToolErrorCode | None]
    warnings: NotRequired[list[str]]
    references: NotRequired[list[dict[str, JsonValue]]]
    metadata: NotRequired[dict[str, JsonValue]]
    log: NotRequired[dict[str, JsonValue] | None]

class ControlLoopPolicy(TypedDict):
    """How often, and for what, a run may change its plan."""
    max_replans: NotRequired[int]
    allowed_triggers: NotRequired[list[str]]
    enable_automatic_replan: NotRequired[bool]
    min_interval_seconds: NotRequired[float]
    cooling_period_seconds: NotRequired[float]
    min_confidence: NotRequired[float]

class Course(TypedDict):
    """Whether failures go on, told from what was tried since."""
    succeeded_since: NotRequired[int]
    gone_since: NotRequired[str | None]
    came_back_at: NotRequired[str | None]
    came_back_after: NotRequired[int | None]

class DecideParams(TypedDict):
    """A run, the calls of it that are decided on, and why."""
    run: str
    reason: str
    calls: NotRequired[list[str]]
    every: NotRequired[bool]
    label: NotRequired[str | None]
    imported: NotRequired[bool]

class Delta(TypedDict):
    """Two durations in milliseconds and what B took more; None where one was not measured."""
    a_ms: float | None
    b_ms: float | None
    delta_ms: float | None
    percent: float | None

class DemoParams(TypedDict):
    """Which invented estate it is."""
    anchor: NotRequired[str | None]
    seed: NotRequired[int]
    days: NotRequired[int]
    incidents: NotRequired[int]

class Diagnosis(TypedDict):
    """What is behind how a run went: what its own record says first, then what is around it."""
    run: RunSummary
    hypotheses: list[Hypothesis]
    verdict: NotRequired[str]
    notes: NotRequired[list[Remark]]

class Difference(TypedDict):
    """A key whose values differ; None where a generation does not have it."""
    key: dict[str, JsonValue]
    live: dict[str, JsonValue] | None
    rebuilt: dict[str, JsonValue] | None

class DifferingRecord(TypedDict):
    """A record that a change on the record made another one."""
    change_id: str
    recorded_at: str
    by: str
    what: str
    record: RecordChange

class DirectAnswerPayload(TypedDict):
    """An answer that needs no tools."""
    answer: str
    confidence: NotRequired[float]
    reasoning: NotRequired[str | None]
    references: NotRequired[list[dict[str, JsonValue]]]

class Divergence(TypedDict):
    """A place where a history is not as expected, and what follows from it."""
    kind: DivergenceClass
    version: int
    expected: DivergentEvent | None
    actual: DivergentEvent | None
    pointers: list[str]
    sentence: str
    changes: NotRequired[list[VerdictChange]]
    consequences: NotRequired[list[Consequence]]
    is_own_patch: NotRequired[bool]

DivergenceClass: TypeAlias = "Literal['plan', 'path', 'data', 'version', 'timing']"

class DivergentEvent(TypedDict):
    """One side of a divergence: the event's stored type, its version in its stream, its data."""
    type: str
    version: int
    data: dict[str, JsonValue]

class DocumentSpec(TypedDict):
    """A search of documents by words."""
    query: str
    search_type: NotRequired[Literal['text', 'hybrid', 'vector']]
    filters: NotRequired[list[FilterSpec]]
    document_types: NotRequired[list[str]]
    date_from: NotRequired[str | None]
    date_to: NotRequired[str | None]
    min_relevance: NotRequired[float]
    top_k: NotRequired[int]
    tool_type: NotRequired[Literal['document_search']]

Effect: TypeAlias = "Literal['read', 'idempotent', 'effect']"

class EnvelopeLine(TypedDict):
    """An envelope as plain JSON."""
    tenant_id: str
    stream_id: str
    version: int
    event_id: str
    type: str
    schema_version: int
    recorded_at: str
    actor: Actor
    correlation_id: str
    causation_id: str | None
    traceparent: str | None
    data: str
    content_hash: str

class Equivalence(TypedDict):
    """How many keys have the same values in both, how many do not, and the first of those."""
    equal_count: int
    differing_count: int
    differences: list[Difference]

class EraseParams(TypedDict):
    """A call of a run, and why its results are erased."""
    run: str
    call: str
    reason: str

class Erasure(TypedDict):
    """The erasure of the large results of a call, wherever the tenant's runs name them."""
    run_id: str
    call_id: str
    results: list[NamedResult]
    removed: list[str]
    missing: list[str]
    is_done: bool
    is_preview: bool

class EstateChangeView(TypedDict):
    """A change on the record: who changed when what, and how much."""
    change_id: str
    recorded_at: str
    by: str
    action: Literal['merge', 'replace', 'remove']
    what: str
    reason: str | None
    by_kind: dict[str, KindCounts]
    files: list[ImportedFile]
    revision_before: str
    revision: str

class EstateExport(TypedDict):
    """What was written as files: where, how many records of each kind, and of which revision."""
    folder: str
    counts: dict[str, int]
    revision: str

class EstateLoad(TypedDict):
    """What was changed in the estate, or would be: from which source, and how much of each kind."""
    source: str
    counts: dict[str, int]
    by_kind: dict[str, KindCounts]
    revision_before: str
    revision: str
    change_id: str | None
    differing: list[RecordChange] | None
    removed: NotRequired[list[Removal]]

class EstateSummary(TypedDict):
    """How much of each there is in an estate, and the span of its dated records (or None)."""
    counts: dict[str, int]
    oldest_at: str | None
    newest_at: str | None
    revision: str
    between: NotRequired[list[RelatedTypes]]

class EventLine(TypedDict):
    """One event as it stands on its line."""
    log: str
    position: int
    tenant_id: str
    stream_id: str
    version: int
    event_id: str
    type: str
    schema_version: int
    recorded_at: str
    actor: Actor
    correlation_id: str
    causation_id: str | None
    traceparent: str | None
    data: str
    content_hash: str
    head_hash: str

class EventsOfRun(TypedDict):
    """A run, a moment, and which of its events until then; None is all."""
    run: str
    at: NotRequired[str | None]
    version: NotRequired[int | None]
    type: NotRequired[list[str]]
    stage: NotRequired[Stage | None]
    call: NotRequired[str | None]

ExecutionStrategy: TypeAlias = "Literal['serial', 'parallel', 'dag']"

class Explanation(TypedDict):
    """The reading of a question: nothing was run or recorded for it."""
    question: str
    kind: str
    reading: str
    confidence: float
    reasons: list[str]
    words: list[UsedWords]
    query: dict[str, JsonValue] | None
    calls: list[PlannedCallInShort]

class ExportParams(TypedDict):
    """Where an estate is written to, and in which format."""
    folder: str
    suffix: NotRequired[Literal['csv', 'jsonl']]

class ExportedBundle(TypedDict):
    """What a bundle holds. `members` has the SHA-256 in hex of every other member, by name."""
    format: NotRequired[Literal['opstrail-bundle']]
    format_version: NotRequired[Literal[1]]
    engine_version: str
    created_at: str
    tenant_id: str
    runs: list[BundledRun]
    members: dict[str, str]

class FailureGroup(TypedDict):
    """All failures of one kind, each with another id, number or name in its message perhaps."""
    fingerprint: str
    code: str
    message: str
    tool: str | None
    operation: str | None
    run_count: int
    call_count: int
    first_at: str
    last_at: str
    example_run_id: str
    course: Course

class FilterSpec(TypedDict):
    """One condition on a field: `{"field": "severity", "op": ">=", "value": 2}`."""
    field: str
    op: NotRequired[Literal['=', '!=', '<', '<=', '>', '>=', 'ILIKE', 'IN']]
    value: str | int | float | list[str]

class FlagParams(TypedDict):
    """A run, and what somebody thinks of its answer."""
    run: str
    verdict: Literal['right', 'wrong', 'unclear']
    note: NotRequired[str | None]

class ForkParams(TypedDict):
    """A run, why it is forked, and what is to be otherwise."""
    reason: str
    timeout_ms: NotRequired[int | None]
    patches: NotRequired[Patches]
    at: NotRequired[int | None]
    from_call: NotRequired[str | None]
    retry_failed: NotRequired[bool]
    action: NotRequired[int | None]
    is_blocked: NotRequired[bool]
    blocks_effects: NotRequired[bool]
    run: str

class Freshness(TypedDict):
    """Of which kind the records behind a call are, when the newest is of, and if that is old."""
    call_id: str
    kind: str
    newest: str
    is_old: bool

class Gap(TypedDict):
    """A stretch of the axis, in milliseconds, in which nothing was done, and why."""
    start_ms: float
    end_ms: float
    why: str

class Golden(TypedDict):
    """A pinned run."""
    name: str
    tenant_id: str
    run_id: str
    question: str
    status: str
    pinned_at: str
    pinned_by: str
    thresholds: dict[str, JsonValue]
    position: int
    version: int
    is_wrong: NotRequired[bool]
    engine_version: NotRequired[str | None]

class GoldenName(TypedDict):
    """A golden run."""
    name: str

class GoldenNames(TypedDict):
    """Some golden runs, and what makes no difference."""
    names: NotRequired[list[str]]
    ignore: NotRequired[list[str]]

class GoldenStep(TypedDict):
    """A run that was pinned by a name, broke by a check, or lost it: when (UTC), and by whom."""
    run_id: str
    at: str
    by: str
    is_pinned: bool
    is_broken: bool
    reason: str | None

class GoodAndBad(TypedDict):
    """Two runs of the same question: one whose answer was good, and a later one."""
    good: str
    bad: str

Grade: TypeAlias = "Literal['PASS', 'WARN', 'FAIL']"

class GraphLimits(TypedDict):
    """How much of a graph an answer may hold; what is cut off is told."""
    max_nodes: NotRequired[int]
    max_edges: NotRequired[int]
    max_paths: NotRequired[int]

class GraphSpec(TypedDict):
    """A walk over the graph from the primary item."""
    depth: NotRequired[int | None]
    user_requested_depth: NotRequired[int | None]
    limits: NotRequired[GraphLimits]
    view: NotRequired[View | str | None]
    walk: NotRequired[WalkSpec | None]
    tool_type: NotRequired[Literal['ci_graph']]

GroupBy: TypeAlias = "Literal['status', 'state', 'question', 'actor', 'planner', 'route', 'error', 'fingerprint', 'origin', 'parent', 'golden', 'flag', 'worker']"

class HistoryParams(TypedDict):
    """How many changes are wanted."""
    before: NotRequired[str | None]
    limit: NotRequired[int]

class HistorySpec(TypedDict):
    """Dated records of a part of the estate."""
    enabled: NotRequired[bool]
    source: NotRequired[Literal['event_log', 'work_history', 'maintenance_history', 'work_and_maintenance']]
    scope: NotRequired[Literal['ci', 'graph', 'all']]
    mode: NotRequired[Literal['recent']]
    time_range: NotRequired[str]
    filters: NotRequired[list[FilterSpec]]
    limit: NotRequired[int]
    tool_type: NotRequired[Literal['history']]

class Hypothesis(TypedDict):
    """One reason, found by the rule of this name."""
    rule: str
    confidence: Confidence
    sentence: str
    evidence: list[int]
    next_step: NotRequired[str | None]

class ImportParams(TypedDict):
    """Which files are imported."""
    paths: list[str]
    mode: NotRequired[Literal['merge', 'replace']]
    source: NotRequired[str]
    is_forced: NotRequired[bool]
    is_dry_run: NotRequired[bool]

class ImportedFile(TypedDict):
    """A file that was imported; `digest` is the SHA-256 of its bytes, in hexadecimal."""
    name: str
    digest: str
    size: int

class ImportedRun(TypedDict):
    """A run that the database has now; `new_count` of its events came from the bundle."""
    run_id: str
    version: int
    head_hash: str
    new_count: int

Intent: TypeAlias = "Literal['LOOKUP', 'SEARCH', 'LIST', 'AGGREGATE', 'EXPAND', 'PATH', 'DOCUMENT']"

class ItemPage(TypedDict):
    """Some items, each with its fields, and how many fit in all."""
    items: list[dict[str, JsonValue]]
    total: int

JsonValue: TypeAlias = "Json"

class Judgement(TypedDict):
    """The grade of a run, and all reasons for it, the heaviest first; PASS has none."""
    grade: Grade
    reasons: NotRequired[list[Reason]]

class KeyLine(TypedDict):
    """A key in short; times are in UTC, None for never; `last_used_at` may be a minute late."""
    key_id: str
    kind: PrincipalKind
    principal: str
    roles: list[Role]
    scopes: list[Scope]
    state: Literal['active', 'expired', 'revoked']
    expires_at: str | None
    last_used_at: str | None
    created_at: str
    changed_at: str
    changed_by: Actor

class KindCounts(TypedDict):
    """How many records of one kind were added, changed, found to be the same, and retired."""
    added: NotRequired[int]
    changed: NotRequired[int]
    unchanged: NotRequired[int]
    retired: NotRequired[int]

class KindOfAssets(TypedDict):
    """Which assets."""
    kind: NotRequired[AssetKind | None]

class KnownPhrase(TypedDict):
    """A phrase of a question, and what it is known as."""
    phrase: str
    source: str
    value: str
    count: NotRequired[int | None]

class KnownPhrases(TypedDict):
    """What is known of a question; `unknown` are the words that neither tenant nor estate has."""
    known: list[KnownPhrase]
    unknown: list[str]

class Landmark(TypedDict):
    """What happened beside the runs, or to one of them; `stream_id` is what it happened to."""
    kind: Literal['import', 'removal', 'publication', 'recovery', 'restart']
    at: str
    position: int
    stream_id: str
    by: str
    what: str

class Lane(TypedDict):
    """One stage attempt and the calls that were made in it."""
    bar: Bar
    calls: list[Bar]

class Letter(TypedDict):
    """An event that a target wants to hear of, and has not taken yet."""
    event_id: str
    target: str
    kind: str
    stream_id: str
    position: int
    tries: int
    due_at: str | None
    error: str | None

LineFault: TypeAlias = "Literal['missing', 'different', 'extra', 'unreadable']"

class Lineage(TypedDict):
    """The whole tree that a run belongs to."""
    asked_for: str
    root: LineageNode

class LineageNode(TypedDict):
    """A run with the runs that come from it, the oldest first."""
    summary: RunSummary
    parent_version: int | None
    reason: str | None
    changes: str | None
    notes: list[LineageNote]
    children: list[LineageNode]

class LineageNote(TypedDict):
    """What happened to a run beside its stages: it was taken up again, pinned, unpinned, or broke."""
    version: int
    at: str
    by: str
    kind: str
    about: str | None

class ListBlock(TypedDict):
    """Sentences or names, one below the other."""
    title: NotRequired[str | None]
    id: NotRequired[str | None]
    reference_ids: NotRequired[list[str]]
    type: NotRequired[Literal['list']]
    items: list[str]

class ListSpec(TypedDict):
    """A page of the configuration items that the primary filters choose."""
    enabled: NotRequired[bool]
    limit: NotRequired[int]
    offset: NotRequired[int]
    sort: NotRequired[list[Sort]]

class LogLine(TypedDict):
    """One event where it is in the log."""
    log: str
    position: int
    tenant_id: str
    stream_id: str
    version: int
    event_id: str
    type: str
    schema_version: int
    recorded_at: str
    actor: Actor
    correlation_id: str
    causation_id: str | None
    traceparent: str | None
    data: str
    content_hash: str

class LogMarkInput(TypedDict):
    """A place between two batches of the log, and the log hash there, in hexadecimal."""
    position: int
    log_hash: str

class LogMarkOutput(TypedDict):
    """A place between two batches of the log, and the log hash there, in hexadecimal."""
    position: int
    log_hash: str

class LogPage(TypedDict):
    """Events of a tenant in the order of the log."""
    events: list[LogLine]
    next: int
    end: int

class LogReport(TypedDict):
    """What was verified: the batches after one mark, up to another, and the payloads they name."""
    after: LogMarkOutput
    verified_to: LogMarkOutput
    payloads: PayloadFindings | None
    problems: list[str]
    is_sound: bool

class LogTimeline(TypedDict):
    """A span of time (UTC), the runs in it by their start, and its landmarks."""
    since: str
    until: str
    lane_count: int
    runs: list[RunInLane]
    landmarks: list[Landmark]

class LostRun(TypedDict):
    """A run that nobody carries out; `worker` is None when none had begun it."""
    run: str
    state: str
    question: str
    worker: str | None
    why: str
    tries: NotRequired[int]
    is_imported: NotRequired[bool]
    not_before: NotRequired[str | None]
    made_again: NotRequired[list[str]]
    goes_out: NotRequired[list[str] | None]
    needs_approval: NotRequired[list[str]]
    outcome: NotRequired[str]
    is_set_down: NotRequired[bool]

class MarkdownBlock(TypedDict):
    """Text with Markdown."""
    title: NotRequired[str | None]
    id: NotRequired[str | None]
    reference_ids: NotRequired[list[str]]
    type: NotRequired[Literal['markdown']]
    content: str

Measure: TypeAlias = "Literal['duration', 'waited', 'calls', 'failed_calls']"

class MetricSpec(TypedDict):
    """One metric of the primary items (scope ci) or of every node of the graph (scope graph)."""
    metric_name: str
    agg: NotRequired[Literal['count', 'max', 'min', 'avg', 'last', 'increase', 'rate']]
    time_range: NotRequired[str]
    mode: NotRequired[Literal['aggregate', 'series']]
    scope: NotRequired[Literal['ci', 'graph']]
    limit: NotRequired[int]
    tool_type: NotRequired[Literal['metric']]

Mode: TypeAlias = "Literal['verify', 'rerun']"

class NamedResult(TypedDict):
    """A large result of a call of a run; `is_recorded` says that its erasure was before."""
    run_id: str
    call_id: str
    digest: str
    size: int
    is_recorded: bool

class NetworkBlock(TypedDict):
    """Nodes and edges of a part of the topology."""
    title: NotRequired[str | None]
    id: NotRequired[str | None]
    reference_ids: NotRequired[list[str]]
    type: NotRequired[Literal['network']]
    nodes: list[dict[str, JsonValue]]
    edges: list[dict[str, JsonValue]]
    meta: NotRequired[dict[str, JsonValue]]

class NewDraft(TypedDict):
    """What a new version says."""
    asset: str
    why: str
    content: dict[str, JsonValue]

class NewKey(TypedDict):
    """A key with its text, which nobody can show again."""
    line: KeyLine
    key: str

class NewKeyParams(TypedDict):
    """Who may ask with a new key, and what they may do."""
    principal: str
    kind: NotRequired[Literal['user', 'service']]
    roles: NotRequired[list[Role]]
    scopes: NotRequired[list[Scope]]
    expires: NotRequired[str | None]
    why: str

class NewWord(TypedDict):
    """A word, and what it stands for."""
    word: str
    why: str
    meaning: NotRequired[str | None]

class NewestReplays(TypedDict):
    """How many bulk replays."""
    before: NotRequired[str | None]
    limit: NotRequired[int]

class NextAction(TypedDict):
    """One thing to do next."""
    type: Literal['rerun', 'open_trace', 'copy_payload', 'open_event_browser', 'approve', 'deny']
    label: str
    payload: NotRequired[dict[str, JsonValue]]
    reason: NotRequired[str | None]

class Note(TypedDict):
    """What was added to the run after it had ended: it is on no axis. `recorded_at` is text."""
    version: int
    type: str
    recorded_at: str
    sentence: str
    by: str

class Nothing(TypedDict):
    """Nothing needs to be given."""

class NumberBlock(TypedDict):
    """One value with what it is and its unit; None says that there is no value."""
    title: NotRequired[str | None]
    id: NotRequired[str | None]
    reference_ids: NotRequired[list[str]]
    type: NotRequired[Literal['number']]
    label: str
    value: int | float | None
    unit: NotRequired[str | None]

class OneCall(TypedDict):
    """A call of a run."""
    run: str
    call: str

class OneItem(TypedDict):
    """An item."""
    item: str

class OneProjection(TypedDict):
    """A projection."""
    name: str

class OneReplay(TypedDict):
    """A bulk replay."""
    replay: str

class OneRun(TypedDict):
    """A run."""
    run: str

class OneWord(TypedDict):
    """A word of the tenant."""
    word: str
    why: str

class OperationDescription(TypedDict):
    """An operation as one tenant may use it."""
    summary: str
    capabilities: list[str]
    known_as: list[str]
    params: dict[str, JsonValue]
    effect: Effect
    unavailable: str | None
    deprecated: str | None
    policy: dict[str, PolicyField]
    calls_left: int | None
    week: WeekOfCalls | None

class OperationInfo(TypedDict):
    """What an operation does; `params` is the JSON Schema of its parameters."""
    summary: str
    capabilities: list[str]
    params: dict[str, Json]

class OrchestrationResponse(TypedDict):
    """How the tools of a run did together."""
    status: str
    answer: NotRequired[str | None]
    blocks: list[TextBlock | NumberBlock | TableBlock | ListBlock | NetworkBlock | PathBlock | ChartBlock | MarkdownBlock | TimeseriesBlock | ReferencesBlock | UiPanelBlock]
    results: list[StatusToolResult]
    trace: RunTrace
    successful_tools: int
    failed_tools: int
    fallback_applied: bool
    fallback_reason: NotRequired[str | None]
    total_duration_ms: NotRequired[int | None]
    error_message: NotRequired[str | None]

class Origin(TypedDict):
    """Where a run comes from: from nowhere (new), or from the parent's record up to a version."""
    kind: NotRequired[Literal['new', 'fork', 'rerun', 'follow_up']]
    parent_run_id: NotRequired[str | None]
    parent_version: NotRequired[int | None]
    reason: NotRequired[str | None]
    patches: NotRequired[Patches]
    is_blocked: NotRequired[bool]
    is_retrying: NotRequired[bool]
    blocks_effects: NotRequired[bool]

class Outcome(TypedDict):
    """What a run came to: the beginning of its answer, or its error."""
    run_id: str
    requested_at: str
    side: Literal['good', 'bad', 'other']
    text: str

class OutputSpec(TypedDict):
    """Which blocks an answer should have, and which comes first."""
    blocks: NotRequired[list[Literal['text', 'table', 'network', 'path', 'number', 'markdown', 'chart']]]
    primary: NotRequired[Literal['text', 'table', 'network', 'path', 'number', 'markdown', 'chart']]

class OwnCall(TypedDict):
    """A call of any tool, as the tool describes it."""
    call_id: str
    tool: str
    operation: str
    params: NotRequired[dict[str, JsonValue]]
    output_mapping: NotRequired[dict[str, str]]
    depends_on: NotRequired[list[str]]
    condition: NotRequired[StepCondition | None]
    max_fan_out: NotRequired[int]

class OwnWord(TypedDict):
    """A word or phrase of the tenant, and what it stands for: an empty text says nothing."""
    word: str
    meaning: str

class PageOfRuns(TypedDict):
    """Some of the runs, newest first; those older than `before` are the next page."""
    query: NotRequired[str | None]
    state: NotRequired[str | None]
    status: NotRequired[str | None]
    attention: NotRequired[bool]
    limit: NotRequired[int]
    before: NotRequired[str | None]
    failure: NotRequired[str | None]

class ParkedStream(TypedDict):
    """A stream that stays as it was before the event at `position`."""
    tenant_id: str
    stream_id: str
    position: int
    error: str

class PartOfLog(TypedDict):
    """Which events of the log are wanted."""
    after: NotRequired[int]
    type: NotRequired[list[str]]
    run: NotRequired[str | None]
    limit: NotRequired[int]

class Patches(TypedDict):
    """What a run does otherwise than the one that it comes from."""
    plan: NotRequired[dict[str, Json]]
    params: NotRequired[dict[str, dict[str, Json]]]
    assets: NotRequired[dict[str, str]]
    results: NotRequired[dict[str, ResultPatch]]

class PathBlock(TypedDict):
    """A chain of nodes and the edges between them."""
    title: NotRequired[str | None]
    id: NotRequired[str | None]
    reference_ids: NotRequired[list[str]]
    type: NotRequired[Literal['path']]
    nodes: list[dict[str, JsonValue]]
    edges: list[dict[str, JsonValue]]
    hop_count: int
    meta: NotRequired[dict[str, JsonValue]]

class PayloadFindings(TypedDict):
    """How many events name a payload that is there, or one that was erased, and problems."""
    present_count: int
    erased_count: int
    problems: list[str]
    missing_count: NotRequired[int]

class Pin(TypedDict):
    """A run, and the name that it is pinned by."""
    run: str
    name: str
    thresholds: NotRequired[dict[str, JsonValue]]
    is_wrong: NotRequired[bool]

class Pinned(TypedDict):
    """A golden run; `moved_from` are the runs that had its name, `former_name` is what it had."""
    golden: Golden
    moved_from: NotRequired[list[str]]
    former_name: NotRequired[str | None]

class Plan(TypedDict):
    """What to ask of which tools."""
    primary: NotRequired[PrimarySpec]
    secondary: NotRequired[SecondarySpec]
    aggregate: NotRequired[AggregateSpec]
    graph: NotRequired[GraphSpec]
    output: NotRequired[OutputSpec]
    history: NotRequired[HistorySpec]
    auto: NotRequired[AutoSpec]
    list: NotRequired[ListSpec]
    metric: NotRequired[MetricSpec | None]
    document: NotRequired[DocumentSpec | None]
    cep: NotRequired[CepSpec | None]
    view: NotRequired[View | None]
    calls: NotRequired[list[OwnCall]]
    intent: NotRequired[Intent]
    mode: NotRequired[PlanMode]
    normalized_from: NotRequired[str | None]
    normalized_to: NotRequired[str | None]
    choices: NotRequired[list[str]]
    query: NotRequired[dict[str, JsonValue] | None]
    steps: NotRequired[list[PlanStep]]
    branches: NotRequired[list[PlanBranch]]
    loops: NotRequired[list[PlanLoop]]
    budget: NotRequired[BudgetSpec]
    enable_multistep: NotRequired[bool]
    execution_strategy: NotRequired[ExecutionStrategy | None]
    tool_dependencies: NotRequired[list[ToolDependency]]
    enable_intermediate_llm: NotRequired[bool]
    mode_hint: NotRequired[str | None]

class PlanBranch(TypedDict):
    """Steps that run when a condition holds."""
    branch_id: str
    name: str
    condition: StepCondition
    steps: list[PlanStep]
    merge_step_id: NotRequired[str | None]

class PlanDecision(TypedDict):
    """One thing that validation changed or let pass with a remark."""
    rule: str
    field: str
    requested: Json
    effective: Json
    why: str
    deduction: NotRequired[float]

class PlanLoop(TypedDict):
    """Steps that repeat until a condition holds."""
    loop_id: str
    name: str
    max_iterations: NotRequired[int]
    break_condition: NotRequired[StepCondition | None]
    steps: list[PlanStep]
    next_step_id: NotRequired[str | None]

PlanMode: TypeAlias = "Literal['ci', 'auto', 'all']"

class PlanOutput(TypedDict):
    """What a planner decided. Exactly the part that `kind` names is there."""
    kind: PlanOutputKind
    direct_answer: NotRequired[DirectAnswerPayload | None]
    plan: NotRequired[Plan | None]
    reject_payload: NotRequired[RejectPayload | None]
    confidence: NotRequired[float]
    reasoning: NotRequired[str | None]
    metadata: NotRequired[dict[str, JsonValue]]

PlanOutputKind: TypeAlias = "Literal['direct', 'plan', 'reject']"

class PlanStep(TypedDict):
    """One step of a plan of several: a small plan of its own."""
    primary: NotRequired[PrimarySpec]
    secondary: NotRequired[SecondarySpec]
    aggregate: NotRequired[AggregateSpec]
    graph: NotRequired[GraphSpec]
    output: NotRequired[OutputSpec]
    history: NotRequired[HistorySpec]
    auto: NotRequired[AutoSpec]
    list: NotRequired[ListSpec]
    metric: NotRequired[MetricSpec | None]
    document: NotRequired[DocumentSpec | None]
    cep: NotRequired[CepSpec | None]
    view: NotRequired[View | None]
    calls: NotRequired[list[OwnCall]]
    step_id: str
    name: str
    description: NotRequired[str | None]
    intent: Intent
    mode: NotRequired[PlanMode]
    condition: NotRequired[StepCondition | None]
    next_step_id: NotRequired[str | None]
    error_next_step_id: NotRequired[str | None]

class PlannedCallInShort(TypedDict):
    """A tool call that would be made, as far as its parameters are known beforehand."""
    call_id: str
    tool: str
    operation: str
    params: dict[str, JsonValue]

class PolicyField(TypedDict):
    """A value of a policy, and where it comes from: built-in, effect, or a key of the document."""
    value: int | str | bool | None
    origin: str

class Preview(TypedDict):
    """What a replay would do."""
    outside_calls: int | None
    planner: str | None
    calls: list[PreviewedCall]

class PreviewedCall(TypedDict):
    """A call that would be made, and who would answer it, or that a person must allow it first."""
    call_id: str
    tool: str
    operation: str
    answer: Literal['recorded', 'live', 'patched', 'blocked', 'needs approval']
    waits_for: str | None

class PrimarySpec(TypedDict):
    """Which configuration items a question is about."""
    keywords: NotRequired[list[str]]
    filters: NotRequired[list[FilterSpec]]
    limit: NotRequired[int]
    tool_type: NotRequired[Literal['ci_lookup', 'ci_search']]

PrincipalKind: TypeAlias = "Literal['user', 'service', 'local', 'system']"

class Problem(TypedDict):
    type: str
    title: str
    code: str
    detail: str
    request_id: str
    state: NotRequired[str]
    url: NotRequired[str]
    status: int
    version: NotRequired[int]
    errors: NotRequired[list[dict[str, Json]]]
    allowed: NotRequired[list[str]]

class ProjectionStatus(TypedDict):
    """How far a generation of a projection is."""
    name: str
    generation: int
    status: str
    position: int
    lag: int
    problem: str | None
    lease_until: str | None
    parked_count: int
    parked: list[ParkedStream]

class Publication(TypedDict):
    """What is published."""
    asset: str
    why: str
    content: NotRequired[dict[str, JsonValue] | None]
    expected: NotRequired[int | None]

class QueryOfRun(TypedDict):
    """How the question of a run was read, in plain words and as it is carried out."""
    question: str
    reading: str | None
    query: dict[str, JsonValue] | None

class QuestionParams(TypedDict):
    """A question, or a query in its place."""
    question: NotRequired[str]
    anchor: NotRequired[Literal['now', 'data']]
    query: NotRequired[dict[str, JsonValue] | None]
    after: NotRequired[str | None]

class QuestionToTest(TypedDict):
    """A question."""
    question: str

class RankParams(TypedDict):
    """What tools are ranked for; without any of it every tool is a candidate."""
    intent: NotRequired[Intent | None]
    mode: NotRequired[str | None]
    question: NotRequired[str | None]

class Reason(TypedDict):
    """What a rule, by its name, has found."""
    rule: str
    grade: Grade
    sentence: str

class RebuildProjection(TypedDict):
    """A projection, and when the rebuilt one takes its place."""
    name: str
    keep_old: NotRequired[bool]
    accept_differences: NotRequired[bool]

class RebuildReport(TypedDict):
    """What a rebuild of a projection came to."""
    name: str
    live_generation: int
    rebuilt_generation: int
    position: int
    equivalence: Equivalence | None
    incomparable: str | None
    live_parked_count: int
    rebuilt_parked_count: int
    is_swapped: bool
    is_equal: bool

class RebuiltRunList(TypedDict):
    """How many runs there are, how many lines were not what their events say, and the first 20."""
    run_count: int
    changed_count: int
    missing_count: NotRequired[int]
    different_count: NotRequired[int]
    extra_count: NotRequired[int]
    unreadable_count: NotRequired[int]
    repaired: NotRequired[list[RepairedLine]]

class RecordChange(TypedDict):
    """One record that is another one now."""
    kind: str
    key: list[str]
    change: Literal['added', 'changed', 'retired']
    items: NotRequired[list[str]]
    before: NotRequired[dict[str, Json]]
    after: NotRequired[dict[str, Json]]

class Reference(TypedDict):
    """One piece of evidence."""
    id: str
    kind: Literal['row', 'query', 'document', 'event', 'call']
    title: str
    snippet: NotRequired[str | None]
    url: NotRequired[str | None]
    payload: NotRequired[dict[str, JsonValue]]

class ReferencesBlock(TypedDict):
    """References shown as part of an answer."""
    title: NotRequired[str | None]
    id: NotRequired[str | None]
    reference_ids: NotRequired[list[str]]
    type: NotRequired[Literal['references']]
    items: list[dict[str, JsonValue]]

class RejectPayload(TypedDict):
    """A refusal, and the policy behind it."""
    reason: str
    policy: NotRequired[str | None]
    confidence: NotRequired[float]
    reasoning: NotRequired[str | None]

class RelatedTypes(TypedDict):
    """How many relations lead from items of one `ci_type` to those of another."""
    source: str
    target: str
    count: int

class RelationAround(TypedDict):
    """A relation between two items, by their codes."""
    source: str
    target: str
    rel_type: RelationType

RelationType: TypeAlias = "Literal['COMPOSED_OF', 'DEPENDS_ON', 'RUNS_ON', 'DEPLOYED_ON', 'USES', 'PROTECTED_BY', 'CONNECTED_TO']"

class Remark(TypedDict):
    """What may be worth knowing of a run, and is no reason for how it went; as a hypothesis."""
    rule: str
    sentence: str
    evidence: list[int]
    next_step: NotRequired[str | None]

class Removal(TypedDict):
    """What was removed from an event before it was recorded: by which pattern, where, how often."""
    pattern: str
    where: str
    count: int

class RemoveParams(TypedDict):
    """What is retired, and why: an item by its code, or all that a source has brought."""
    ci_code: NotRequired[str | None]
    source: NotRequired[str | None]
    reason: str
    is_dry_run: NotRequired[bool]

class RepairedLine(TypedDict):
    """A line that was repaired; an extra one was of a run that there is not."""
    tenant_id: str
    run_id: str
    was: LineFault
    fields: list[str]

class ReplayOrder(TypedDict):
    """What to do with which runs."""
    mode: BulkMode
    filter: str
    reason: str
    patches: NotRequired[Patches]
    timeout_ms: NotRequired[int | None]
    at: NotRequired[int | None]
    from_call: NotRequired[str | None]
    retry_failed: NotRequired[bool]
    is_blocked: NotRequired[bool]
    ignore: NotRequired[list[str]]
    limit: NotRequired[int | None]
    rate: NotRequired[float | None]
    max_concurrent_runs: NotRequired[int]

class ReplayResults(TypedDict):
    """A bulk replay, and which of its runs."""
    replay: str
    only: NotRequired[Literal['drift', 'same'] | None]

class ReplayedRun(TypedDict):
    """What came of one run."""
    run_id: str
    verdict: RunVerdict
    divergence: NotRequired[str | None]
    version: NotRequired[int | None]
    sentence: NotRequired[str | None]
    new_run_id: NotRequired[str | None]
    outside_calls: NotRequired[int]
    others: NotRequired[list[str]]
    ends_badly: NotRequired[bool]
    why_not_driven: NotRequired[str]

class RerunParams(TypedDict):
    """A run, why its plan is carried out again, and what is to be otherwise."""
    reason: str
    timeout_ms: NotRequired[int | None]
    patches: NotRequired[Patches]
    at: NotRequired[int | None]
    blocks_effects: NotRequired[bool]
    run: str

class ResponseFault(TypedDict):
    """Why a run has no answer."""
    code: str
    message: str
    details: dict[str, JsonValue]

class ResponseMeta(TypedDict):
    """What is known of a run beside its answer."""
    question: str
    state: str
    is_finished: bool
    planner: str | None
    used_tools: list[str]
    call_count: int
    failed_call_count: int
    timing_ms: int | None
    waited_ms: int
    confidence: float | None
    confidence_reasons: list[str]
    limits: list[dict[str, JsonValue]]
    requested_at: str
    version: int
    erased_results: list[str]
    time_zone: str
    windows: list[AskedWindow]
    newest_data: list[Freshness]
    other_sources: list[str]

class ResultPatch(TypedDict):
    """What takes the place of a recorded result."""
    kind: Literal['data', 'empty', 'error']
    data: NotRequired[Json]
    error_code: NotRequired[str | None]

class ResumeParams(TypedDict):
    """A run, why it goes on, and what is to be otherwise from there on."""
    reason: str
    timeout_ms: NotRequired[int | None]
    patches: NotRequired[Patches]
    run: str

Role: TypeAlias = "Literal['viewer', 'operator', 'auditor', 'admin']"

class RollBack(TypedDict):
    """Which version is published again."""
    asset: str
    why: str
    to_version: int

class RotateParams(TypedDict):
    """A key, and for how long its old secret and its new one do."""
    key_id: str
    why: str
    keep_old: NotRequired[str | None]
    expires: NotRequired[str | None]

class RuleParams(TypedDict):
    """A rule."""
    rule: str

class RuleTestParams(TypedDict):
    """Which rule is tried, on what: a time of the past, or a payload in its place."""
    rule: str | dict[str, JsonValue]
    time_range: NotRequired[str | None]
    items: NotRequired[list[str]]
    payload: NotRequired[dict[str, JsonValue] | None]
    anchor: NotRequired[Literal['now', 'data']]

class RuleView(TypedDict):
    """A rule in words; of one that cannot be read, `problem` says why."""
    rule_id: str
    rule_name: str
    trigger_type: str
    trigger: str
    condition: str
    severity: int
    is_active: bool
    problem: NotRequired[str | None]

class RunAndReason(TypedDict):
    """A run, and why something is done to it."""
    run: str
    reason: str

class RunAt(TypedDict):
    """A run, and the moment at which it is looked at."""
    run: str
    at: NotRequired[str | None]

class RunDetails(TypedDict):
    """The summary of a run, with the head hash of all its events until then, in hexadecimal."""
    tenant_id: str
    run_id: str
    version: int
    state: str
    status: str | None
    route: str | None
    planner: str | None
    question: str
    actor_kind: str
    actor_id: str
    requested_at: str
    updated_at: str
    ended_at: str | None
    duration_ms: int | None
    waited_ms: NotRequired[int]
    call_count: int
    failed_call_count: int
    error_code: str | None
    error: str | None
    fingerprint: NotRequired[str | None]
    worker: NotRequired[str | None]
    origin: NotRequired[str]
    parent_run_id: NotRequired[str | None]
    golden: NotRequired[str | None]
    flag: NotRequired[str | None]
    head_hash: str
    reading: NotRequired[str | None]
    waits_for: NotRequired[list[str]]
    decisions: NotRequired[list[str]]
    changes: NotRequired[list[str]]
    recoveries: NotRequired[list[str]]
    replans: NotRequired[list[str]]
    assets: NotRequired[list[str]]
    ends: list[RunEnd]
    waits: list[Wait]
    setbacks: list[Setback]
    removed: NotRequired[list[Removal]]

class RunEnd(TypedDict):
    """An end that a run came to; `by` is who brought it about."""
    version: int
    at: str
    by: str
    sentence: str

class RunGroup(TypedDict):
    """Runs that have the values of `by` in common, and were asked in the span from `since` on."""
    since: str | None
    by: dict[str, str | None]
    count: int
    measured_count: int
    p50: int | None
    p90: int | None
    p99: int | None
    max: int | None

class RunInLane(TypedDict):
    """A run in a lane, in which no two overlap; lanes count from 0."""
    lane: int
    run: RunSummary

class RunOptions(TypedDict):
    """How a run is to be done."""
    anchor: NotRequired[Literal['now', 'data']]
    call_timeout_ms: NotRequired[int]
    max_concurrent_calls: NotRequired[int]
    time_zone: NotRequired[str]
    replanning: NotRequired[ControlLoopPolicy]
    edition: NotRequired[Literal[2, 3]]

class RunProof(TypedDict):
    """A run whose every hash was recomputed; one that is not sound is an error instead."""
    run_id: str
    version: int
    head_hash: str
    erased_results: int
    is_sound: Literal[True]

class RunResponse(TypedDict):
    """A run as an answer; `error` is there when it failed or was rejected."""
    run_id: str
    status: str
    route: str | None
    answer: str
    blocks: list[TextBlock | NumberBlock | TableBlock | ListBlock | NetworkBlock | PathBlock | ChartBlock | MarkdownBlock | TimeseriesBlock | ReferencesBlock | UiPanelBlock]
    references: list[Reference]
    next_actions: list[NextAction]
    meta: ResponseMeta
    error: NotRequired[ResponseFault]

class RunStateView(TypedDict):
    """Where a run is. `allowed` are the triggers that are legal; `calls` has call ids."""
    run_id: str
    version: int
    state: str
    is_final: bool
    allowed: list[str]
    has_plan: bool
    has_response: bool
    golden: str | None
    stages: dict[str, TriesView]
    calls: dict[str, TriesView]

class RunSummary(TypedDict):
    """One line about a run, kept beside its events and written with them."""
    tenant_id: str
    run_id: str
    version: int
    state: str
    status: str | None
    route: str | None
    planner: str | None
    question: str
    actor_kind: str
    actor_id: str
    requested_at: str
    updated_at: str
    ended_at: str | None
    duration_ms: int | None
    waited_ms: NotRequired[int]
    call_count: int
    failed_call_count: int
    error_code: str | None
    error: str | None
    fingerprint: NotRequired[str | None]
    worker: NotRequired[str | None]
    origin: NotRequired[str]
    parent_run_id: NotRequired[str | None]
    golden: NotRequired[str | None]
    flag: NotRequired[str | None]

class RunToVerify(TypedDict):
    """A run, and what makes no difference."""
    run: str
    ignore: NotRequired[list[str]]

class RunTrace(TypedDict):
    """All that is recorded of how a run went."""
    run_id: str
    tenant_id: str
    version: int
    state: str
    status: str | None
    question: str
    duration_ms: int | None
    waited_ms: int
    waits: list[Wait]
    setbacks: list[Setback]
    plan_output: dict[str, JsonValue] | None
    stages: list[StageView]
    references: list[Reference]
    trace_id: str
    timestamp: str
    plan_raw: dict[str, JsonValue] | None
    plan_validated: dict[str, JsonValue] | None
    policy_decisions: list[PlanDecision]
    options: RunOptions
    applied_assets: dict[str, str]
    origin: Origin
    planner: str | None
    route: str | None
    plan_analysis: dict[str, JsonValue] | None
    tools_ranked: list[dict[str, JsonValue]]
    execution_steps: list[CallView]
    error: str | None
    error_code: str | None
    removed: list[Removal]

RunVerdict: TypeAlias = "Literal['same', 'plan', 'answer', 'path', 'data', 'version', 'missing', 'failed', 'mended', 'lacking', 'refused']"

class RunsOfItem(TypedDict):
    """An item, and how many of the runs that read it."""
    item: str
    before: NotRequired[str | None]
    limit: NotRequired[int]

class RunsToExport(TypedDict):
    """The runs that a bundle shall have."""
    runs: list[str]
    with_parents: NotRequired[bool]

class RunsToRecover(TypedDict):
    """Runs that nobody carries out."""
    runs: NotRequired[list[str]]

class RunsToVerify(TypedDict):
    """The runs that shall be verified."""
    query: NotRequired[str]
    ignore: NotRequired[list[str]]

class SavedView(TypedDict):
    """A question, or a filter and what it is of; `owner` is who saved it, and when (UTC)."""
    name: str
    of: str
    text: str
    owner: Actor
    saved_at: str

Scope: TypeAlias = "Literal['runs:read', 'runs:write', 'replay:live', 'effects:approve', 'payloads:read', 'estate:write', 'assets:publish', 'audit:read', 'keys:admin', 'erase']"

class SecondarySpec(TypedDict):
    """The second end of a path, or a second set of configuration items."""
    keywords: NotRequired[list[str]]
    filters: NotRequired[list[FilterSpec]]
    limit: NotRequired[int]
    tool_type: NotRequired[Literal['ci_lookup', 'ci_search']]

SelectionStrategy: TypeAlias = "Literal['fastest', 'most_accurate', 'most_complete', 'least_load']"

class SendAgain(TypedDict):
    """Which dead letters are to be sent again."""
    events: NotRequired[list[str]]

class SentAgain(TypedDict):
    """How many letters are tried again from now on."""
    letter_count: int

class Setback(TypedDict):
    """Just before the event of this version the clock went back so far."""
    version: int
    by_ms: float

class Sort(TypedDict):
    """An order: a field, ascending unless said otherwise."""
    field: str
    direction: NotRequired[Literal['ASC', 'DESC']]

class SourceState(TypedDict):
    """A named source after one harmless try; `problem` is None when it answered."""
    name: str
    kind: str
    url: str
    problem: str | None
    duration_ms: float

Span: TypeAlias = "Literal['minute', 'hour', 'day', 'month', 'year']"

class SpanOfLog(TypedDict):
    """Which span of time is wanted."""
    since: NotRequired[str]
    until: NotRequired[str | None]
    limit: NotRequired[int]

Stage: TypeAlias = "Literal['route_plan', 'validate', 'execute', 'compose', 'present']"

class StageParams(TypedDict):
    """A run, one of its stages, and what that is run on."""
    plan_output: NotRequired[dict[str, JsonValue] | None]
    prev_output: NotRequired[dict[str, JsonValue] | None]
    question: NotRequired[str | None]
    asset_overrides: NotRequired[dict[str, str]]
    stage: Stage
    live: NotRequired[bool]
    run: str

class StageTestResponse(TypedDict):
    """What a stage put out on its own, a failed one its error."""
    stage: Stage
    result: dict[str, JsonValue]
    diagnostics: dict[str, JsonValue]
    duration_ms: int
    references: list[dict[str, JsonValue]]
    asset_overrides_used: dict[str, JsonValue]
    baseline_trace_id: str
    input: dict[str, JsonValue]

class StageView(TypedDict):
    """One attempt of one stage."""
    name: str
    attempt: NotRequired[int]
    status: NotRequired[str]
    started_at: str
    ended_at: NotRequired[str | None]
    duration_ms: NotRequired[float | None]
    started_version: int
    ended_version: NotRequired[int | None]
    input: NotRequired[dict[str, JsonValue]]
    output: NotRequired[dict[str, JsonValue]]
    diagnostics: NotRequired[dict[str, JsonValue]]
    reference_count: NotRequired[int]
    reason: NotRequired[str | None]

class StateChange(TypedDict):
    """A step whose `patch` turns the state before into that after (RFC 6902)."""
    run_id: str
    version: int
    since_ms: float | None
    went_back_ms: float
    event: EnvelopeLine
    sentence: str
    changes: list[Changed]
    tool: str | None
    begins_call: bool
    is_failure: bool
    patch: list[dict[str, JsonValue]]

class StatusToolResult(TypedDict):
    """What came of one call, whose id is `tool_id`; `data` that are no object are its `value`."""
    tool_id: str
    tool_name: str
    success: bool
    data: NotRequired[dict[str, JsonValue] | None]
    error: NotRequired[str | None]
    error_code: NotRequired[str | None]
    duration_ms: NotRequired[int | None]

class Step(TypedDict):
    """An event, and what it changed in the state of its run beside the version."""
    run_id: str
    version: int
    since_ms: float | None
    went_back_ms: float
    event: EnvelopeLine
    sentence: str
    changes: list[Changed]
    tool: str | None
    begins_call: bool
    is_failure: bool

class StepCondition(TypedDict):
    """A test of a value of an earlier result; also written as text: `primary.rows.length > 0`."""
    field: str
    operator: Literal['==', '!=', '<', '>', '<=', '>=', 'contains', 'matches']
    value: str | int | float | bool

class Surroundings(TypedDict):
    """An item with what is around it, the nearest first, and the relations among these."""
    items: list[ConfigurationItem]
    distances: dict[str, int]
    relations: list[RelationAround]

class TableBlock(TypedDict):
    """Rows of cells. `meta` holds what the table does not show: true totals, truncation."""
    title: NotRequired[str | None]
    id: NotRequired[str | None]
    reference_ids: NotRequired[list[str]]
    type: NotRequired[Literal['table']]
    columns: list[str]
    rows: list[list[str | int | float | bool | None]]
    meta: NotRequired[dict[str, JsonValue]]

class TextBlock(TypedDict):
    """A sentence or a few."""
    title: NotRequired[str | None]
    id: NotRequired[str | None]
    reference_ids: NotRequired[list[str]]
    type: NotRequired[Literal['text']]
    text: str

class TextPart(TypedDict):
    """A stretch of text that both answers have, or that only A or only B has."""
    kind: Literal['same', 'removed', 'added']
    text: str

class Timeline(TypedDict):
    """The lanes in order, how long the axis is, and what was said and done beside the run."""
    summary: RunSummary
    total_ms: float
    lanes: list[Lane]
    marks: NotRequired[list[TimelineMark]]
    gaps: NotRequired[list[Gap]]
    waits: NotRequired[list[Wait]]
    setbacks: NotRequired[list[Setback]]
    notes: NotRequired[list[Note]]

class TimelineMark(TypedDict):
    """A point in time beside the bars: what people or workers did to the run from outside."""
    version: int
    type: str
    at_ms: float
    sentence: str
    by: str

class TimeseriesBlock(TypedDict):
    """Values over time. `meta` says of what: the item, the metric, its unit."""
    title: NotRequired[str | None]
    id: NotRequired[str | None]
    reference_ids: NotRequired[list[str]]
    type: NotRequired[Literal['timeseries']]
    series: list[TimeseriesSeries]
    meta: NotRequired[dict[str, JsonValue]]

class TimeseriesPoint(TypedDict):
    """A value at an instant (ISO 8601, UTC)."""
    timestamp: str
    value: float | None

class TimeseriesSeries(TypedDict):
    """One named line of a time series."""
    name: NotRequired[str | None]
    data: list[TimeseriesPoint]

class ToolCallParams(TypedDict):
    """A call of a tool."""
    operation: str
    params: NotRequired[dict[str, JsonValue]]
    anchor: NotRequired[Literal['now', 'data']]

class ToolDependency(TypedDict):
    """One tool call of a plan: what it waits for, and what it takes from earlier results."""
    tool_id: str
    depends_on: NotRequired[list[str]]
    output_mapping: NotRequired[dict[str, str]]
    condition: NotRequired[StepCondition | None]
    max_fan_out: NotRequired[int]

class ToolDescription(TypedDict):
    """A tool as one tenant may use it."""
    name: str
    type: str
    origin: str
    description: str
    operations: dict[str, OperationDescription]
    input_schema: dict[str, JsonValue] | None
    output_schema: dict[str, JsonValue] | None

ToolErrorCode: TypeAlias = "Literal['POLICY_DENY', 'RATE_LIMITED', 'CIRCUIT_OPEN', 'TOOL_TIMEOUT', 'TOOL_BAD_REQUEST', 'UPSTREAM_UNAVAILABLE', 'INTERNAL_ERROR', 'PLAN_INVALID', 'PLAN_TIMEOUT', 'EXECUTE_TIMEOUT', 'COMPOSE_TIMEOUT', 'SQL_BLOCKED', 'TENANT_MISMATCH', 'AUTH_FAILED', 'PERMISSION_DENIED', 'DATA_NOT_FOUND', 'AMBIGUOUS_CI', 'INVALID_PARAMS', 'MAX_ROWS_EXCEEDED']"

class ToolInfo(TypedDict):
    """What a tool can do, operation by operation; `origin` is the package that brings it."""
    name: str
    type: str
    origin: str
    description: str
    operations: dict[str, OperationInfo]
    input_schema: dict[str, JsonValue] | None
    output_schema: dict[str, JsonValue] | None

class ToolParams(TypedDict):
    """A tool."""
    name: str

class ToolRanking(TypedDict):
    """The candidates, the best first, each with the terms of its score, and what was looked at."""
    context: ToolSelectionContext
    candidates: list[CandidateScore]

class ToolSelectionContext(TypedDict):
    """What a ranking looks at; the mappings are by tool name and may leave tools out."""
    intent: NotRequired[Intent | None]
    user_pref: NotRequired[SelectionStrategy]
    current_load: NotRequired[dict[str, float]]
    cache_status: NotRequired[dict[str, bool]]
    estimated_time: NotRequired[dict[str, float]]
    mode_hint: NotRequired[str | None]
    success_rate: NotRequired[dict[str, float]]

class TriesView(TypedDict):
    """How a stage or a call stands, and in which attempt."""
    status: Literal['started', 'completed', 'succeeded', 'failed', 'skipped', 'reused', 'interrupted']
    attempt: int

class Turn(TypedDict):
    """Two neighbours that do not come to the same, and what else is not the same in them."""
    before: Outcome
    after: Outcome
    is_to_bad: bool
    sentence: str
    changes: list[BisectionChange]

class TwoRuns(TypedDict):
    """Two runs, and what makes no difference between them."""
    a: str
    b: str
    ignore: NotRequired[list[str]]
    tolerance: NotRequired[float]
    only_differences: NotRequired[bool]

class UiPanelBlock(TypedDict):
    """A form: what to choose or fill in, and what can be done with it."""
    title: NotRequired[str | None]
    id: NotRequired[str | None]
    reference_ids: NotRequired[list[str]]
    type: NotRequired[Literal['ui_panel']]
    inputs: list[dict[str, JsonValue]]
    actions: list[dict[str, JsonValue]]

class Unpin(TypedDict):
    """A name that is taken away."""
    name: str
    reason: NotRequired[str | None]

class Unpinned(TypedDict):
    """A name that was taken away, and the runs that had it."""
    name: str
    run_ids: list[str]

class UsedWords(TypedDict):
    """Some words of a question, and what they are used as."""
    words: str
    used_as: str

class Verdict(TypedDict):
    """Whether the engine decides as the record says, and where not."""
    run_id: str
    version: int
    verdict: Literal['same', 'diverged']
    engine_version: str | None
    verified_by: NotRequired[str | None]
    missing: str | None
    divergence: Divergence | None
    divergences: NotRequired[list[Divergence]]
    has_same_answer: NotRequired[bool]
    planning: NotRequired[Literal['driven', 'not driven']]
    why_not_driven: NotRequired[str | None]
    tools_as_recorded: NotRequired[list[str]]

class VerdictChange(TypedDict):
    """A field that is not as expected."""
    pointer: str
    field: str
    before: str
    after: str
    diff: NotRequired[list[str]]
    is_order: NotRequired[bool]

class VerifiedBundle(TypedDict):
    """What a bundle holds whose every hash was recomputed; `members` are as in its manifest."""
    format: NotRequired[Literal['opstrail-bundle']]
    format_version: NotRequired[Literal[1]]
    engine_version: str
    created_at: str
    tenant_id: str
    runs: list[BundledRun]
    members: dict[str, str]
    is_sound: Literal[True]

class VerifiedRuns(TypedDict):
    """A bulk replay, and what came of each run, newest run first."""
    replay_id: str
    state: Literal['started', 'aborted', 'completed']
    started: BulkRequest
    requested_by: Actor
    requested_at: str
    updated_at: str
    ended_at: str | None
    worker: str | None
    run_count: int
    done_count: int
    counts: dict[str, int]
    failed_count: NotRequired[int]
    outside_calls: int
    aborted_because: str | None
    not_driven_count: NotRequired[int]
    removed: NotRequired[list[Removal]]
    results: list[ReplayedRun]

class VerifyLog(TypedDict):
    """From where on the log is verified."""
    since: NotRequired[int | LogMarkInput]
    projections: NotRequired[bool | None]

View: TypeAlias = "Literal['SUMMARY', 'COMPOSITION', 'DEPENDENCY', 'IMPACT', 'PATH', 'NEIGHBORS']"

class ViewName(TypedDict):
    """Something that was saved."""
    name: str

class ViewToSave(TypedDict):
    """What is saved."""
    name: str
    of: Literal['question', 'runs', 'audit']
    text: str

class Wait(TypedDict):
    """Nothing was done from the event of the first version to that of the second."""
    cause: WaitCause
    start_ms: float
    duration_ms: float
    versions: list[int]

WaitCause: TypeAlias = "Literal['for a worker', 'to be resumed', 'for approval', 'for another worker, as its own was lost', 'for other calls of the tool to end', 'for the rate limit of the tool', 'to see whether the tool answers again', 'to be tried again']"

class WalkSpec(TypedDict):
    """A view of one's own in a plan or call: its name, and the built-in one whose words it has."""
    description: NotRequired[str]
    rel_types: list[RelationType]
    direction: Literal['out', 'in', 'both']
    default_depth: NotRequired[int]
    max_depth: int
    name: str
    like: NotRequired[View]

class WeekOfCalls(TypedDict):
    """The ended calls of the last seven days."""
    call_count: int
    error_count: int
    average_ms: float

class WhichEntries(TypedDict):
    """Which entries are wanted: those that fit, newest first."""
    query: NotRequired[str | None]
    before: NotRequired[int | None]
    limit: NotRequired[int]

class WhichFailures(TypedDict):
    """Which kinds of failures are wanted: among the runs that the filter fits."""
    query: NotRequired[str | None]
    since: NotRequired[str | None]
    limit: NotRequired[int]

class WhichGroups(TypedDict):
    """Which runs are counted, and how they are grouped."""
    query: NotRequired[str | None]
    by: NotRequired[list[GroupBy]]
    per: NotRequired[Span | None]
    of: NotRequired[Measure]
    limit: NotRequired[int]

class WhichItems(TypedDict):
    """Which items are wanted: those that fit all that is given, in the order of their codes."""
    text: NotRequired[str | None]
    ci_type: NotRequired[str | None]
    ci_subtype: NotRequired[str | None]
    status: NotRequired[str | None]
    environment: NotRequired[str | None]
    location: NotRequired[str | None]
    owner: NotRequired[str | None]
    offset: NotRequired[int]
    limit: NotRequired[int]

class WhichLetters(TypedDict):
    """How many letters are wanted."""
    limit: NotRequired[int]

class WhyAsset(TypedDict):
    """An asset, and why it is changed."""
    asset: str
    why: str

class WhyKey(TypedDict):
    """A key, and why it is changed."""
    key_id: str
    why: str

class Words(TypedDict):
    """What is searched for."""
    text: str
    before: NotRequired[str | None]
    limit: NotRequired[int]
