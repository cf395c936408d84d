// The pages: each is a folder, loaded when it is first shown.
import type { Component } from "svelte";

export type Page = {
  path: string;
  /** Which entry of the bar it belongs to. */
  of: string;
  title: string;
  /** After g, this key goes there; a page without one is not in the bar. */
  key?: string;
  /** What who asks must be allowed. */
  right?: string;
  load: () => Promise<{ default: Component<never> }>;
};

export const PAGES: Page[] = [
  { path: "/", of: "ask", title: "Ask", key: "a", right: "runs:write", load: () => import("./ask/Ask.svelte") },
  { path: "/runs", of: "runs", title: "Runs", key: "r", load: () => import("./runs/Runs.svelte") },
  { path: "/runs/*", of: "runs", title: "Run", load: () => import("./run/Run.svelte") },
  { path: "/compare", of: "runs", title: "Compare", load: () => import("./compare/Compare.svelte") },
  { path: "/replays", of: "replays", title: "Replays", key: "p", load: () => import("./replays/Replays.svelte") },
  { path: "/replays/*", of: "replays", title: "Replay", load: () => import("./replays/Replay.svelte") },
  { path: "/goldens", of: "goldens", title: "Goldens", key: "o", load: () => import("./replays/Goldens.svelte") },
  { path: "/estate", of: "estate", title: "Estate", key: "e", load: () => import("./estate/Estate.svelte") },
  { path: "/estate/*", of: "estate", title: "Item", load: () => import("./estate/Item.svelte") },
  { path: "/audit", of: "audit", title: "Audit", key: "u", right: "audit:read", load: () => import("./audit/Audit.svelte") },
  { path: "/keys", of: "audit", title: "Keys", right: "keys:admin", load: () => import("./audit/KeyList.svelte") },
];

/** Returns the page at a path, and what stands for the star there. */
export function pageAt(path: string): { page: Page | undefined; id: string } {
  const exact = PAGES.find((page) => page.path === path);
  if (exact) return { page: exact, id: "" };
  const page = PAGES.find((each) => each.path.endsWith("/*") && path.startsWith(each.path.slice(0, -1)));
  return { page, id: page ? decoded(path.slice(page.path.length - 1)) : "" };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
