// The timeline: stages and calls as bars on one axis, on which idle time is shortened.

const GAP_SHARE = 0.06;
const TICKS = 6;

function timeline(run) {
  const axis = axisOf(run.timeline.total_ms, run.timeline.gaps);
  const rows = run.timeline.lanes.flatMap((lane) => [lane.bar, ...lane.calls]).map((bar) => barRow(bar, axis, run));
  const gaps = run.timeline.gaps.map(([start, end]) => placed("gap", start, end, axis, `idle ${durationText(end - start)}`));
  const chart = element("div", { class: "chart" }, axisRow(axis), ...rows, element("div", { class: "gaps" }, ...gaps));
  return [
    element("h2", {}, "Timeline"),
    element("p", { class: "faint" }, `${durationText(run.timeline.total_ms)} in all. Open a bar for its events.`,
      gaps.length ? " Hatched is idle time, shortened." : ""),
    chart,
    ...run.timeline.marks.map((mark) => element("p", {}, `◆ +${durationText(mark.at_ms)} ${mark.sentence} (${mark.by}, event ${mark.version})`)),
  ];
}

// Each gap takes the same share of the width; what is left is to scale.
function axisOf(total, gaps) {
  const share = gaps.length ? Math.min(GAP_SHARE, 0.5 / gaps.length) : 0;
  const active = gaps.reduce((left, [start, end]) => left - (end - start), total);
  const scale = active > 0 ? (1 - share * gaps.length) / active : 0;
  const place = (ms) => {
    let at = ms * scale;
    for (const [start, end] of gaps) {
      if (ms <= start) break;
      const inside = Math.min(ms, end) - start;
      at += share * (inside / (end - start)) - inside * scale;
    }
    return 100 * at;
  };
  const instant = (activeMs) => gaps.reduce((ms, [start, end]) => (ms > start ? ms + end - start : ms), activeMs);
  return { place, instant, active };
}

function axisRow(axis) {
  const ticks = Array.from({ length: TICKS }, (_, index) => {
    const ms = axis.instant((axis.active * index) / TICKS);
    const tick = element("span", { class: "tick" }, durationText(ms));
    tick.style.left = `${axis.place(ms)}%`;
    return tick;
  });
  return element("div", { class: "axis", "aria-hidden": "true" }, element("span", {}), element("div", { class: "ticks" }, ...ticks));
}

function barRow(bar, axis, run) {
  const took = durationText(bar.end_ms - bar.start_ms);
  const name = `${bar.title}${bar.attempt > 1 ? ` #${bar.attempt}` : ""}`;
  const label = element("span", { class: "label" },
    element("span", { class: "mark", title: bar.status, "aria-label": bar.status }, MARKS[bar.status] || "?"),
    element("span", { class: "name", title: `${name} (${bar.name})` }, name),
    element("span", { class: "faint" }, bar.status === "skipped" ? "" : took));
  const track = element("span", { class: "track" }, placed("bar", bar.start_ms, bar.end_ms, axis, ""));
  const status = bar.status === "error" ? "error-status" : bar.status;
  return folded({ class: `bar-row ${bar.kind} ${status}` }, [label, track], () => [
    bar.note ? element("p", { class: "error" }, bar.note) : null,
    fields([["status", bar.status], ["attempt", bar.attempt], ["call", bar.kind === "call" ? bar.name : null],
      ["after", bar.depends_on.length ? bar.depends_on.join(", ") : null],
      ["from", durationText(bar.start_ms)], ["took", took]]),
    ...bar.versions.filter((version) => version !== null).map((version) => eventElement(run.events[version - 1])),
  ].filter((part) => part !== null));
}

function placed(kind, start, end, axis, text) {
  const made = element("span", { class: kind }, text);
  made.style.left = `min(${axis.place(start)}%, 100% - 3px)`;
  made.style.width = `${axis.place(end) - axis.place(start)}%`;
  return made;
}
