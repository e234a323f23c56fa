// The shapes of the service's JSON, as docs/web-page.md lists them. Times are ISO-8601 in UTC;
// sequences are entry numbers of the audit record.

export type Role = "staff" | "compliance" | "administrator";

export interface Site {
  name: string;
  marking: string;
  markingTone?: string;
}

export interface Person {
  name: string;
  roles: Role[];
}

export interface Session {
  person: Person;
  csrf: string;
}

export interface Model {
  id: string;
  name: string;
  state: string;
  contextTokens?: number;
  quantisation?: string;
  note?: string;
  standard?: boolean;
  pinned?: boolean;
}

/** A model as an administrator sees it. */
export interface PlannedModel {
  id: string;
  name: string;
  file: string;
  state: string;
  note: string;
  standard: boolean;
  pinned: boolean;
  idleMinutes: number;
  answering: number;
  fileBytes?: number;
  plannedBytes?: number;
  sha256?: string;
  entry?: number;
  verdict?: string;
  /** The model that guesses for it from the next load on. */
  draft?: string | null;
  /** The one that does now. */
  guessing?: { id: string; sha256: string };
  adapters?: { name: string; state: string; sha256?: string; note?: string }[];
}

export interface ModelRules {
  loadOnDemand: boolean;
  makeRoom: boolean;
  memoryMib: number;
}

export interface ModelPlan {
  settings: ModelRules;
  plannedBytes: number;
  models: PlannedModel[];
}

export interface ReplayReport {
  verdict: string;
  difference: string;
  differsAt?: number;
  entry: number;
}

/** Chrome's trace events; times in microseconds. */
export interface TraceBody {
  traceEvents: { name: string; ph: string; ts?: number; dur?: number; tid?: number; cat?: string }[];
}

export interface ConversationLine {
  id: string;
  title: string;
  updatedAt: string;
}

export interface Receipt {
  output_id?: string;
  log_id?: string;
  intent?: number;
  output?: number;
  seal?: number;
  leaf_hash?: string;
}

export interface ErrorBody {
  type?: string;
  code?: string;
  message?: string;
}

export interface Turn {
  id: string;
  role: "user" | "assistant";
  text: string;
  createdAt?: string;
  outputId?: string;
  receipt?: Receipt;
  model?: string;
  finishReason?: string;
  /** Made by itself, as a replay of it will be. */
  replayable?: boolean;
  error?: ErrorBody | string;
  pending?: boolean;
}

export interface ConversationBody {
  id: string;
  title: string;
  turns: Turn[];
}

export interface Usage {
  prompt_tokens?: number;
  completion_tokens?: number;
  total_tokens?: number;
}

export type CredentialStateName = "valid" | "unknown_signer" | "invalid" | "absent";

export interface CredentialStory {
  state: CredentialStateName;
  why?: { code?: string; message?: string };
  signer?: string;
  generator?: string;
  date?: string;
  model?: { name?: string; sha256?: string };
  entry?: { logId?: string; intent?: number; output?: number; seal?: number; leafHash?: string };
  manifest?: unknown;
  replayable?: boolean;
}

export interface ApiKey {
  id: string;
  name: string;
  role: Role;
  createdAt?: string;
  createdBy?: string;
  lastUsedAt?: string;
  revokedAt?: string;
}

export interface CreatedKey extends ApiKey {
  secret: string;
}

export interface PersonLine {
  id: string;
  name: string;
  roles: Role[];
  createdAt?: string;
  disabled?: boolean;
}

export interface StatusRow {
  label: string;
  value: string;
  state?: "ok" | "warn" | "bad";
}

export interface StatusBody {
  sections: { name: string; title: string; rows: StatusRow[] }[];
}

export interface CheckpointBody {
  size: number;
  text: string;
  /** Its three lines as a QR code: so many modules a side, and the dark ones as SVG draws them. */
  code: { side: number; path: string };
}

export interface SealResult {
  process?: string;
  name: string;
  attempted?: string;
  outcome: string;
  detail?: string;
  layer?: string;
}

export interface SealCheck {
  checkedAt?: string;
  entry?: number;
  results: SealResult[];
}

export interface Boundary {
  generatedAt?: string;
  text: string;
}
