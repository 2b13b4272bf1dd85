import { useRead } from '../../api/queries';
import type { FleetSummary } from '../../api/types';
import { useFormat, useText } from '../../i18n';
import { commonTexts } from '../../i18n/common';
import { Loaded } from '../../ui/states';
import { type FleetView, type Grouping, HEALTHS, KEYS } from './filter';
import type { Names } from './names';
import { fleetTexts } from './text';

type Group = FleetSummary['groups'][number];

/** The fleet by site, model or customer; one leads to its assets. */
export function Groups({ view, by, names }: { view: FleetView; by: Grouping; names: Names }) {
  const query = useRead('GET /api/v1/fleet/summary', { query: { ...view.filter, by } }, { keep: true });
  return (
    <Loaded query={query}>
      {({ groups }) => (
        <ul class="fleet-groups">
          {groups.map((group) => (
            <li key={group.id ?? ''}>
              <GroupCard group={group} by={by} names={names} view={view} />
            </li>
          ))}
        </ul>
      )}
    </Loaded>
  );
}

function GroupCard({ group, by, names, view }: { group: Group; by: Grouping; names: Names; view: FleetView }) {
  const t = useText(fleetTexts);
  const common = useText(commonTexts);
  const format = useFormat();
  const { id, assets, health, openTickets, endOfLife } = group;
  const title = id === undefined ? t.withoutCustomer : by === 'model' ? names.model(id) : id;
  const worded = HEALTHS.filter((one) => health[one] > 0).map((one) => `${common.health[one]} ${health[one]}`);
  return (
    <button
      type="button"
      class="card group-card"
      disabled={id === undefined}
      onClick={() => view.change({ [KEYS[by]]: id, group: undefined })}
    >
      <span class="row spread">
        <strong>{title}</strong>
        <span class="muted">{t.shown(format.integer(assets))}</span>
      </span>
      <span class="share" role="img" aria-label={worded.join(', ')}>
        {HEALTHS.map((one) => (
          <span key={one} class={one} style={{ flexGrow: health[one] }} hidden={health[one] === 0} />
        ))}
      </span>
      <span class="muted row spread">
        <span>{worded.join(' · ')}</span>
        <span>
          {openTickets > 0 && t.openTickets(format.integer(openTickets))}
          {endOfLife !== undefined && ` · ${t.endOfLife} ${format.date(endOfLife)}`}
        </span>
      </span>
    </button>
  );
}
