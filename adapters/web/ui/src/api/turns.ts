import { onDestroy } from "svelte";

/** Returns what begins a turn: it counts until the next one begins, or its component is gone. */
export function turns(): () => () => boolean {
  let last = 0;
  onDestroy(() => last++);
  return () => {
    const mine = ++last;
    return () => mine === last;
  };
}
