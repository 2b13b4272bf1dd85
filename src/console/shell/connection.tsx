import { useQueryClient } from '@tanstack/preact-query';
import { useEffect, useState } from 'preact/hooks';
import { OfflineError } from '../api/client';
import { useText } from '../i18n';
import { commonTexts } from '../i18n/common';

/** Says, while nothing answers, that what is shown may be old. */
export function ConnectionBanner() {
  const t = useText(commonTexts);
  const offline = useOffline();
  if (!offline) return null;
  return (
    <div class="banner" role="status">
      {t.offline}
    </div>
  );
}

/** Whether the last answers failed to come; the page asks again until they do. */
function useOffline(): boolean {
  const queries = useQueryClient();
  const [offline, setOffline] = useState(false);
  useEffect(
    () =>
      queries.getQueryCache().subscribe(({ type, query }) => {
        if (type !== 'updated') return;
        const failed = query.state.fetchFailureReason ?? query.state.error;
        if (failed instanceof OfflineError) setOffline(true);
        else if (query.state.status === 'success' && query.state.fetchStatus === 'idle') setOffline(false);
      }),
    [queries],
  );
  useEffect(() => {
    if (!offline) return undefined;
    const again = setInterval(() => void queries.refetchQueries({ type: 'active' }), RETRY_MS);
    return () => clearInterval(again);
  }, [offline, queries]);
  return offline;
}

const RETRY_MS = 3000;
