import type { ComponentChildren } from 'preact';
import { ScrollRegion } from './scrollRegion';

export interface Column {
  readonly name: string;
  /** `numeric`: to the right; `wide`: not on a phone. */
  readonly class?: string;
  /** Read out alone, as over buttons. */
  readonly isHidden?: boolean;
}

interface DataTableProps {
  readonly label: string;
  readonly columns: readonly Column[];
  /** Beside those of all tables. */
  readonly class?: string;
  /** Its rows. */
  readonly children: ComponentChildren;
}

/** A table that scrolls by itself where the window is narrow. */
export function DataTable({ label, columns, class: own = '', children }: DataTableProps) {
  return (
    <ScrollRegion label={label}>
      <table class={`table ${own}`}>
        <thead>
          <tr>
            {columns.map(({ name, class: kind, isHidden }) => (
              <th key={name} scope="col" class={kind}>
                {isHidden ? <span class="visually-hidden">{name}</span> : name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </ScrollRegion>
  );
}
