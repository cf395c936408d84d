// The page of one run, and the choice between runs.

const bundle = parsed("bundle");

function parsed(id) {
  return JSON.parse(document.getElementById(id).textContent);
}

function summary(run) {
  const about = run.summary;
  return [
    element("h1", {}, about.question || about.run_id),
    fields([["run", about.run_id], ["outcome", about.outcome], ["flagged as", about.flag], ["error", about.error],
      ["asked by", `${about.actor_kind} ${about.actor_id}`], ["tenant", about.tenant_id], ["requested at", about.requested_at],
      ["ended at", about.ended_at], ["took", about.took], ["waited", about.waited],
      ["the clock went back by", about.clock_went_back],
      ["planner", about.planner], ["route", about.route],
      ["tool calls", `${about.call_count}, of which ${about.failed_call_count} failed`], ["events", about.version]]),
  ];
}

function plan(run) {
  const parts = [element("h2", {}, "Plan and decisions")];
  parts.push(run.plan ? folded({}, ["Plan"], () => [json(run.plan)]) : element("p", {}, "There is no plan."));
  if (run.decisions.length) {
    parts.push(element("h3", {}, "What validation decided"), recordTable(run.decisions));
  }
  return parts;
}

function showRun(index) {
  const run = parsed(`run-${index}`);
  document.getElementById("run").replaceChildren(
    ...summary(run), ...answer(run), ...timeline(run), ...plan(run), ...eventList(run), ...hashes(run, bundle));
}

function showChoice() {
  const options = bundle.runs.map((run, index) => element("option", { value: index }, `${run.question || run.run_id} (${run.run_id})`));
  const select = element("select", { id: "choice" }, ...options);
  select.addEventListener("change", () => showRun(select.value));
  document.getElementById("header").append(
    element("label", { for: "choice" }, `${bundle.runs.length} runs: `), select);
}

if (bundle.runs.length > 1) {
  showChoice();
}
showRun(0);
