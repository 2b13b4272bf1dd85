import {
  DashboardLinkBuilder,
  DashboardLinkType,
  type DynamicConfigValue,
} from '@grafana/grafana-foundation-sdk/dashboard';

export const UID = {
  fleet: 'fettle-fleet',
  asset: 'fettle-asset',
  life: 'fettle-component-life',
  service: 'fettle-service-desk',
  pipeline: 'fettle-pipeline',
} as const;

/** Every dashboard of Fettle has it; the links at the top find the others by it. */
export const TAG = 'fettle';

/** The links at the top: to the other dashboards, with the variables and the time range of this one. */
export function otherDashboards(): DashboardLinkBuilder {
  return new DashboardLinkBuilder('Fettle')
    .type(DashboardLinkType.Dashboards)
    .tags([TAG])
    .includeVars(true)
    .keepTime(true);
}

/** Opens the asset of a table's row: its id is in the column `asset`, which may be hidden. */
export const TO_ASSET: DynamicConfigValue = {
  id: 'links',
  value: [
    {
      title: 'Show this asset',
      url: `/d/${UID.asset}?var-asset=\${__data.fields.asset:percentencode}&\${__url_time_range}`,
    },
  ],
};

/** Opens the ticket in the service desk, where it has one. */
export const TO_DESK: DynamicConfigValue = {
  id: 'links',
  value: [{ title: 'Show in the service desk', url: '${__data.fields.external_url}', targetBlank: true }],
};
