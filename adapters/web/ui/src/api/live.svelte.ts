// Hears what changes: of all tabs one holds the stream, and tells the others.
export type Change = { topic: string; id: string; version: number; type: string };
type Heard = (change: Change) => void;

const TOPICS = ["runs", "replays", "assets", "estate"];
const ears = new Set<Heard>();
const channel = new BroadcastChannel("opstrail-changes");

/** Whether the stream stands; pages say so, and read anew when it comes back. */
export const live = $state({ is: false });

/** Hears changes until the function that it returns is called; a topic of "" says: read anew. */
export function hear(heard: Heard): () => void {
  ears.add(heard);
  return () => ears.delete(heard);
}

/** Begins to listen; the lock goes to another tab when this one is closed. */
export function listen(): () => void {
  const over = new AbortController();
  channel.onmessage = ({ data }) => take(data);
  if (navigator.locks) {
    navigator.locks.request("opstrail-stream", { signal: over.signal }, () => stream(over.signal)).catch(() => {});
  } else stream(over.signal); // locks need HTTPS or localhost
  return () => over.abort();
}

function take(message: Change | { is: boolean }) {
  if ("is" in message) {
    const isBack = message.is && !live.is;
    live.is = message.is;
    if (isBack) take({ topic: "", id: "", version: 0, type: "" });
    return;
  }
  for (const heard of ears) heard(message);
}

function tell(message: Change | { is: boolean }) {
  take(message);
  channel.postMessage(message);
}

function stream(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    let source: EventSource;
    let again = 0;
    const open = () => {
      source = new EventSource(`/v1/stream?topics=${TOPICS.join(",")}`);
      source.onopen = () => tell({ is: true });
      for (const topic of TOPICS) source.addEventListener(topic, (event) => tell({ topic, ...JSON.parse(event.data) }));
      source.addEventListener("resync", () => tell({ topic: "", id: "", version: 0, type: "" }));
      source.onerror = () => {
        tell({ is: false });
        if (source.readyState === EventSource.CLOSED) again = window.setTimeout(open, 3000); // it was refused
      };
    };
    open();
    const hello = window.setInterval(() => channel.postMessage({ is: live.is }), 5000);
    signal.addEventListener("abort", () => {
      source.close();
      clearTimeout(again);
      clearInterval(hello);
      resolve();
    });
  });
}
