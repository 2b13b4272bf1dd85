import { Link } from 'wouter-preact';
import { useRead } from '../../api/queries';
import { useFormat, useText } from '../../i18n';
import { Empty, Loaded } from '../../ui/states';
import { qualityTexts } from './texts';

const EVERY_MS = 10_000;

/** Assets whose clock is off. */
export function Clocks() {
  const t = useText(qualityTexts);
  const format = useFormat();
  const query = useRead('GET /api/v1/clocks', {}, { every: EVERY_MS });
  const said = (seconds: number) => (seconds > 0 ? t.ahead : t.behind)(format.duration(Math.abs(seconds)));
  return (
    <Loaded query={query}>
      {({ items }) =>
        items.length === 0 ? (
          <Empty title={t.noClocks}>{t.noClocksHint}</Empty>
        ) : (
          <div class="stack">
            <p class="muted">{t.clockHint}</p>
            <div class="card table-wrap">
              <table class="table">
                <thead>
                  <tr>
                    <th scope="col">{t.asset}</th>
                    <th scope="col">{t.clock}</th>
                  </tr>
                </thead>
                <tbody>
                  {items.map(({ assetId, clockErrorSeconds }) => (
                    <tr key={assetId}>
                      <td>
                        <Link href={`/assets/${encodeURIComponent(assetId)}`}>{assetId}</Link>
                      </td>
                      <td>{said(clockErrorSeconds)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </div>
        )
      }
    </Loaded>
  );
}
