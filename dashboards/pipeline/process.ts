import { MappingType } from '@grafana/grafana-foundation-sdk/dashboard';
import { COLOUR, NONE_ALLOWED, steps } from '../shared/colours.ts';
import { figures, lines } from '../shared/panels.ts';
import { promql, promqlNow } from '../shared/sources.ts';
import { of } from './promql.ts';

const SMALL = { width: 6, height: 4 };
const WORKS = steps(COLOUR.critical, [1, COLOUR.good]);

/** Whether it runs and works. */
export function processPanels() {
  return [ready(), parts(), uptime(), restarts(), nodes(), disk()];
}

function ready() {
  return figures({
    ...SMALL,
    title: 'Ready',
    description: 'Whether every part that is needed works on every node. Not ready: look at Parts, then at the log.',
    unit: 'none',
    queries: [promqlNow('A', 'Ready', `min(${of('fettle_ready')})`)],
  })
    .thresholds(WORKS)
    .mappings([
      {
        type: MappingType.ValueToText,
        options: { '0': { text: 'Not ready', index: 0 }, '1': { text: 'Ready', index: 1 } },
      },
    ]);
}

function parts() {
  return figures({
    ...SMALL,
    width: 18,
    title: 'Parts',
    description:
      'What Fettle works with, each of which can fail by itself. Down: messages wait in the broker or in journals until it is back.',
    unit: 'none',
    queries: [promqlNow('A', '{{part}}', `min by (part) (${of('fettle_part_up')})`)],
  })
    .thresholds(WORKS)
    .mappings([
      { type: MappingType.ValueToText, options: { '0': { text: 'Down', index: 0 }, '1': { text: 'Up', index: 1 } } },
    ]);
}

function uptime() {
  return figures({
    ...SMALL,
    title: 'Running for',
    description: 'Time since each node was started.',
    unit: 's',
    queries: [promqlNow('A', '{{instance}}', `time() - ${of('process_start_time_seconds')}`)],
  });
}

function restarts() {
  return figures({
    ...SMALL,
    title: 'Restarts',
    description:
      'How often nodes were started anew in this time range. Counters on this page begin again at each start.',
    unit: 'none',
    queries: [promqlNow('A', 'Restarts', `sum(changes(${of('process_start_time_seconds')}[$__range]))`)],
  }).thresholds(NONE_ALLOWED);
}

/** What the process takes of the machine. */
export function loadPanels() {
  const third = { width: 8, height: 8 };
  return [
    lines({
      ...third,
      title: 'Processor',
      description:
        'Share of one processor core that each node uses. Above 100 % several cores work; at the limit of the machine it falls behind.',
      unit: 'percentunit',
      queries: [promql('A', '{{instance}}', `rate(${of('process_cpu_seconds_total')}[$__rate_interval])`)],
    }),
    lines({
      ...third,
      title: 'Memory',
      description:
        'Main memory that each node uses. It grows with the number of assets and levels off; steady growth is a defect.',
      unit: 'bytes',
      queries: [promql('A', '{{instance}}', of('process_resident_memory_bytes'))],
    }),
    lines({
      ...third,
      title: 'Event loop held up',
      description:
        'How long the main thread of each node was busy with one thing (99th percentile). Held up for long, everything else waits.',
      unit: 's',
      queries: [promql('A', '{{instance}}', of('nodejs_eventloop_lag_p99_seconds'))],
    }),
  ];
}

function nodes() {
  return figures({
    ...SMALL,
    title: 'Nodes',
    description:
      'Nodes that share the work. Deaf: does not hear its broker. Retiring: hands its session over. Gone: has stopped; after a while another node takes over what it left.',
    unit: 'none',
    queries: [promqlNow('A', '{{state}}', `max by (state) (${of('fettle_nodes')})`)],
  })
    .decimals(0)
    .overrideByName('deaf', [{ id: 'thresholds', value: NONE_ALLOWED.build() }])
    .overrideByName('gone', [{ id: 'thresholds', value: NONE_ALLOWED.build() }]);
}

function disk() {
  return figures({
    ...SMALL,
    title: 'Free disk',
    description: 'Share of the disk of the data folder that is free. Below 10 %: make room, or shorten the retention.',
    unit: 'percentunit',
    queries: [promqlNow('A', '{{instance}}', `${of('fettle_disk_free_bytes')} / ${of('fettle_disk_size_bytes')}`)],
  })
    .decimals(0)
    .thresholds(steps(COLOUR.critical, [0.1, COLOUR.warning], [0.2, COLOUR.good]));
}
