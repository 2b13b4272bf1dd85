import { useRead } from '../../api/queries';
import { RangeBar } from '../../charts/bars';
import { useFormat, useLocal, useText } from '../../i18n';
import { Loaded } from '../../ui/states';
import { FigureTable, NothingCounted } from './rows';
import { analyticsTexts } from './text';

/** How many of each part will be needed, from the remaining lives of the fleet. */
export function PartsDemand() {
  const t = useText(analyticsTexts);
  const format = useFormat();
  const local = useLocal();
  const query = useRead('GET /api/v1/analytics/parts-demand', {});
  return (
    <Loaded query={query}>
      {({ items }) => {
        if (items.length === 0) return <NothingCounted />;
        const days = items[0]!.horizons.map((horizon) => horizon.days);
        const most = Math.max(...items.flatMap(({ horizons }) => horizons.map(({ p90 }) => p90)));
        return (
          <FigureTable head={[t.part, t.leadTime, ...days.map(t.within)]}>
            {items.map(({ partNumber, name, leadTimeSeconds, horizons }) => (
              <tr key={partNumber}>
                <th scope="row">
                  <span class="mono">{partNumber}</span>
                  <div class="muted">{local(name)}</div>
                </th>
                <td>{format.duration(leadTimeSeconds)}</td>
                {horizons.map(({ days: within, expected, p10, p90, ticketed }) => (
                  <td key={within}>
                    <RangeBar low={p10} middle={expected} high={p90} max={most} />
                    {format.number(Math.round(expected * 10) / 10)}{' '}
                    <span class="muted">
                      {t.between(format.number(p10), format.number(p90))}
                      {ticketed > 0 && ` · ${t.ticketed(ticketed)}`}
                    </span>
                  </td>
                ))}
              </tr>
            ))}
          </FigureTable>
        );
      }}
    </Loaded>
  );
}
