import { memo } from 'preact/compat';
import { Link } from 'wouter-preact';
import type { FleetRow } from '../../api/types';
import { useFormat, useText } from '../../i18n';
import { HealthBadge } from '../../ui/badges';
import { WearBar } from '../../ui/wearBar';
import type { Names } from './names';
import { fleetTexts } from './text';

interface RowProps {
  /** Absent while it is read. */
  readonly row: FleetRow | undefined;
  readonly index: number;
  /** Pixels from the top of the list. */
  readonly start: number;
  readonly height: number;
  readonly names: Names;
}

/** An asset in the list: a line on a desk, a card on a phone. */
export const Row = memo(({ row, index, start, height, names }: RowProps) => {
  const style = { transform: `translateY(${start}px)`, height: `${height}px` };
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows of a table cannot be placed freely
    <div class="fleet-row" role="row" tabIndex={-1} aria-rowindex={index + 2} style={style}>
      {row ? <Cells row={row} names={names} /> : <Waiting />}
    </div>
  );
});

function Waiting() {
  return (
    // biome-ignore lint/a11y/useSemanticElements: as the row
    <span role="cell" class="asset">
      <span class="skeleton" style={{ height: '1.2rem', width: '70%' }} />
    </span>
  );
}

/* biome-ignore-start lint/a11y/useSemanticElements: as the row */
function Cells({ row, names }: { row: FleetRow; names: Names }) {
  const t = useText(fleetTexts);
  const format = useFormat();
  const { id, modelId, wear, wearComponentId, endOfLife, endOfLifeComponentId, openTickets, lastReceivedAt } = row;
  const part = (component: string | undefined) => (component === undefined ? '' : names.component(modelId, component));
  return (
    <>
      <span role="cell" class="asset">
        <Link href={`/assets/${encodeURIComponent(id)}`}>{row.name ?? id}</Link>
        {row.customerId !== undefined && <span class="muted small">{row.customerId}</span>}
      </span>
      <span role="cell" class="health">
        <HealthBadge health={row.health} />
        {row.inMaintenance && <span class="badge plain">{t.inMaintenance}</span>}
        {row.silent && <span class="badge plain warning">{t.silent}</span>}
      </span>
      <span role="cell" class="model muted">
        {names.model(modelId)}
      </span>
      <span role="cell" class="site muted">
        {row.siteId}
      </span>
      <span role="cell" class="wear">
        {wear !== undefined && (
          <>
            <WearBar wear={wear} label={t.wearOf(format.percent(wear), part(wearComponentId))} />
            <span class="small muted">{t.wearOf(format.percent(wear), part(wearComponentId))}</span>
          </>
        )}
      </span>
      <span role="cell" class="end">
        {endOfLife !== undefined && (
          <>
            {format.date(endOfLife)}
            <span class="small muted">{part(endOfLifeComponentId)}</span>
          </>
        )}
      </span>
      <span role="cell" class="tickets">
        {openTickets > 0 && (
          <Link
            class={`badge ${row.worstTicket ?? ''}`}
            href={`/tickets?view=all&assetId=${encodeURIComponent(id)}`}
            aria-label={t.openTickets(format.integer(openTickets))}
          >
            {format.integer(openTickets)}
          </Link>
        )}
      </span>
      <span role="cell" class="seen muted">
        {lastReceivedAt === undefined ? t.never : format.relative(lastReceivedAt)}
      </span>
    </>
  );
}
/* biome-ignore-end lint/a11y/useSemanticElements: as the row */
