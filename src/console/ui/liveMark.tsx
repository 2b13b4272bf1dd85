import { useLiveState } from '../api/live';
import { useText } from '../i18n';
import { commonTexts } from '../i18n/common';

/** Says whether what is shown follows what happens. */
export function LiveMark() {
  const t = useText(commonTexts);
  const state = useLiveState();
  return (
    <span class={`badge ${state === 'live' ? 'good' : ''}`} role="status" data-live={state}>
      {state === 'live' ? t.live : t.reconnecting}
    </span>
  );
}
