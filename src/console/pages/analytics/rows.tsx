import type { ComponentChildren } from 'preact';
import { useText } from '../../i18n';
import { DataTable } from '../../ui/dataTable';
import { Empty } from '../../ui/states';
import { analyticsTexts } from './text';

interface Grouped {
  readonly key: string | null;
}

/** The total first, then its groups. */
export function withTotal<T extends object>(
  total: T,
  groups: readonly (T & Grouped)[],
): (T & { key: string | null | undefined })[] {
  return groups.length === 1 ? [...groups] : [{ ...total, key: undefined }, ...groups];
}

/** The name of a row: the group, “without”, or all together. */
export function RowName({ name }: { name: string | null | undefined }) {
  const t = useText(analyticsTexts);
  if (name === undefined) return <strong>{t.all}</strong>;
  return name === null ? <em>{t.unnamed}</em> : <span>{name}</span>;
}

export function FigureTable({ head, children }: { head: readonly string[]; children: ComponentChildren }) {
  return (
    <DataTable label={head[0] ?? ''} columns={head.map((name) => ({ name }))}>
      {children}
    </DataTable>
  );
}

export function NothingCounted() {
  const t = useText(analyticsTexts);
  return (
    <Empty title={t.empty}>
      <p>{t.emptyHint}</p>
    </Empty>
  );
}
