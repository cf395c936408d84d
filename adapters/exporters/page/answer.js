// The answer: blocks of every type, and the references that they rest on.

const BLOCKS = {
  text: (block) => [element("p", {}, block.text)],
  number: (block) => [
    element("p", {}, `${block.label}: `, element("span", { class: "value" }, shown(block.value)), ` ${block.unit || ""}`),
  ],
  table: (block) => [table(block.columns, block.rows)],
  network: graph,
  path: (block) => [
    element("p", {}, block.nodes.map((node) => node.code || node.id).join(" → "), ` (${block.hop_count} hops)`),
    recordTable(block.edges),
  ],
  chart: (block) => block.series.flatMap((series) => line(series.name, series.points)),
  timeseries: (block) =>
    block.series.flatMap((series) => line(series.name || "", series.data.map((point) => [point.timestamp, point.value]))),
  markdown: (block) => [element("pre", {}, block.content)],
  list: (block) => [element("ul", {}, ...block.items.map((item) => element("li", {}, item)))],
  references: (block) => [recordTable(block.items)],
  ui_panel: (block) =>
    block.inputs.map((input) =>
      element("p", {}, `${input.label} `, ...(input.options || []).map((option) => element("span", { class: "chip" }, option.label)))),
};

function answer(run) {
  const response = run.response;
  const parts = [element("h2", {}, "Answer"), element("p", {}, response.answer || "There is no answer.")];
  if (response.error) {
    parts.push(element("p", { class: "error" }, `${response.error.code}: ${response.error.message}`));
  }
  const repeats = (block) => block.id === "notes" || (block.type === "text" && block.text === response.answer);
  parts.push(...response.blocks.filter((block) => !repeats(block)).map(blockElement));
  if (response.references.length) {
    parts.push(element("h3", {}, "References"));
    parts.push(...response.references.map(reference));
  }
  return parts;
}

function blockElement(block) {
  const render = BLOCKS[block.type] || ((unknown) => [json(unknown)]);
  const made = element("section", { class: "block" }, block.title ? element("h3", {}, block.title) : null, ...render(block));
  if (block.meta && Object.keys(block.meta).length) {
    made.append(folded({ class: "faint" }, ["About this table or graph"], () => [json(block.meta)]));
  }
  if (block.reference_ids && block.reference_ids.length) {
    made.append(folded({ class: "faint" }, [`Rests on ${block.reference_ids.length} references`], () =>
      block.reference_ids.map((id) => element("a", { class: "chip", href: `#${anchor(id)}` }, id))));
  }
  return made;
}

function reference(item) {
  const title = `${item.id}: ${item.title || item.kind || ""}`;
  return folded({ id: anchor(item.id) }, [title], () => [json(item)]);
}

function anchor(id) {
  return `reference-${encodeURIComponent(id)}`;
}

function graph(block) {
  return [
    recordTable(block.nodes),
    folded({}, [`${block.edges.length} relations`], () => [recordTable(block.edges)]),
  ];
}

// A line over evenly spaced points: a look at the shape; the values are in the table below.
function line(name, points) {
  const values = points.map(([, y]) => y).filter((y) => y !== null);
  if (!values.length) return [element("p", {}, `${name}: no points`)];
  const low = values.reduce((a, b) => Math.min(a, b));
  const high = values.reduce((a, b) => Math.max(a, b));
  const drawn = points
    .map(([, y], index) => [(1000 * (index + 0.5)) / points.length, y])
    .filter(([, y]) => y !== null)
    .map(([x, y]) => `${x},${high === low ? 50 : 95 - (90 * (y - low)) / (high - low)}`);
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const stroke = document.createElementNS("http://www.w3.org/2000/svg", "polyline");
  svg.setAttribute("viewBox", "0 0 1000 100");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", `${name}, from ${low} to ${high}`);
  stroke.setAttribute("points", drawn.join(" "));
  svg.append(stroke);
  const caption = `${name}: ${points.length} points, ${low} to ${high}`;
  return [svg, folded({}, [caption], () => [table(["x", "y"], points)])];
}
