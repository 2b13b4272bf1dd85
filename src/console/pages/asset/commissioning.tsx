import { useRead } from '../../api/queries';
import type { Model, Commissioning as Report } from '../../api/types';
import { useFormat, useLocal, useText } from '../../i18n';
import { ScrollRegion } from '../../ui/scrollRegion';
import { Loaded } from '../../ui/states';
import { commissioningTexts } from './commissioningTexts';

interface CommissioningProps {
  readonly assetId: string;
  readonly model: Model;
}

/** Whether the asset is ready to be watched, and what is in the way. */
export function Commissioning({ assetId, model }: CommissioningProps) {
  const t = useText(commissioningTexts);
  const query = useRead('GET /api/v1/assets/{assetId}/commissioning', { params: { assetId } });
  return (
    <section class="card stack commissioning" aria-label={t.title}>
      <div class="row spread">
        <h2>{t.title}</h2>
        {query.data && (
          <span class={`badge ${query.data.ready ? 'good' : 'warning'}`}>
            {query.data.ready ? t.ready : t.notReady}
          </span>
        )}
      </div>
      <Loaded query={query}>{(report) => <Told report={report} model={model} />}</Loaded>
    </section>
  );
}

function Told({ report, model }: { report: Report; model: Model }) {
  const t = useText(commissioningTexts);
  const format = useFormat();
  const { reasons, samples, from, to } = report;
  return (
    <>
      {reasons.length === 0 && <p>{t.nothing}</p>}
      <Reasons title={t.blocks} reasons={reasons.filter(({ blocks }) => blocks)} />
      <Reasons title={t.told} reasons={reasons.filter(({ blocks }) => !blocks)} />
      <Figures report={report} />
      <details>
        <summary>{t.metrics}</summary>
        <Metrics report={report} model={model} />
        <p class="muted small">{t.looked(format.integer(samples), format.dateTime(from), format.dateTime(to))}</p>
      </details>
    </>
  );
}

function Reasons({ title, reasons }: { title: string; reasons: Report['reasons'] }) {
  const local = useLocal();
  if (reasons.length === 0) return null;
  return (
    <div>
      <h3>{title}</h3>
      <ul>
        {reasons.map(({ code, metricId, text }) => (
          <li key={`${code} ${metricId ?? ''}`}>{local(text)}</li>
        ))}
      </ul>
    </div>
  );
}

function Figures({ report: { interval, qos, clockErrorSeconds, lastReceivedAt } }: { report: Report }) {
  const t = useText(commissioningTexts);
  const format = useFormat();
  const facts: [string, string][] = [
    [t.heard, lastReceivedAt === undefined ? t.never : format.relative(lastReceivedAt)],
    [t.qos, qos === undefined ? t.qosUnknown : String(qos)],
    [t.clock, clockText(clockErrorSeconds, t, format.duration)],
  ];
  if (interval) {
    const every = format.duration(interval.medianSeconds);
    facts.unshift([t.interval, `${every} · ${t.regular(format.percent(interval.regular))}`]);
  }
  return (
    <dl class="asset-facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt class="muted small">{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

interface ClockWords {
  readonly clockUnknown: string;
  readonly clockRight: string;
  ahead(by: string): string;
  behind(by: string): string;
}

function clockText(error: number | undefined, t: ClockWords, duration: (seconds: number) => string): string {
  if (error === undefined) return t.clockUnknown;
  if (Math.abs(error) < 1) return t.clockRight;
  return error > 0 ? t.ahead(duration(error)) : t.behind(duration(-error));
}

function Metrics({ report, model }: { report: Report; model: Model }) {
  const t = useText(commissioningTexts);
  const local = useLocal();
  const format = useFormat();
  const definitions = new Map(model.metrics.map((metric) => [metric.id, metric]));
  return (
    <ScrollRegion label={t.metrics}>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{t.metric}</th>
            <th scope="col" class="numeric">
              {t.samples}
            </th>
            <th scope="col">{t.last}</th>
            <th scope="col">{t.range}</th>
          </tr>
        </thead>
        <tbody>
          {report.metrics.map(({ metricId, samples, last, min, max }) => {
            const metric = definitions.get(metricId);
            const told = (value: number | undefined) =>
              value === undefined ? '' : (symbolOf(metric, value) ?? format.quantity(value, metric?.unit));
            return (
              <tr key={metricId}>
                <td>{local(metric?.name) || metricId}</td>
                <td class="numeric">
                  {samples === 0 ? <span class="muted">{t.missing}</span> : format.integer(samples)}
                </td>
                <td>{told(last)}</td>
                <td>{min === undefined || min === max ? '' : t.span(told(min), told(max))}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

function symbolOf(metric: Model['metrics'][number] | undefined, value: number): string | undefined {
  return Object.entries(metric?.codes ?? {}).find(([, code]) => code === value)?.[0];
}
