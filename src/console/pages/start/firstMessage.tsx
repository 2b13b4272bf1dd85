import { Link } from 'wouter-preact';
import { useRead } from '../../api/queries';
import { useFormat, useText } from '../../i18n';
import { useNow } from '../../ui/useNow';
import { startTexts } from './texts';

const EVERY_MS = 1500;

/** Waits until the asset is heard, and says so. */
export function FirstMessage({ assetId }: { assetId: string }) {
  const t = useText(startTexts);
  const format = useFormat();
  const { data } = useRead('GET /api/v1/assets/{assetId}', { params: { assetId } }, { every: EVERY_MS });
  const now = useNow(1000);
  const at = data?.state?.lastReceivedAt;
  return (
    <div class="stack">
      <div role="status">
        {at === undefined ? (
          <p class="start-waiting">
            <span class="pulse" aria-hidden="true" /> {t.waiting}
          </p>
        ) : (
          <p class="note good">{t.received(format.relative(at, now))}</p>
        )}
      </div>
      {data && (
        <div>
          <Link class={at === undefined ? 'button' : 'button primary'} href={`/assets/${encodeURIComponent(assetId)}`}>
            {t.open}
          </Link>
        </div>
      )}
    </div>
  );
}
