import type { AssetDetail, Connectivity } from '../../api/types';
import { useFormat, useText } from '../../i18n';
import { assetTexts } from './text';

/** What is known of an asset beside its measurements, its connection among it: that is not its health. */
export function Facts({ asset, model }: { asset: AssetDetail; model: string }) {
  const t = useText(assetTexts);
  const format = useFormat();
  const { siteId, customerId, serial, batch, contract, state } = asset;
  const facts: [string, string | undefined][] = [
    [t.site, siteId],
    [t.customer, customerId],
    [t.model, model],
    [t.serial, serial],
    [t.batch, batch],
    [t.lastSeen, state?.lastReceivedAt === undefined ? t.never : format.relative(state.lastReceivedAt)],
    [t.clock, clockText(state?.clockErrorSeconds, t, format.duration)],
    [
      t.contract,
      contract &&
        [t.contracts[contract.kind], contract.until && t.until(format.date(contract.until))].filter(Boolean).join(' '),
    ],
  ];
  return (
    <dl class="card asset-facts">
      {facts
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => (
          <div key={name}>
            <dt class="muted small">{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      {state?.connectivity && <Connection connectivity={state.connectivity} />}
    </dl>
  );
}

/** Telemetry that came after a word of being offline. */
const BY_DATA = 'data';

function Connection({ connectivity: { state, since, by, retained } }: { connectivity: Connectivity }) {
  const t = useText(assetTexts);
  const format = useFormat();
  return (
    <div>
      <dt class="muted small">{t.connection}</dt>
      <dd>
        <span class={`badge ${state === 'online' ? 'good' : 'warning'}`}>{t.connections[state]}</span>{' '}
        <span>{t.connectedSince(format.dateTime(since), by === BY_DATA ? t.byData : by)}</span>
        {retained && <div class="muted small">{t.kept}</div>}
      </dd>
    </div>
  );
}

/** Only where it is worth a word. */
function clockText(
  error: number | undefined,
  t: { clockAhead(by: string): string; clockBehind(by: string): string },
  duration: (seconds: number) => string,
): string | undefined {
  if (error === undefined || Math.abs(error) < 1) return undefined;
  return error > 0 ? t.clockAhead(duration(error)) : t.clockBehind(duration(-error));
}
