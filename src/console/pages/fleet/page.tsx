import { useRead } from '../../api/queries';
import { texts, useText } from '../../i18n';
import { commonTexts } from '../../i18n/common';
import { HealthBadge } from '../../ui/badges';
import { Page } from '../../ui/page';
import { Loaded } from '../../ui/states';

const fleetTexts = texts(
  { asset: 'Asset', site: 'Site', model: 'Model', health: 'Health' },
  { asset: '设备', site: '站点', model: '型号', health: '健康状况' },
);

export default function FleetPage() {
  const t = useText(commonTexts);
  const own = useText(fleetTexts);
  const assets = useRead('GET /api/v1/assets', { query: { limit: 100 } });
  return (
    <Page title={t.fleet}>
      <Loaded query={assets}>
        {({ items }) => (
          <div class="card table-wrap">
            <table class="table">
              <thead>
                <tr>
                  <th>{own.asset}</th>
                  <th>{own.health}</th>
                  <th>{own.model}</th>
                  <th>{own.site}</th>
                </tr>
              </thead>
              <tbody>
                {items.map(({ id, name, health, modelId, siteId }) => (
                  <tr key={id}>
                    <td>{name ?? id}</td>
                    <td>
                      <HealthBadge health={health} />
                    </td>
                    <td>{modelId}</td>
                    <td>{siteId}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Loaded>
    </Page>
  );
}
