import { COLOUR, NONE_ALLOWED, steps } from '../shared/colours.ts';
import { column, FROM_NOW, figures, lines, rows, wide } from '../shared/panels.ts';
import { promql, promqlNow, table } from '../shared/sources.ts';
import { of, quantile } from './promql.ts';

const HALF = { width: 12, height: 8 };

/** From the broker into the store. */
export function ingestPanels() {
  return [
    lag(),
    behind(),
    inFlight(),
    batches(),
    storeLatency(),
    broker(),
    brokerDrops(),
    journals(),
    deadLetters(),
    refusals(),
  ];
}

function lag() {
  return lines({
    ...HALF,
    title: 'Lag',
    description:
      'Oldest unsettled: how long the oldest message has waited to be stored; it grows when the store is slow or down. Age of data: how old samples are when they come; it grows when devices deliver what they kept, or a clock is wrong.',
    unit: 's',
    queries: [
      promql('A', 'Oldest unsettled', `max(${of('fettle_oldest_unsettled_age_seconds')})`),
      promql('B', 'Age of data', `max(${of('fettle_event_lag_seconds')})`),
    ],
  });
}

function behind() {
  return lines({
    ...HALF,
    title: 'Behind',
    description:
      'How far the work after storing is behind. Judging: stored samples that no node has judged yet, with several nodes; 0 when each node judges its own. Averages: five-minute aggregates for long charts; two to eight minutes are usual.',
    unit: 's',
    queries: [
      promql('A', 'Judging', `max(${of('fettle_shard_lag_seconds')}) or vector(0)`),
      promql('B', 'Averages', `max(${of('fettle_rollup_lag_seconds')})`),
    ],
  });
}

function inFlight() {
  return lines({
    ...HALF,
    title: 'In flight',
    description:
      'What is on its way: messages received and not yet settled, values decoded and not yet stored, samples stored and not yet judged. Steady growth means that Fettle does not keep up.',
    unit: 'short',
    queries: [
      promql('A', 'Messages', `sum(${of('fettle_messages_in_flight')})`),
      promql('B', 'Values', `sum(${of('fettle_samples_in_flight')})`),
      promql('C', 'Waiting to be judged', `sum(${of('fettle_samples_waiting')})`),
    ],
  });
}

function batches() {
  return lines({
    ...HALF,
    title: 'Batch size',
    description:
      'Samples written at once: half of the batches are smaller than the median. Larger batches under load are normal.',
    unit: 'short',
    queries: [
      promql('A', 'Median', quantile(0.5, 'fettle_batch_samples')),
      promql('B', '95 % are smaller', quantile(0.95, 'fettle_batch_samples')),
    ],
  });
}

function storeLatency() {
  return lines({
    ...HALF,
    title: 'Time to store',
    description:
      'How long it takes to make a batch durable in the time-series store. Above 1 s: look at the load and the disk of the store.',
    unit: 's',
    queries: [
      promql('A', 'Median', quantile(0.5, 'fettle_store_write_seconds')),
      promql('B', '95 % are faster', quantile(0.95, 'fettle_store_write_seconds')),
      promql('C', '99 % are faster', quantile(0.99, 'fettle_store_write_seconds')),
    ],
  });
}

function broker() {
  return lines({
    ...HALF,
    title: 'Broker',
    description: 'Whether each node is connected (1) and hears its devices (1), and how often it had to connect again.',
    unit: 'short',
    queries: [
      promql('A', 'Connected {{instance}} {{broker}}', of('fettle_broker_connected')),
      promql('B', 'Listening {{instance}}', of('fettle_listening')),
      promql(
        'C',
        'Connected again {{instance}} {{broker}}',
        `increase(${of('fettle_broker_reconnects_total')}[$__rate_interval])`,
      ),
    ],
  }).decimals(0);
}

function brokerDrops() {
  return figures({
    width: 4,
    height: 8,
    title: 'Dropped by the broker',
    description:
      'Messages that the broker itself says it dropped, for any of its clients, since it counts. Fettle never saw them: make its queues longer.',
    unit: 'none',
    queries: [promqlNow('A', '{{broker}}', `max by (broker) (${of('fettle_broker_messages_dropped_total')})`)],
  })
    .decimals(0)
    .thresholds(NONE_ALLOWED)
    .noValue('Not told');
}

function journals() {
  return figures({
    width: 8,
    height: 8,
    title: 'Journals',
    description:
      'How full the journals on disk are. The spill holds samples while the time-series store fails: full, nothing more is taken in. The others hold dead letters and notes while the database is down; a full journal of dead letters drops and counts them.',
    unit: 'percentunit',
    queries: [
      promqlNow(
        'A',
        '{{journal}}',
        `max by (journal) (${of('fettle_journal_bytes')} / ${of('fettle_journal_max_bytes')})`,
      ),
    ],
  })
    .decimals(1)
    .thresholds(steps(COLOUR.good, [0.5, COLOUR.warning], [0.9, COLOUR.critical]));
}

function deadLetters() {
  return rows({
    ...HALF,
    title: 'Dead letters',
    description:
      'Messages and values that could not be taken in this time range, by reason; they are kept. Put the cause right, then take them in again with "fettle dead-letters" or the API.',
    unit: 'none',
    queries: [
      table(
        'A',
        `SELECT reason, coalesce(source, '') AS source, count(*) AS letters, count(DISTINCT asset) AS assets, max(at) AS last_at,
  (array_agg(detail ORDER BY at DESC))[1] AS detail
FROM fettle_views.dead_letters WHERE $__timeFilter(at) GROUP BY reason, source ORDER BY letters DESC LIMIT 50`,
      ),
    ],
  })
    .noValue('No dead letter in this time range.')
    .overrideByName('reason', column('Reason', wide(130)))
    .overrideByName('source', column('Source', wide(100)))
    .overrideByName('letters', column('Letters', wide(75)))
    .overrideByName('assets', column('Assets', wide(75)))
    .overrideByName('last_at', column('Last', FROM_NOW, wide(120)))
    .overrideByName('detail', column('For example'));
}

function refusals() {
  return lines({
    ...HALF,
    title: 'Refused values by reason',
    description:
      'Values refused since each node was started, by reason. A reason that begins to grow at one moment usually goes back to a change at the devices or in a model.',
    unit: 'short',
    queries: [promql('A', '{{reason}}', `sum by (reason) (${of('fettle_samples_rejected_total')})`)],
  })
    .decimals(0)
    .noValue('Nothing was refused.');
}
