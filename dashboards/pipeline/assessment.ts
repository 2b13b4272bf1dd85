import { COLOUR, NONE_ALLOWED, steps } from '../shared/colours.ts';
import { figures, lines } from '../shared/panels.ts';
import { promql, promqlNow } from '../shared/sources.ts';
import { of, quantile, rate } from './promql.ts';

const SMALL = { width: 6, height: 5 };
const HALF = { width: 12, height: 8 };

/** From stored samples to tickets. */
export function assessmentPanels() {
  return [checkpoint(), recovery(), tripped(), faults(), refolds(), raising()];
}

function checkpoint() {
  return figures({
    ...SMALL,
    title: 'State saved',
    description:
      'When the state of the assets was last saved. Long ago: the database is down; nothing is lost, a restart takes longer.',
    unit: 'dateTimeFromNow',
    queries: [promqlNow('A', 'Saved', `1000 * min(${of('fettle_checkpoint_timestamp_seconds')})`)],
  });
}

function recovery() {
  return figures({
    ...SMALL,
    title: 'Last recovery',
    description: 'How long the last start took to bring back the state, and how many stored samples it read for that.',
    unit: 's',
    queries: [
      promqlNow('A', 'Took', `max(${of('fettle_recovery_seconds')})`),
      promqlNow('B', 'Samples read', `sum(${of('fettle_recovery_samples')})`),
      promqlNow('C', 'Assets', `sum(${of('fettle_recovery_assets')})`),
    ],
  })
    .overrideByName('Samples read', [{ id: 'unit', value: 'short' }])
    .overrideByName('Assets', [{ id: 'unit', value: 'short' }]);
}

function tripped() {
  return figures({
    ...SMALL,
    title: 'Tripped rules',
    description:
      'Rules that opened more tickets than their cap and only propose since. Look at their tickets, put the rule right, then reset it.',
    unit: 'none',
    queries: [promqlNow('A', 'Tripped rules', `max(${of('fettle_rules_tripped')}) or vector(0)`)],
  }).thresholds(NONE_ALLOWED);
}

function faults() {
  return figures({
    ...SMALL,
    title: 'Rule faults',
    description:
      'How often rules failed by a defect of their own in this time range. Anything but 0: report it with the log.',
    unit: 'none',
    queries: [promqlNow('A', 'Rule faults', `sum(increase(${of('fettle_rule_faults_total')}[$__range])) or vector(0)`)],
  })
    .decimals(0)
    .thresholds(steps(COLOUR.good, [0.5, COLOUR.critical]));
}

function refolds() {
  return lines({
    ...HALF,
    title: 'Histories judged anew',
    description:
      'Assets whose history is judged anew because something arrived late or was entered for the past: how many wait, and how many are done per second.',
    unit: 'short',
    queries: [
      promql('A', 'Waiting', `sum(${of('fettle_refolds_waiting')})`),
      promql('B', 'Done per second', rate('fettle_refolds_total')),
      promql('C', 'Failed per second', rate('fettle_refold_failures_total')),
    ],
  });
}

function raising() {
  return lines({
    ...HALF,
    title: 'Time to record a finding',
    description: 'How long it takes to record a finding with its ticket. Nothing is drawn while nothing is found.',
    unit: 's',
    queries: [
      promql('A', 'Median', quantile(0.5, 'fettle_raise_seconds')),
      promql('B', '95 % are faster', quantile(0.95, 'fettle_raise_seconds')),
    ],
  });
}
