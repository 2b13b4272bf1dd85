import { Link } from 'wouter-preact';
import type { Unmapped } from '../../api/types';
import { useFormat, useText } from '../../i18n';
import { CopyBlock } from '../../ui/copyBlock';
import { ScrollRegion } from '../../ui/scrollRegion';
import { unmappedTexts } from './unmappedTexts';

type Metric = Unmapped['metrics'][number];

/** Names that are neither mapped nor metrics, by source, with all that is suggested for the source. */
export function UnmappedNames({ metrics, sources }: Pick<Unmapped, 'metrics' | 'sources'>) {
  const t = useText(unmappedTexts);
  const ids = [...new Set(metrics.map(({ sourceId }) => sourceId))];
  return (
    <>
      {ids.map((id) => {
        const yaml = sources.find(({ sourceId }) => sourceId === id)?.yaml;
        return (
          <section key={id} class="stack" aria-label={t.source(id)}>
            <h2>{t.source(id)}</h2>
            {yaml !== undefined && <CopyBlock text={yaml} name={t.lines(id)} />}
            <NameTable label={t.names(id)} metrics={metrics.filter(({ sourceId }) => sourceId === id)} />
          </section>
        );
      })}
    </>
  );
}

function NameTable({ label, metrics }: { label: string; metrics: readonly Metric[] }) {
  const t = useText(unmappedTexts);
  const format = useFormat();
  return (
    <ScrollRegion label={label}>
      <table class="table unmapped-names">
        <thead>
          <tr>
            <th scope="col">{t.name}</th>
            <th scope="col">{t.likely}</th>
            <th scope="col">{t.newest}</th>
            <th scope="col" class="numeric">
              {t.values}
            </th>
            <th scope="col">{t.model}</th>
            <th scope="col">{t.assets}</th>
          </tr>
        </thead>
        <tbody>
          {metrics.map((one) => (
            <tr key={`${one.modelId} ${one.name}`}>
              <td>
                <code>{one.name}</code>
              </td>
              <td>
                <Likely one={one} />
              </td>
              <td>
                <code>{[...new Set(one.samples.map(({ value }) => value))].join(' · ')}</code>
              </td>
              <td class="numeric">{format.integer(one.values)}</td>
              <td>{one.modelId}</td>
              <td>
                <Assets one={one} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

function Likely({ one: { modelId, suggestion } }: { one: Metric }) {
  const t = useText(unmappedTexts);
  if (!suggestion) return <span class="muted">{modelId === undefined ? t.gone : t.none}</span>;
  const { metricId, unit, others } = suggestion;
  if (metricId === undefined) return <span class="muted">{t.inside}</span>;
  return (
    <>
      <code>{metricId}</code> {unit}
      {others.length > 0 && <span class="muted"> {t.or(others.join(', '))}</span>}
    </>
  );
}

function Assets({ one: { assetIds, assets } }: { one: Metric }) {
  return (
    <>
      {assetIds.map((id, at) => (
        <span key={id}>
          {at > 0 && ', '}
          <Link href={`/assets/${encodeURIComponent(id)}`}>{id}</Link>
        </span>
      ))}
      {assets > assetIds.length && ` +${assets - assetIds.length}`}
    </>
  );
}
