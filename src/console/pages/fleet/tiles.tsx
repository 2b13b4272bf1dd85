import type { FleetSummary } from '../../api/types';
import { useFormat, useText } from '../../i18n';
import { commonTexts } from '../../i18n/common';
import { FLAGS, type FleetView, HEALTHS, type Health } from './filter';
import { fleetTexts } from './text';

type Counts = FleetSummary['total'];

/** How many assets are how well; each tile is a filter that can be switched on and off. */
export function Tiles({ counts, view }: { counts: Counts | undefined; view: FleetView }) {
  const t = useText(fleetTexts);
  const common = useText(commonTexts);
  const { filter, change } = view;
  const chosen = filter.health ?? [];
  const toggle = (health: Health) => {
    const next = chosen.includes(health) ? chosen.filter((one) => one !== health) : [...chosen, health];
    change({ health: next.length === 0 ? undefined : next.join(',') });
  };
  const flags = { hasTickets: counts?.openTickets, inMaintenance: counts?.inMaintenance, silent: counts?.silent };
  const titles = { hasTickets: t.withTickets, inMaintenance: t.inMaintenance, silent: t.silent };
  return (
    <fieldset class="tiles" aria-label={t.healthLabel}>
      {HEALTHS.map((health) => (
        <Tile
          key={health}
          kind={health}
          title={common.health[health]}
          count={counts?.health[health]}
          pressed={chosen.includes(health)}
          onPress={() => toggle(health)}
        />
      ))}
      {FLAGS.map((flag) => (
        <Tile
          key={flag}
          kind="plain"
          title={titles[flag]}
          count={flags[flag]}
          pressed={filter[flag] === true}
          onPress={() => change({ [flag]: filter[flag] ? undefined : 'true' })}
        />
      ))}
    </fieldset>
  );
}

interface TileProps {
  readonly kind: string;
  readonly title: string;
  readonly count: number | undefined;
  readonly pressed: boolean;
  readonly onPress: () => void;
}

function Tile({ kind, title, count, pressed, onPress }: TileProps) {
  const format = useFormat();
  return (
    <button type="button" class={`tile ${kind}`} aria-pressed={pressed} onClick={onPress}>
      <span class="count">{count === undefined ? '–' : format.integer(count)}</span>
      <span class="name">{title}</span>
    </button>
  );
}
