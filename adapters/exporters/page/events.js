// The events, with a filter over everything that they hold, and their hashes.

function eventElement(event) {
  const title = [`${event.version}`, event.type, event.recorded_at, `${event.actor.kind} ${event.actor.id}`];
  return folded({ class: "event" }, title.map((text) => element("span", {}, text)), () => [
    json(dataOf(event)),
    fields([["event", event.event_id], ["position in the log", event.position], ["schema version", event.schema_version],
      ["correlation", event.correlation_id], ["causation", event.causation_id], ["trace parent", event.traceparent],
      ["content hash", event.content_hash], ["head hash after it", event.head_hash]]),
  ]);
}

function dataOf(event) {
  try {
    return JSON.parse(event.data);
  } catch {
    return event.data;
  }
}

function eventList(run) {
  const rows = run.events.map((event) => eventElement(event));
  const texts = run.events.map((event) => JSON.stringify(event).toLowerCase());
  const count = element("span", { class: "faint", role: "status" }, `${rows.length} events`);
  const input = element("input", { type: "search", id: "filter", placeholder: "tool-call-failed" });
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/);
    let found = 0;
    rows.forEach((row, index) => {
      row.hidden = !words.every((word) => texts[index].includes(word));
      found += row.hidden ? 0 : 1;
    });
    count.textContent = `${found} of ${rows.length} events`;
  });
  const filter = element("div", { class: "filter" }, element("label", { for: "filter" }, "Only events with these words"), input, count);
  const head = ["version", "type", "recorded at", "actor"].map((name) => element("span", {}, name));
  return [element("h2", {}, "Events"), filter, element("div", { class: "event-head faint" }, ...head), element("div", {}, ...rows)];
}

function hashes(run, bundle) {
  const member = `runs/${run.summary.run_id}.jsonl`;
  return [
    element("h2", {}, "Hashes"),
    fields([["events", run.events.length], ["head hash", run.head_hash], ["exported", bundle.created_at],
      ["by", `opstrail ${bundle.engine_version}`]]),
    element("p", {}, "This page only shows. To check it all: ", element("code", {}, "opstrail run verify-bundle FILE"),
      ". Without opstrail, the events in the unpacked bundle: "),
    element("pre", {}, `python verify_events.py ${member} ${run.head_hash}`),
    element("p", {}, "A head hash that was kept elsewhere, and is the same, shows that nothing was rewritten."),
  ];
}
