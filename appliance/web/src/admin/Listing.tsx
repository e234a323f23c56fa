// A list that a page of the administration fetches: its lines as a table, each named by its first cell.
import type { ComponentChildren } from "preact";
import { Table } from "../ui/Table";
import type { Fetched } from "./fetched";
import { Waiting } from "./Waiting";

interface Props<T> {
  id: string;
  title: string;
  none: string;
  columns: Readonly<Record<string, string>>;
  of: Fetched<T[]>;
  /** The cells after the name. */
  cells: (line: T) => ComponentChildren[];
}

export function Listing<T extends { id: string; name: string }>({ id, title, none, columns, of, cells }: Props<T>) {
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <Waiting of={of} />
      {of.value?.length === 0 && <p>{none}</p>}
      {of.value && of.value.length > 0 && (
        <Table label={title} columns={columns}>
          {of.value.map((line) => (
            <tr key={line.id}>
              <th scope="row">{line.name}</th>
              {cells(line).map((cell, index) => (
                <td key={index}>{cell}</td>
              ))}
            </tr>
          ))}
        </Table>
      )}
    </section>
  );
}

/** Whether a line counts, in a word and a colour. */
export function Tag({ tone, children }: { tone: "ok" | "bad" | ""; children: ComponentChildren }) {
  return <span class={`tag ${tone}`}>{children}</span>;
}

interface ActProps {
  label: string;
  of: string;
  onClick: () => void;
  /** Not now; it keeps the focus. */
  waits?: boolean;
}

/** What can be done to a line. */
export function Act({ label, of, onClick, waits = false }: ActProps) {
  return (
    <button type="button" class="small" aria-label={of} aria-disabled={waits} onClick={() => waits || onClick()}>
      {label}
    </button>
  );
}
