import { useRead } from '../../api/queries';
import { Legend, StackedBar } from '../../charts/bars';
import { useFormat, useText } from '../../i18n';
import { Loaded } from '../../ui/states';
import type { ViewProps } from './page';
import { FigureTable, NothingCounted } from './rows';
import { analyticsTexts } from './text';

const OUTCOMES = [
  ['hits', 'good'],
  ['early', 'watch'],
  ['late', 'warning'],
  ['false', 'critical'],
  ['missed', 'missed'],
  ['unverifiable', 'unknown'],
] as const;

/** What the predictions of each rule came to. */
export function Predictions({ from }: ViewProps) {
  const t = useText(analyticsTexts);
  const format = useFormat();
  const query = useRead('GET /api/v1/analytics/rules', { query: { from } }, { keep: true });
  return (
    <Loaded query={query}>
      {({ items }) => {
        if (items.length === 0) return <NothingCounted />;
        const most = Math.max(...items.map((item) => OUTCOMES.reduce((sum, [name]) => sum + item[name], 0)));
        return (
          <>
            <Legend parts={OUTCOMES.map(([name, tone]) => ({ tone, label: t.outcome[name] }))} />
            <FigureTable head={[t.rule, t.outcomes, t.caught, t.warning, t.wasted]}>
              {items.map((item) => (
                <tr key={`${item.modelId} ${item.ruleId}`}>
                  <th scope="row">
                    {item.ruleId ?? t.noRule}
                    <div class="muted">{item.modelId}</div>
                  </th>
                  <td>
                    <StackedBar
                      max={most}
                      parts={OUTCOMES.map(([name, tone]) => ({ tone, value: item[name], label: t.outcome[name] }))}
                    />
                    {OUTCOMES.filter(([name]) => item[name] > 0)
                      .map(([name]) => `${t.outcome[name]} ${item[name]}`)
                      .join(' · ')}
                  </td>
                  <td>{item.failures.share === undefined ? '–' : format.percent(item.failures.share)}</td>
                  <td>{item.warningSeconds.p50 === undefined ? '–' : format.duration(item.warningSeconds.p50)}</td>
                  <td>{format.integer(item.wasted.visits)}</td>
                </tr>
              ))}
            </FigureTable>
          </>
        );
      }}
    </Loaded>
  );
}
