// The timeline: stages and calls as bars on one axis. Where everything is, and how it reads, comes with the run.

function timeline(run) {
  const drawn = run.timeline;
  const rows = drawn.lanes.flatMap((lane) => [lane.bar, ...lane.calls]).map((bar) => barRow(bar, run));
  const gaps = drawn.gaps.map((gap) => placed("gap", gap, gap.text));
  const chart = element("div", { class: "chart" }, axisRow(drawn.ticks), ...rows, element("div", { class: "gaps" }, ...gaps));
  return [
    element("h2", {}, "Timeline"),
    element("p", { class: "faint" }, `${drawn.total} in all. Open a bar for its events.`,
      gaps.length ? " Hatched is idle time, shortened; after it times count from its end." : ""),
    chart,
    ...drawn.gaps.map((gap) => element("p", { class: "faint" }, gap.text)),
    ...drawn.marks.map((mark) => element("p", {}, `◆ ${mark.at} ${mark.sentence} (${mark.by}, event ${mark.version})`)),
    drawn.notes.length ? element("h3", {}, "After the end") : null,
    ...drawn.notes.map((note) => element("p", {}, `◆ ${note.recorded_at} ${note.sentence} (${note.by}, event ${note.version})`)),
  ].filter((part) => part !== null);
}

function axisRow(ticks) {
  const made = ticks.map(([left, text]) => {
    const tick = element("span", { class: "tick" }, text);
    tick.style.left = `${left}%`;
    return tick;
  });
  return element("div", { class: "axis", "aria-hidden": "true" }, element("span", {}), element("div", { class: "ticks" }, ...made));
}

function barRow(bar, run) {
  const name = `${bar.title}${bar.attempt > 1 ? ` #${bar.attempt}` : ""}`;
  const label = element("span", { class: "label" },
    element("span", { class: "mark", title: bar.status, "aria-label": bar.status }, MARKS[bar.status] || "?"),
    element("span", { class: "name", title: `${name} (${bar.name})` }, name),
    element("span", { class: "faint" }, bar.took));
  const track = element("span", { class: "track" }, placed("bar", bar, ""));
  const status = bar.status === "error" ? "error-status" : bar.status;
  return folded({ class: `bar-row ${bar.kind} ${status}` }, [label, track], () => [
    bar.note ? element("p", { class: "error" }, bar.note) : null,
    fields([["status", bar.status], ["attempt", bar.attempt], ["call", bar.kind === "call" ? bar.name : null],
      ["after", bar.depends_on.length ? bar.depends_on.join(", ") : null],
      ["from", bar.from], ["took", bar.took || null]]),
    ...bar.versions.filter((version) => version !== null).map((version) => eventElement(run.events[version - 1])),
  ].filter((part) => part !== null));
}

function placed(kind, span, text) {
  const made = element("span", { class: kind }, text);
  made.style.left = `min(${span.left}%, 100% - 3px)`;
  made.style.width = `${span.width}%`;
  return made;
}
