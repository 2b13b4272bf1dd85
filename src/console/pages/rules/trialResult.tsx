import type { BacktestReport } from '../../api/types';
import { useFormat, useText } from '../../i18n';
import { rulesTexts } from './texts';

type Side = BacktestReport['today'];
type Figures = Side['figures'];

/** What the text would have done beside what is in force: of all rules, and of each that differs. */
export function TrialResult({ report }: { report: BacktestReport }) {
  const t = useText(rulesTexts);
  const format = useFormat();
  const { today, candidate, history, failures } = report;
  const ids = [...new Set([...candidate.rules, ...today.rules].map(({ ruleId }) => ruleId))];
  const changed = ids.flatMap((ruleId) => {
    const [before, after] = [today, candidate].map(({ rules }) => rules.find((rule) => rule.ruleId === ruleId));
    const change = after?.change ?? before?.change ?? 'same';
    return change === 'same' ? [] : [{ ruleId, change, before: before?.figures, after: after?.figures }];
  });
  return (
    <div class="stack trial-result">
      <h2>{t.result}</h2>
      <p class="muted">{t.resultAbout(history.assets, format.integer(history.samples))}</p>
      {(failures?.judged ?? 0) === 0 && <p class="muted">{t.noFailures}</p>}
      <Compared title={t.allRules} before={today.figures} after={candidate.figures} />
      {changed.map(({ ruleId, change, before, after }) => (
        <Compared key={ruleId} title={`${ruleId} (${t.ruleChange[change]})`} before={before} after={after} />
      ))}
    </div>
  );
}

function Compared({
  title,
  before,
  after,
}: {
  title: string;
  before?: Figures | undefined;
  after?: Figures | undefined;
}) {
  const t = useText(rulesTexts);
  const format = useFormat();
  const count = (pick: (figures: Figures) => number) => (figures: Figures | undefined) =>
    figures ? format.integer(pick(figures)) : '–';
  const rows: readonly (readonly [string, (figures: Figures | undefined) => string])[] = [
    [t.tickets, count(({ tickets }) => tickets)],
    [t.hits, count(({ hits }) => hits)],
    [t.misses, count(({ misses }) => misses)],
    [t.falses, count(({ falses }) => falses)],
    [t.warningTime, (figures) => (figures?.warningSeconds ? format.duration(figures.warningSeconds.median) : '–')],
  ];
  return (
    <table class="table compared">
      <caption>{title}</caption>
      <thead>
        <tr>
          <td />
          <th scope="col" class="numeric">
            {t.today}
          </th>
          <th scope="col" class="numeric">
            {t.candidate}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, show]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td class="numeric">{show(before)}</td>
            <td class="numeric">{show(after)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
