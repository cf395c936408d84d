// The rows of a timeline: stages, the calls in them, attempts of one call on one row, many alike as a group.
import type { Bar, Lane, Timeline } from "../../api/types";

export type Row = {
  key: string;
  depth: 0 | 1 | 2;
  title: string;
  more: string;
  status: string;
  bars: Bar[];
  /** Of a group: how many calls, and whether they are shown below. */
  group?: { count: number; failed: number; isOpen: boolean };
};

const MANY = 8;
const MOST_BARS = 200;

export function rowsOf(timeline: Timeline, open: ReadonlySet<string>): Row[] {
  const least = timeline.total_ms / MOST_BARS;
  return timeline.lanes.flatMap((lane, at) => [stageRow(lane, at), ...callRows(lane, at, open, least)]);
}

function stageRow({ bar }: Lane, at: number): Row {
  return { key: `${at}`, depth: 0, title: bar.title, more: bar.attempt > 1 ? `attempt ${bar.attempt}` : (bar.note ?? ""), status: bar.status, bars: [bar] };
}

function* callRows(lane: Lane, at: number, open: ReadonlySet<string>, least: number): Generator<Row> {
  const byName = Map.groupBy(lane.calls, (bar) => bar.name);
  const rows = [...byName].map(([name, bars]) => callRow(`${at}/${name}`, name, bars));
  const alike = Map.groupBy(rows, (row) => row.title);
  const told = new Set<string>();
  for (const row of rows) {
    const group = alike.get(row.title)!;
    if (group.length < MANY) yield row;
    else if (!told.has(row.title)) {
      told.add(row.title);
      yield* grouped(`${at}/${row.title} ×`, group, open, least);
    }
  }
}

function callRow(key: string, name: string, bars: Bar[]): Row {
  const last = bars.at(-1)!;
  return { key, depth: 1, title: last.title, more: bars.length > 1 ? `${name} ×${bars.length}` : name, status: last.status, bars };
}

function* grouped(key: string, rows: Row[], open: ReadonlySet<string>, least: number): Generator<Row> {
  const failed = rows.filter((row) => row.status === "failed" || row.status === "interrupted").length;
  const isOpen = open.has(key);
  const first = rows[0]!;
  const status = failed ? "failed" : rows.some((row) => row.status === "running") ? "running" : first.status;
  yield { key, depth: 1, title: first.title, more: `×${rows.length}`, status, bars: joined(rows.flatMap((row) => row.bars), least), group: { count: rows.length, failed, isOpen } };
  if (isOpen) for (const row of rows) yield { ...row, depth: 2 };
  else for (const row of rows) if (row.status === "failed") yield { ...row, depth: 2 }; // a failure is never folded away
}

/** Bars that touch, or nearly, as one: a group is drawn as when something went on in it. */
function joined(bars: Bar[], least: number): Bar[] {
  const found: Bar[] = [];
  for (const bar of [...bars].sort((a, b) => a.start_ms - b.start_ms)) {
    const before = found.at(-1);
    if (!before || bar.start_ms > before.end_ms + least) found.push({ ...bar, waits: [] });
    else {
      before.end_ms = Math.max(before.end_ms, bar.end_ms);
      if (bar.status === "failed") before.status = "failed";
    }
  }
  return found;
}

/** The version that stands for a bar: where it ended, or began. */
export const versionOf = (bar: Bar): number => (bar.versions[1] as number | null) ?? (bar.versions[0] as number);

export const isOf = (bar: Bar, version: number): boolean => bar.versions[0] === version || bar.versions[1] === version;

/** Which of the nine colours fills a bar: that of its tool; its status never changes it. */
export function fillOf(bar: Bar): string {
  const kind = bar.kind === "stage" ? "stage" : bar.title.split(".")[0]!;
  return /^(stage|ci|metric|graph|history|cep|document|sql|http|mcp|query)$/.test(kind) ? `var(--kind-${kind})` : "var(--kind-mcp)";
}
