/** Series as promtool writes them: `{…} <values>`, one value a minute; `i` is added to each by itself. */
type SeriesOf = Readonly<Record<string, string>>;

export interface AlertCase {
  readonly alert: string;
  /** At this time the alert fires for the first series, and not for the second. */
  readonly at: string;
  readonly fires: SeriesOf;
  readonly quiet: SeriesOf;
}

const I = 'instance="f:8080",job="fettle"';
const one = (metric: string, labels = ''): string => `${metric}{${I}${labels === '' ? '' : `,${labels}`}}`;

export const ALERT_CASES: readonly AlertCase[] = [
  {
    alert: 'FettleMissing',
    at: '3m',
    fires: { [one('up')]: '1 0x10' },
    quiet: { [one('up')]: '1 0 1x10' },
  },
  { alert: 'FettleMissing', at: '3m', fires: { 'up{job="other"}': '1x10' }, quiet: { [one('up')]: '1x10' } },
  {
    alert: 'FettleRestarting',
    at: '20m',
    fires: { [one('process_start_time_seconds')]: '10x5 400x5 700x5 1000x5' },
    quiet: { [one('process_start_time_seconds')]: '10x5 400x5 700x20' },
  },
  {
    alert: 'FettlePartDown',
    at: '5m',
    fires: { [one('fettle_part_up', 'part="store",needed="yes"')]: '1 0x10' },
    quiet: {
      [one('fettle_part_up', 'part="store",needed="yes"')]: '1 0 1x10',
      [one('fettle_part_up', 'part="desk",needed="no"')]: '0x10',
    },
  },
  {
    alert: 'FettlePartTroubled',
    at: '20m',
    fires: { [one('fettle_part_up', 'part="desk",needed="no"')]: '0x30' },
    quiet: {
      [one('fettle_part_up', 'part="desk",needed="no"')]: '0x10 1x20',
      [one('fettle_part_up', 'part="rules",needed="no"')]: '0x30',
    },
  },
  {
    alert: 'FettleNodeGone',
    at: '5m',
    fires: { [one('fettle_nodes', 'state="gone"')]: '0 1x10' },
    quiet: { [one('fettle_nodes', 'state="gone"')]: '0 1 0x10', [one('fettle_nodes', 'state="listening"')]: '3x10' },
  },
  {
    alert: 'FettleRecovering',
    at: '20m',
    fires: { [one('fettle_recovery_done')]: '0x30' },
    quiet: { [one('fettle_recovery_done')]: '0x10 1x20' },
  },
  {
    alert: 'FettleLedgerImbalance',
    at: '5m',
    fires: { [one('fettle_ledger_imbalance', 'ledger="samples"')]: '-1x10' },
    quiet: { [one('fettle_ledger_imbalance', 'ledger="samples"')]: '0x10' },
  },
  {
    alert: 'FettleHeartbeatNotTaken',
    at: '30m',
    fires: { [one('fettle_heartbeat_failures_total')]: '0+1x40' },
    quiet: { [one('fettle_heartbeat_failures_total')]: '0 0 1 2x40' },
  },
  {
    alert: 'FettleBrokerDisconnected',
    at: '5m',
    fires: { [one('fettle_broker_connected', 'broker="a"')]: '1 0x10' },
    quiet: { [one('fettle_broker_connected', 'broker="a"')]: '1 0 1x10' },
  },
  {
    alert: 'FettleBrokerDropping',
    at: '10m',
    fires: {
      [one('fettle_broker_messages_dropped_total', 'broker="a"')]: '7x5 9x10',
      'fettle_broker_messages_dropped_total{instance="g:8080",job="fettle",broker="a"}': '7x5 9x10',
    },
    quiet: { [one('fettle_broker_messages_dropped_total', 'broker="a"')]: '7x20' },
  },
  {
    alert: 'FettleSessionLost',
    at: '10m',
    fires: { [one('fettle_broker_sessions_lost_total', 'broker="a"')]: '1x5 2x10' },
    quiet: { [one('fettle_broker_sessions_lost_total', 'broker="a"')]: '1x20' },
  },
  {
    alert: 'FettleDeviceClocksOff',
    at: '7h',
    fires: {
      [one('fettle_assets_clock_off', 'direction="ahead"')]: '0 2x600',
      [one('fettle_assets_clock_off', 'direction="behind"')]: '0x600',
    },
    quiet: { [one('fettle_assets_clock_off', 'direction="ahead"')]: '2x60 0x600' },
  },
  {
    alert: 'FettleCertificateExpiring',
    at: '1m',
    fires: { [one('fettle_certificate_expiry_timestamp_seconds', 'certificate="a broker"')]: '1.2e6x5' },
    quiet: { [one('fettle_certificate_expiry_timestamp_seconds', 'certificate="a broker"')]: '1.3e6x5' },
  },
  {
    alert: 'FettleHearsNothing',
    at: '2h',
    fires: { [one('fettle_messages_received_total')]: '5x120', [one('fettle_listening')]: '1x120' },
    quiet: { [one('fettle_messages_received_total')]: '5x60 6x60', [one('fettle_listening')]: '1x120' },
  },
  {
    alert: 'FettleHearsNothing',
    at: '2h',
    fires: { [one('fettle_messages_received_total')]: '0x120', [one('fettle_listening')]: '1x120' },
    quiet: { [one('fettle_messages_received_total')]: '5x120', [one('fettle_listening')]: '0x120' },
  },
  {
    alert: 'FettleLagging',
    at: '10m',
    fires: { [one('fettle_oldest_unsettled_age_seconds')]: '0+60x20' },
    quiet: { [one('fettle_oldest_unsettled_age_seconds')]: '0 120 1x20' },
  },
  {
    alert: 'FettleStoreSlow',
    at: '30m',
    fires: { [one('fettle_store_write_seconds_sum')]: '0+90x40', [one('fettle_store_write_seconds_count')]: '0+60x40' },
    quiet: { [one('fettle_store_write_seconds_sum')]: '0+30x40', [one('fettle_store_write_seconds_count')]: '0+60x40' },
  },
  {
    alert: 'FettleJournalFilling',
    at: '10m',
    fires: {
      [one('fettle_journal_bytes', 'journal="notes"')]: '60x20',
      [one('fettle_journal_max_bytes', 'journal="notes"')]: '100x20',
    },
    quiet: {
      [one('fettle_journal_bytes', 'journal="notes"')]: '40x20',
      [one('fettle_journal_max_bytes', 'journal="notes"')]: '100x20',
    },
  },
  {
    alert: 'FettleSpilling',
    at: '20m',
    fires: { [one('fettle_spill_oldest_age_seconds')]: '0+60x30' },
    quiet: { [one('fettle_spill_oldest_age_seconds')]: '0+60x9 0x20' },
  },
  {
    alert: 'FettleSpillFilling',
    at: '10m',
    fires: {
      [one('fettle_journal_bytes', 'journal="spill"')]: '75x20',
      [one('fettle_journal_max_bytes', 'journal="spill"')]: '100x20',
    },
    quiet: {
      [one('fettle_journal_bytes', 'journal="spill"')]: '65x20',
      [one('fettle_journal_max_bytes', 'journal="spill"')]: '100x20',
    },
  },
  {
    alert: 'FettleDeadLettersRising',
    at: '40m',
    fires: {
      [one('fettle_messages_dead_lettered_total')]: '0+5x60',
      [one('fettle_messages_received_total')]: '0+100x60',
    },
    quiet: {
      [one('fettle_messages_dead_lettered_total')]: '0+5x60',
      [one('fettle_messages_received_total')]: '0+1000x60',
    },
  },
  {
    alert: 'FettleDeadLettersLost',
    at: '10m',
    fires: { [one('fettle_messages_dropped_total', 'reason="dead-letters-full"')]: '0x5 3x10' },
    quiet: {
      [one('fettle_messages_dropped_total', 'reason="dead-letters-full"')]: '0x20',
      [one('fettle_messages_dropped_total', 'reason="nothing-to-store"')]: '0+5x20',
    },
  },
  {
    alert: 'FettleOverloaded',
    at: '10m',
    fires: { [one('fettle_messages_dropped_total', 'reason="over-bounds"')]: '0x5 300x10' },
    quiet: {
      [one('fettle_messages_dropped_total', 'reason="over-bounds"')]: '300x20',
      [one('fettle_messages_dropped_total', 'reason="nothing-to-store"')]: '0+5x20',
    },
  },
  {
    alert: 'FettleAssessmentBehind',
    at: '20m',
    fires: {
      [one('fettle_shard_lag_seconds', 'shard="7"')]: '0 301x30',
      'fettle_shard_lag_seconds{instance="g:8080",job="fettle",shard="7"}': '0 301x30',
    },
    quiet: {
      [one('fettle_shard_lag_seconds', 'shard="7"')]: '600x8 2 600x5 2x20',
      [one('fettle_shard_lag_seconds', 'shard="8"')]: '299x30',
    },
  },
  {
    alert: 'FettleRefoldsBehind',
    at: '2h',
    fires: { [one('fettle_refolds_waiting')]: '9x120', [one('fettle_recovery_done')]: '1x120' },
    quiet: { [one('fettle_refolds_waiting')]: '9x100 0 9x20', [one('fettle_recovery_done')]: '1x120' },
  },
  {
    alert: 'FettleStatesNotSaved',
    at: '30m',
    fires: { [one('fettle_checkpoint_timestamp_seconds')]: '60x40' },
    quiet: { [one('fettle_checkpoint_timestamp_seconds')]: '0+60x40' },
  },
  {
    alert: 'FettleRuleFaulty',
    at: '1m',
    fires: { [one('fettle_rule_faults_total', 'rule="r"')]: '1x5' },
    quiet: { [one('fettle_rule_faults_total', 'rule="r"')]: '0x5' },
  },
  {
    alert: 'FettleRuleTripped',
    at: '1m',
    fires: { [one('fettle_rules_tripped')]: '1x5', 'fettle_rules_tripped{instance="g:8080",job="fettle"}': '1x5' },
    quiet: { [one('fettle_rules_tripped')]: '0x5' },
  },
  {
    alert: 'FettleAggregatesBehind',
    at: '1h',
    fires: { [one('fettle_rollup_lag_seconds')]: '4000x90' },
    quiet: { [one('fettle_rollup_lag_seconds')]: '4000x20 480x70' },
  },
  {
    alert: 'FettleDeliveriesFailed',
    at: '1m',
    fires: { [one('fettle_deliveries', 'status="failed"')]: '1x5' },
    quiet: {
      [one('fettle_deliveries', 'status="failed"')]: '0x5',
      [one('fettle_deliveries', 'status="pending"')]: '3x5',
    },
  },
  {
    alert: 'FettleNotificationsFailed',
    at: '10m',
    fires: { [one('fettle_notifications_total', 'channel="mail",result="failed"')]: '0x5 1x20' },
    quiet: {
      [one('fettle_notifications_total', 'channel="mail",result="failed"')]: '3x25',
      [one('fettle_notifications_total', 'channel="mail",result="retried"')]: '0+3x25',
    },
  },
  {
    alert: 'FettleDeliveriesWaiting',
    at: '20m',
    fires: {
      [one('fettle_delivery_oldest_pending_age_seconds')]: '1900+60x20',
      [one('fettle_deliveries_paused')]: '0x20',
    },
    quiet: {
      [one('fettle_delivery_oldest_pending_age_seconds')]: '1900+60x20',
      [one('fettle_deliveries_paused')]: '1x20',
    },
  },
  {
    alert: 'FettleDeliveriesPaused',
    at: '13h',
    fires: { [one('fettle_deliveries_paused')]: '1x900' },
    quiet: { [one('fettle_deliveries_paused')]: '1x600 0 1x300' },
  },
  {
    alert: 'FettleDiskFilling',
    at: '8h',
    fires: { [one('fettle_disk_free_bytes')]: '40e9-2e7x600', [one('fettle_disk_size_bytes')]: '100e9x600' },
    quiet: { [one('fettle_disk_free_bytes')]: '40e9-1e6x600', [one('fettle_disk_size_bytes')]: '100e9x600' },
  },
  {
    alert: 'FettleDiskFull',
    at: '10m',
    fires: { [one('fettle_disk_free_bytes')]: '4e9x20', [one('fettle_disk_size_bytes')]: '100e9x20' },
    quiet: { [one('fettle_disk_free_bytes')]: '6e9x20', [one('fettle_disk_size_bytes')]: '100e9x20' },
  },
];
