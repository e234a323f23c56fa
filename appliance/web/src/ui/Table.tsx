// A table that scrolls by itself where it is wider than the window.
import type { ComponentChildren } from "preact";

interface Props {
  label: string;
  columns: Readonly<Record<string, string>>;
  children: ComponentChildren;
}

export function Table({ label, columns, children }: Props) {
  return (
    <div class="table-frame" tabIndex={0} role="group" aria-label={label}>
      <table>
        <thead>
          <tr>
            {Object.values(columns).map((column) => (
              <th scope="col" key={column}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}
