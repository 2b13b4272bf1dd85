import { useEffect, useState } from 'preact/hooks';
import { useRead } from '../../api/queries';
import { useText } from '../../i18n';
import { Field } from '../../ui/field';
import { type FleetView, GROUPINGS, type Grouping, KEYS, SORTS } from './filter';
import type { Names } from './names';
import { fleetTexts } from './text';

const TYPED_MS = 300;

/** Which part of the fleet is shown, and in which order. */
export function Filters({ view, names }: { view: FleetView; names: Names }) {
  const t = useText(fleetTexts);
  const { sort, group, change } = view;
  const groupings = { site: t.bySite, model: t.byModel, customer: t.byCustomer };
  return (
    <div class="fleet-filters">
      <Search view={view} />
      {GROUPINGS.map((by) => (
        <Choice key={by} by={by} view={view} names={names} />
      ))}
      <Field label={t.group}>
        <select value={group ?? ''} onChange={(event) => change({ group: event.currentTarget.value })}>
          <option value="">{t.noGroup}</option>
          {GROUPINGS.map((by) => (
            <option key={by} value={by}>
              {groupings[by]}
            </option>
          ))}
        </select>
      </Field>
      <Field label={t.sort}>
        <select value={sort} onChange={(event) => change({ sort: event.currentTarget.value })}>
          {SORTS.map((one) => (
            <option key={one} value={one}>
              {t.sorts[one]}
            </option>
          ))}
        </select>
      </Field>
    </div>
  );
}

/** Goes into the address once nothing was typed for a moment. */
function Search({ view: { filter, change } }: { view: FleetView }) {
  const t = useText(fleetTexts);
  const shown = filter.search ?? '';
  const [typed, setTyped] = useState(shown);
  useEffect(() => setTyped(shown), [shown]);
  useEffect(() => {
    if (typed === shown) return undefined;
    const waiting = setTimeout(() => change({ search: typed }), TYPED_MS);
    return () => clearTimeout(waiting);
  }, [typed, shown, change]);
  return (
    <Field label={t.searchLabel}>
      <input type="search" value={typed} maxLength={200} onInput={(event) => setTyped(event.currentTarget.value)} />
    </Field>
  );
}

function Choice({ by, view: { filter, change }, names }: { by: Grouping; view: FleetView; names: Names }) {
  const t = useText(fleetTexts);
  const { data } = useRead('GET /api/v1/fleet/summary', { query: { by } });
  const labels = { site: t.site, model: t.model, customer: t.customer };
  const any = { site: t.anySite, model: t.anyModel, customer: t.anyCustomer };
  const chosen = filter[KEYS[by]] ?? '';
  const ids = data?.groups.flatMap(({ id }) => id ?? []) ?? [];
  return (
    <Field label={labels[by]}>
      <select value={chosen} onChange={(event) => change({ [KEYS[by]]: event.currentTarget.value })}>
        <option value="">{any[by]}</option>
        {[...new Set(chosen === '' ? ids : [...ids, chosen])].map((id) => (
          <option key={id} value={id}>
            {by === 'model' ? names.model(id) : id}
          </option>
        ))}
      </select>
    </Field>
  );
}
