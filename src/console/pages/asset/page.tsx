import { ProblemError } from '../../api/client';
import { useRead } from '../../api/queries';
import { useLocal, useText } from '../../i18n';
import { useMay } from '../../shell/signedIn';
import { HealthBadge } from '../../ui/badges';
import { LiveMark } from '../../ui/liveMark';
import { Page } from '../../ui/page';
import { Empty, Loaded, Skeleton } from '../../ui/states';
import { Charts } from './charts';
import { Commissioning } from './commissioning';
import { Components } from './components';
import { Facts } from './facts';
import { History } from './history';
import { Maintenance } from './maintenance';
import { Rules } from './rules';
import { assetTexts } from './text';
import './page.css';

/** An asset: how it is, what it measures, what watches it, what happened to it. */
export default function AssetPage({ assetId }: { assetId: string }) {
  const t = useText(assetTexts);
  const local = useLocal();
  const mayEnter = useMay('agent');
  const asset = useRead('GET /api/v1/assets/{assetId}', { params: { assetId } }, { every: 15_000 });
  const modelId = asset.data?.modelId ?? '';
  const model = useRead('GET /api/v1/models/{modelId}', { params: { modelId } }, { enabled: modelId !== '' });
  const events = useRead('GET /api/v1/assets/{assetId}/events', { params: { assetId }, query: { limit: 500 } });
  const findings = useRead('GET /api/v1/findings', { query: { assetId, limit: 50 } });
  const tickets = useRead('GET /api/v1/tickets', { query: { assetId, limit: 50 } });
  if (asset.error instanceof ProblemError && asset.error.status === 404)
    return (
      <Page title={assetId}>
        <Empty title={t.noAsset} />
      </Page>
    );
  const state = asset.data?.state;
  const known = {
    events: events.data?.items ?? [],
    findings: findings.data?.items ?? [],
    tickets: tickets.data?.items ?? [],
  };
  return (
    <Page
      title={asset.data?.name ?? assetId}
      about={
        <span class="row">
          <HealthBadge health={state?.health ?? 'unknown'} />
          {state?.inMaintenance && <span class="badge plain">{t.inMaintenance}</span>}
          <span>{local(model.data?.name) || modelId}</span>
          <code>{assetId}</code>
        </span>
      }
      actions={
        <>
          {mayEnter && asset.data && (
            <Maintenance assetId={assetId} inMaintenance={state?.inMaintenance ?? false} events={known.events} />
          )}
          <LiveMark />
        </>
      }
    >
      <Loaded query={asset} skeleton={<Skeleton height="12rem" lines={3} />}>
        {(found) => (
          <div class="stack asset-page">
            <Facts asset={found} model={local(model.data?.name) || found.modelId} />
            {model.data ? (
              <>
                <Components asset={found} model={model.data} />
                <Charts asset={found} model={model.data} findings={known.findings} tickets={known.tickets} />
                <div class="grid">
                  <Rules assetId={assetId} model={model.data} />
                  <History assetId={assetId} model={model.data} {...known} />
                </div>
                <Commissioning assetId={assetId} model={model.data} />
              </>
            ) : (
              <Skeleton height="12rem" lines={2} />
            )}
          </div>
        )}
      </Loaded>
    </Page>
  );
}
