import { useRead } from '../../api/queries';
import type { Query } from '../../api/types';
import { ShareBar } from '../../charts/bars';
import { useFormat, useText } from '../../i18n';
import { Loaded } from '../../ui/states';
import type { ViewProps } from './page';
import { FigureTable, NothingCounted, RowName, withTotal } from './rows';
import { analyticsTexts } from './text';

/** How fast and how well tickets were dealt with. */
export function Service({ from, by }: ViewProps) {
  const t = useText(analyticsTexts);
  const format = useFormat();
  const query = useRead(
    'GET /api/v1/analytics/service',
    { query: { from, by: by as NonNullable<Query<'GET /api/v1/analytics/service'>['by']> } },
    { keep: true },
  );
  return (
    <Loaded query={query}>
      {({ total, groups }) =>
        total.opened + total.closed + total.backlog.tickets === 0 ? (
          <NothingCounted />
        ) : (
          <FigureTable
            head={[t.bys[by] ?? by, t.opened, t.closed, t.backlog, t.acknowledge, t.resolve, t.kept, t.solved, t.fixed]}
          >
            {withTotal(total, groups).map((row) => (
              <tr key={row.key}>
                <th scope="row">
                  <RowName name={row.key} />
                </th>
                <td>{format.integer(row.opened)}</td>
                <td>{format.integer(row.closed)}</td>
                <td>{format.integer(row.backlog.tickets)}</td>
                <td>
                  <Took {...row.acknowledging} />
                </td>
                <td>
                  <Took {...row.resolving} />
                </td>
                <td>
                  <Share good={row.response.kept} bad={row.response.broken} share={row.response.share} />
                </td>
                <td>
                  <Share good={row.solution.kept} bad={row.solution.broken} share={row.solution.share} />
                </td>
                <td>
                  <Share good={row.firstTimeFix.fixed} bad={row.firstTimeFix.notFixed} share={row.firstTimeFix.share} />
                </td>
              </tr>
            ))}
          </FigureTable>
        )
      }
    </Loaded>
  );
}

function Took({ p50Seconds, p90Seconds }: { p50Seconds?: number; p90Seconds?: number }) {
  const t = useText(analyticsTexts);
  const format = useFormat();
  if (p50Seconds === undefined || p90Seconds === undefined) return <>–</>;
  return <>{t.median(format.duration(p50Seconds), format.duration(p90Seconds))}</>;
}

function Share({ good, bad, share }: { good: number; bad: number; share?: number | undefined }) {
  const t = useText(analyticsTexts);
  const format = useFormat();
  if (share === undefined) return <>–</>;
  return (
    <>
      <ShareBar share={share} tone={share >= 0.9 ? 'good' : share >= 0.7 ? 'warning' : 'critical'} />
      {format.percent(share)} <span class="muted">{t.of(good, good + bad)}</span>
    </>
  );
}
