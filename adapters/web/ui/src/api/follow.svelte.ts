// Reads something again whenever it may have changed; one read at a time, none too often.
import { hear, live } from "./live.svelte";

const PAUSE_MS = 200;
const UNHEARD_MS = 2000;

/** Calls `again` now, after changes that `concerns` names, and now and then while none are heard. */
export function following(concerns: (id: string) => boolean, again: () => Promise<unknown>): () => void {
  let isReading = false;
  let isDue = false;
  let isOver = false;
  async function read() {
    if (isOver) return;
    if (isReading) {
      isDue = true;
      return;
    }
    isReading = true;
    isDue = false;
    await again().catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    isReading = false;
    if (isDue) read();
  }
  read();
  const stop = hear((change) => (change.topic === "" || concerns(change.id)) && read());
  const timer = setInterval(() => live.is || read(), UNHEARD_MS);
  return () => {
    isOver = true;
    stop();
    clearInterval(timer);
  };
}
