import { useMutation, useQueryClient } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import { call } from '../../api/client';
import { useRead } from '../../api/queries';
import { useText } from '../../i18n';
import { useMay } from '../../shell/signedIn';
import { Attempts } from './attempts';
import { Sure } from './sure';
import { systemTexts } from './text';

export function Deliveries() {
  const t = useText(systemTexts);
  return (
    <Attempts
      name="GET /api/v1/deliveries"
      statuses={['pending', 'failed', 'delivered']}
      read={(query, signal) => call('GET /api/v1/deliveries', { query, signal })}
      retry={(deliveryId) => call('POST /api/v1/deliveries/{deliveryId}/retry', { params: { deliveryId } })}
      label={t.tabs.deliveries}
      none={t.noDeliveries}
    >
      <DeliverySwitch />
    </Attempts>
  );
}

export function Notifications() {
  const t = useText(systemTexts);
  return (
    <Attempts
      name="GET /api/v1/notifications"
      statuses={['pending', 'failed', 'sent']}
      read={async (query, signal) => {
        const { items, nextCursor } = await call('GET /api/v1/notifications', { query, signal });
        return { nextCursor, items: items.map((row) => ({ ...row, about: `${t.route} ${row.routeId}: ${row.text}` })) };
      }}
      retry={(notificationId) =>
        call('POST /api/v1/notifications/{notificationId}/retry', { params: { notificationId } })
      }
      label={t.tabs.notifications}
      none={t.noNotifications}
    />
  );
}

const SWITCH = 'GET /api/v1/deliveries/switch';

function DeliverySwitch() {
  const t = useText(systemTexts);
  const { data } = useRead(SWITCH, {}, { every: 10_000 });
  const mayPause = useMay('engineer');
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const setting = useMutation({
    mutationFn: (paused: boolean) => call('PUT /api/v1/deliveries/switch', { body: { paused } }),
    onSuccess: () => setAsking(false),
    onSettled: () => queries.invalidateQueries({ queryKey: [SWITCH] }),
  });
  if (!data) return null;
  const { paused, reason } = data;
  const label = paused ? t.resume : t.pause;
  return (
    <div class="row">
      {paused && (
        <span class="badge warning pause" role="status">
          {reason === 'restored' ? t.pausedRestored : t.paused}
        </span>
      )}
      {mayPause && (
        <button type="button" class="button" onClick={() => setAsking(true)}>
          {label}
        </button>
      )}
      {asking && (
        <Sure
          title={label}
          text={paused ? t.resumeSure : t.pauseSure}
          error={setting.error}
          busy={setting.isPending}
          onYes={() => setting.mutate(!paused)}
          onClose={() => setAsking(false)}
        />
      )}
    </div>
  );
}
