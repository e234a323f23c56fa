// Reads a stream of server-sent events (WHATWG HTML, section 9.2) from a fetch response, so that
// the request can be a POST and can be aborted. Bounded: one event may hold MAX_EVENT_CHARACTERS.
import { isAbort, Problem } from "./http";

const MAX_EVENT_CHARACTERS = 4 * 1024 * 1024;

export interface ServerEvent {
  name: string;
  data: string;
}

export async function* serverEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader();
  let pending = "";
  let name = "message";
  let data: string[] = [];
  try {
    while (true) {
      const { value, done } = await reader.read().catch(broken);
      if (done) return;
      pending += value;
      if (pending.length > MAX_EVENT_CHARACTERS) throw new Problem("unreadable", "");
      const lines = pending.split(/\r\n|\n|\r(?!$)/);
      pending = lines.pop() ?? "";
      for (const line of lines) {
        if (line === "") {
          if (data.length > 0) yield { name, data: data.join("\n") };
          name = "message";
          data = [];
        } else if (line.startsWith("event:")) {
          name = line.slice(6).trimStart();
        } else if (line.startsWith("data:")) {
          data.push(line.slice(5).replace(/^ /, ""));
        }
      }
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

function broken(failure: unknown): never {
  throw isAbort(failure) ? failure : new Problem("cut_off", "");
}
