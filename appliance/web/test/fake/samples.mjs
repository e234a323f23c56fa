// What the fake service tells: people, models, credentials, the answers of a model.
import { createHash, randomUUID } from "node:crypto";

export const hash = (text) => createHash("sha256").update(text).digest("hex");
export const PASSWORD = "correct horse battery";

export const SITE = { name: "Evaluation site", marking: "EVALUATION SITE", markingTone: "neutral" };

export const PEOPLE = [
  { id: "p1", name: "ada", roles: ["staff"], createdAt: "2026-11-02T08:00:00Z", disabled: false },
  { id: "p2", name: "grace", roles: ["staff", "administrator"], createdAt: "2026-11-01T07:30:00Z", disabled: false },
];

export const MODELS = [
  { id: "qwen", name: "Qwen 2.5 7B Instruct", state: "ready", contextTokens: 32768, quantisation: "Q4_K_M", note: "Q4_K_M" },
  { id: "llama", name: "Llama 3.2 3B Instruct", state: "ready", contextTokens: 8192, quantisation: "Q8_0", note: "" },
  { id: "big", name: "Qwen 2.5 72B", state: "loading", contextTokens: 32768, quantisation: "Q4_K_M", note: "" },
];

/** As administrators see models. */
export const PLAN = {
  settings: { loadOnDemand: true, makeRoom: true, memoryMib: 0 },
  plannedBytes: 5.5 * 2 ** 30,
  models: [
    { id: "qwen", name: "Qwen 2.5 7B Instruct", state: "ready", note: "The model answers.", standard: true, pinned: true, idleMinutes: 0, answering: 2, sha256: hash("qwen"), verdict: "Qwen fits: it needs 5.5 GiB.", adapters: [{ name: "legal", state: "ready" }] },
    { id: "llama", state: "unloaded", note: "It is not loaded.", standard: false, pinned: false, idleMinutes: 30, answering: 0, verdict: "Llama fits: it needs 3.9 GiB, and 12 GiB are there.", adapters: [] },
  ],
};

export const TRACE = {
  traceEvents: [
    { name: "thread_name", ph: "M", tid: 1, args: { name: "gateway" } },
    { name: "answer", ph: "X", ts: 0, dur: 900000, tid: 1 },
    { name: "INTENT", ph: "X", ts: 100, dur: 4200, tid: 1 },
    { name: "prefill", ph: "X", ts: 5000, dur: 120000, tid: 2 },
    { name: "token 2", ph: "X", ts: 125000, dur: 10000, tid: 2 },
    { name: "token 3", ph: "X", ts: 135000, dur: 14000, tid: 2 },
  ],
};

export const ANSWER = `A **sealed** appliance keeps three things on one side of its wall:

1. the weights of the model,
2. what people ask it, and
3. the record of both.

| Layer | What it stops |
|---|---|
| Kernel filter | \`connect()\` and datagrams |
| Network namespace | any route out |
| Boundary check | a claim nobody tested |

\`\`\`sh
redoubt verify answer.txt answer.proof --trust trust/
\`\`\`

Anyone who holds the *trust folder* can repeat this check offline.`;

/** The words of an answer as a model would send them: in small pieces. */
export function pieces(text) {
  return text.match(/\S+\s*|\s+/g) ?? [];
}

export function story(state, outputId, sequence, text, model = MODELS[0]) {
  const leafHash = hash(`leaf ${outputId}`);
  if (state === "invalid") {
    return {
      state,
      why: { code: "assertion.dataHash.mismatch", message: "The text is not the one that was sealed." },
      // A careless service might send claims all the same: the page must not show them.
      signer: "NOT TO BE SHOWN",
      model: { name: "NOT TO BE SHOWN" },
    };
  }
  if (state === "absent") {
    return { state, why: { code: "redoubt.absent", message: "There is no credential beside the text." }, signer: "NOT TO BE SHOWN" };
  }
  const signer = state === "valid" ? "Evaluation site C2PA authority" : "Northern Depot C2PA authority";
  return {
    state,
    signer,
    generator: "Redoubt 0.1.0",
    date: "2026-11-21T10:14:03Z",
    model: { name: model.name, sha256: hash(model.id) },
    entry: { logId: hash("log").slice(0, 32), intent: sequence, output: sequence + 1, seal: sequence + 2, leafHash },
    manifest: {
      label: `urn:c2pa:${randomUUID()}`,
      claim_generator_info: [{ name: "Redoubt", version: "0.1.0" }],
      signature_info: { alg: "Es256", issuer: signer },
      assertions: [
        {
          label: "c2pa.actions.v2",
          data: {
            actions: [
              {
                action: "c2pa.created",
                digitalSourceType: "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia",
              },
            ],
          },
        },
        { label: "c2pa.ai-disclosure", data: { modelName: model.name, modelIdentifier: hash(model.id) } },
        { label: "org.redoubt.audit-entry", data: { sequence, leafHash, contentSha256: hash(text) } },
      ],
    },
  };
}

export const STATUS = {
  sections: [
    {
      name: "appliance",
      title: "Appliance",
      rows: [
        { label: "Version", value: "0.1.0" },
        { label: "Readiness", value: "ready", state: "ok" },
        { label: "Up since", value: "21 Nov 2026, 09:58" },
        { label: "TLS certificate", value: "expires 20 Nov 2027", state: "ok" },
      ],
    },
    {
      name: "model",
      title: "Model",
      rows: [
        { label: "Name", value: "Qwen 2.5 7B Instruct" },
        { label: "Weights", value: hash("qwen") },
        { label: "Memory", value: "5.6 GiB of 23.4 GiB", state: "ok" },
        { label: "CPU variant", value: "haswell, 2 threads" },
      ],
    },
    {
      name: "record",
      title: "Record",
      rows: [
        { label: "Entries", value: "1204", state: "ok" },
        { label: "Last checkpoint", value: "of 1204 entries, the last of 2026-11-21T10:14:00Z" },
        { label: "Witnessed", value: "by nobody: no witness policy is set", state: "warn" },
      ],
    },
    {
      name: "seal",
      title: "Seal",
      rows: [
        { label: "Engine", value: "no socket call of any kind", state: "ok" },
        { label: "Gateway", value: "no outgoing connection", state: "ok" },
      ],
    },
  ],
};

export const SEAL = {
  checkedAt: "2026-11-21T10:20:00Z",
  entry: 1205,
  results: ["engine", "gateway"].flatMap((process) => [
    { process, name: "TCP over IPv4", attempted: "connect to 127.0.0.1:9", outcome: "blocked", layer: "seccomp", detail: "EPERM" },
    { process, name: "UDP", attempted: "socket(AF_INET, SOCK_DGRAM)", outcome: "blocked", layer: "seccomp", detail: "EPERM" },
    { process, name: "io_uring", attempted: "io_uring_setup", outcome: "blocked", layer: "seccomp", detail: "EPERM" },
    { process, name: "Write outside the home folder", attempted: "/tmp/x", outcome: "blocked", layer: "landlock", detail: "EACCES" },
  ]),
};

export const BOUNDARY = {
  generatedAt: "2026-11-21T10:20:00Z",
  text: `## What the seal covers

- **Outgoing connections** of the gateway and every socket of the engine. *Tested on this host: blocked by seccomp.*
- **Writes** outside the home folder.

## What it does not cover

- Somebody with root on this host.
- Screens, printers and people.
`,
};

const LINES = `redoubt/${hash("log")}\n1204\n${Buffer.from(hash("root"), "hex").toString("base64")}\n`;

/** The service makes the code; here it is some modules of one. */
export const CHECKPOINT = {
  size: 1204,
  text: LINES,
  note: LINES,
  code: {
    side: 49,
    path: Array.from({ length: 41 * 41 }, (_, at) => ((at * 7919) % 5 < 2 ? `M${4 + (at % 41)} ${4 + Math.floor(at / 41)}h1v1h-1z` : "")).join(""),
  },
};
