import { useRead } from '../../api/queries';
import type { Query } from '../../api/types';
import { Legend, RangeBar, StackedBar } from '../../charts/bars';
import { useFormat, useText } from '../../i18n';
import { Loaded } from '../../ui/states';
import type { ViewProps } from './page';
import { FigureTable, NothingCounted, RowName, withTotal } from './rows';
import { analyticsTexts } from './text';

const TONES = { critical: 'critical', degraded: 'warning', incipient: 'watch' } as const;
const IMPACTS = ['critical', 'degraded', 'incipient'] as const;

/** How long equipment runs between failures, with its interval. */
export function Reliability({ from, by }: ViewProps) {
  const t = useText(analyticsTexts);
  const format = useFormat();
  const query = useRead(
    'GET /api/v1/analytics/reliability',
    { query: { from, by: by as NonNullable<Query<'GET /api/v1/analytics/reliability'>['by']> } },
    { keep: true },
  );
  const hours = (value: number) => format.quantity(value, 'h');
  return (
    <Loaded query={query}>
      {({ total, groups }) => {
        if (total.assets === 0) return <NothingCounted />;
        const rows = withTotal(total, groups);
        const most = Math.max(
          ...rows.map(({ failures }) => failures.critical + failures.degraded + failures.incipient),
        );
        const longest = Math.max(...rows.map(({ interval, mtbfHours }) => interval?.highHours ?? mtbfHours ?? 0));
        return (
          <>
            <Legend parts={IMPACTS.map((impact) => ({ tone: TONES[impact], label: t.impact[impact] }))} />
            <FigureTable head={[t.bys[by] ?? by, t.mtbf, t.failures, t.operating, t.assets]}>
              {rows.map(({ key, mtbf, mtbfHours, interval, moreThanHours, failures, operatingHours, assets }) => (
                <tr key={key}>
                  <th scope="row">
                    <RowName name={key} />
                  </th>
                  <td>
                    {mtbfHours !== undefined && interval && (
                      <RangeBar low={interval.lowHours} middle={mtbfHours} high={interval.highHours} max={longest} />
                    )}
                    {mtbfHours !== undefined
                      ? hours(mtbfHours)
                      : moreThanHours !== undefined
                        ? t.moreThan(hours(moreThanHours))
                        : (mtbf ?? '–')}
                    {interval && (
                      <span class="muted"> {t.interval(hours(interval.lowHours), hours(interval.highHours))}</span>
                    )}
                  </td>
                  <td>
                    <StackedBar
                      max={most}
                      parts={IMPACTS.map((impact) => ({
                        tone: TONES[impact],
                        value: failures[impact],
                        label: t.impact[impact],
                      }))}
                    />
                    {failures.critical} · {failures.degraded} · {failures.incipient}
                  </td>
                  <td>{hours(operatingHours)}</td>
                  <td>{format.integer(assets)}</td>
                </tr>
              ))}
            </FigureTable>
          </>
        );
      }}
    </Loaded>
  );
}
