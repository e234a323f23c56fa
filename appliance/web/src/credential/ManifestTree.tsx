// The manifest as it was signed: any JSON, as a tree that opens level by level. Bounded in depth and
// width, since what it shows comes from a file.
import { t } from "../strings";

const DEPTH_MAX = 12;
const CHILDREN_MAX = 200;

export function ManifestTree({ manifest }: { manifest: unknown }) {
  if (manifest === undefined || manifest === null) return null;
  return (
    <details class="manifest">
      <summary>{t.credential.manifest}</summary>
      <p class="hint">{t.credential.manifestHint}</p>
      <Children value={manifest} depth={0} />
    </details>
  );
}

function Children({ value, depth }: { value: unknown; depth: number }) {
  const entries = Object.entries(value as object).slice(0, CHILDREN_MAX);
  return (
    <ul class="tree">
      {entries.map(([key, child]) => (
        <li key={key}>
          <Node name={key} value={child} depth={depth} />
        </li>
      ))}
    </ul>
  );
}

function Node({ name, value, depth }: { name: string; value: unknown; depth: number }) {
  if (typeof value === "object" && value !== null && depth < DEPTH_MAX) {
    const size = Object.keys(value).length;
    return (
      <details open={depth < 1}>
        <summary>
          <span class="tree-name">{name}</span> <span class="tree-size">{t.credential.list(size)}</span>
        </summary>
        <Children value={value} depth={depth + 1} />
      </details>
    );
  }
  return (
    <span class="tree-leaf">
      <span class="tree-name">{name}</span> <span class="tree-value">{typeof value === "string" ? value : JSON.stringify(value)}</span>
    </span>
  );
}
