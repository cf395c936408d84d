// Where one is: the URL is the state, and whoever has it sees the same.
export const place = $state({ path: location.pathname, query: new URLSearchParams(location.search) });

/** Goes to another page, which the browser's back button leaves again. */
export function go(href: string): void {
  history.pushState(null, "", href);
  arrive();
  scrollTo(0, 0);
}

/** Changes what is chosen on this page; an empty value is left out. */
export function choose(changes: Record<string, string | number | null | undefined>): void {
  const query = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === undefined || value === "") query.delete(name);
    else query.set(name, String(value));
  }
  history.replaceState(null, "", query.size ? `?${query}` : location.pathname);
  arrive();
}

/** Lets links within the pages do without loading them again. */
export function follow(event: MouseEvent): void {
  const link = (event.target as Element).closest?.("a");
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
  if (link.origin !== location.origin || link.target || link.download || link.pathname.startsWith("/v1")) return;
  event.preventDefault();
  go(link.href);
}

export const runPath = (id: string): string => `/runs/${encodeURIComponent(id)}`;

function arrive(): void {
  place.path = location.pathname;
  place.query = new URLSearchParams(location.search);
}

addEventListener("popstate", arrive);
