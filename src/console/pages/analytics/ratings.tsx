import { useRead } from '../../api/queries';
import type { Query } from '../../api/types';
import { StackedBar } from '../../charts/bars';
import { useFormat, useText } from '../../i18n';
import { Loaded } from '../../ui/states';
import type { ViewProps } from './page';
import { FigureTable, NothingCounted, RowName, withTotal } from './rows';
import { analyticsTexts } from './text';

const TONES = ['critical', 'critical', 'warning', 'good', 'good'] as const;

/** What customers thought of how they were served. */
export function Ratings({ from, by }: ViewProps) {
  const t = useText(analyticsTexts);
  const format = useFormat();
  const query = useRead(
    'GET /api/v1/analytics/ratings',
    { query: { from, by: by as NonNullable<Query<'GET /api/v1/analytics/ratings'>['by']> } },
    { keep: true },
  );
  return (
    <Loaded query={query}>
      {({ total, groups }) =>
        total.count === 0 ? (
          <NothingCounted />
        ) : (
          <FigureTable head={[t.bys[by] ?? by, t.rating, t.votes]}>
            {withTotal(total, groups).map(({ key, mean, count, byScore }) => (
              <tr key={key}>
                <th scope="row">
                  <RowName name={key} />
                </th>
                <td>{mean === undefined ? '–' : format.number(mean, 1)}</td>
                <td>
                  <StackedBar
                    max={total.count}
                    parts={byScore.map((value, at) => ({ tone: TONES[at] ?? 'unknown', value, label: `${at + 1}` }))}
                  />
                  {count}
                </td>
              </tr>
            ))}
          </FigureTable>
        )
      }
    </Loaded>
  );
}
