// The live feed of events. One tab of a browser holds the stream (a Web Lock says which) and passes
// events to the others, because a browser allows only six connections to one origin. The stream is read
// with fetch rather than EventSource: event names need not be known in advance, and a refusal is readable.
import type { LiveEvent } from "./types";

export type LiveState = "connecting" | "live" | "reconnecting";

interface Message {
  event?: LiveEvent;
  state?: LiveState;
  /** The stream began afresh: what happened before it is unknown, so everything on screen is read again. */
  resync?: boolean;
}

const RETRY_MS = [500, 1000, 2000, 4000, 8000];

export interface Feed {
  onEvent: (event: LiveEvent) => void;
  onState: (state: LiveState) => void;
  onResync: () => void;
}

/** Starts following events and returns the way to stop. */
export function follow(feed: Feed): () => void {
  const stopping = new AbortController();
  const channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("rapport-live");

  const deliver = (message: Message) => {
    if (message.state) feed.onState(message.state);
    if (message.event) feed.onEvent(message.event);
    if (message.resync) feed.onResync();
  };
  const announce = (message: Message) => {
    deliver(message);
    channel?.postMessage(message);
  };
  if (channel) channel.onmessage = (received: MessageEvent<Message>) => deliver(received.data);

  const lead = () => read(announce, stopping.signal);
  if (navigator.locks && channel) {
    feed.onState("live");
    navigator.locks.request("rapport-live", { signal: stopping.signal }, lead).catch(() => undefined);
  } else {
    void lead();
  }
  return () => {
    stopping.abort();
    channel?.close();
  };
}

async function read(announce: (message: Message) => void, signal: AbortSignal): Promise<void> {
  let position: string | null = null;
  let failures = 0;
  let openedBefore = false;
  while (!signal.aborted) {
    try {
      const headers: Record<string, string> = { Accept: "text/event-stream" };
      if (position) headers["Last-Event-ID"] = position;
      const response = await fetch("/v1/events", { headers, signal, credentials: "same-origin" });
      if (response.status === 400 || response.status === 410) position = null;
      if (!response.ok || !response.body) throw new Error(`events answered ${response.status}`);
      announce({ state: "live", resync: openedBefore && position === null });
      openedBefore = true;
      failures = 0;
      await eachMessage(response.body, (id, data) => {
        if (id) position = id;
        if (data) announce({ event: JSON.parse(data) as LiveEvent });
      });
    } catch {
      if (signal.aborted) return;
    }
    announce({ state: "reconnecting" });
    await pause(RETRY_MS[Math.min(failures, RETRY_MS.length - 1)]!, signal);
    failures += 1;
  }
}

/** Splits a text/event-stream body into messages: blank line ends one, `data:` lines join. */
async function eachMessage(body: ReadableStream<Uint8Array>, take: (id: string, data: string) => void): Promise<void> {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  let rest = "";
  let id = "";
  let data: string[] = [];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (rest + value).split(/\r\n|\n|\r/);
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line === "") {
        if (data.length > 0 || id) take(id, data.join("\n"));
        id = "";
        data = [];
      } else if (line.startsWith("data:")) data.push(line.slice(5).trimStart());
      else if (line.startsWith("id:")) id = line.slice(3).trim();
    }
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
