import { COLOUR, steps } from '../shared/colours.ts';
import { figures, fixedColour, lines } from '../shared/panels.ts';
import { promql, promqlNow } from '../shared/sources.ts';
import { of } from './promql.ts';

/** From tickets to the service desk. */
export function deliveryPanels() {
  return [oldest(), deliveries(), jobs()];
}

function oldest() {
  return figures({
    width: 6,
    height: 8,
    title: 'Oldest waiting delivery',
    description:
      'How long the oldest change of a ticket has waited to be told to the service desk. Long: the desk is down, refuses it, or deliveries are paused.',
    unit: 's',
    queries: [promqlNow('A', 'Waits for', `max(${of('fettle_delivery_oldest_pending_age_seconds')})`)],
  }).thresholds(steps(COLOUR.good, [300, COLOUR.warning], [3600, COLOUR.critical]));
}

function deliveries() {
  return lines({
    width: 9,
    height: 8,
    title: 'Deliveries to the service desk',
    description:
      'Changes of tickets to be told to the service desk, by what became of them. Failed ones need somebody: put the cause right and retry them.',
    unit: 'short',
    queries: [promql('A', '{{status}}', `max by (status) (${of('fettle_deliveries')})`)],
  })
    .decimals(0)
    .overrideByName('failed', [fixedColour(COLOUR.critical)])
    .overrideByName('delivered', [fixedColour(COLOUR.good)])
    .overrideByName('pending', [fixedColour(COLOUR.plain)]);
}

function jobs() {
  return lines({
    width: 9,
    height: 8,
    title: 'Jobs in the queue',
    description:
      'Jobs of the queue by state. Waiting and delayed jobs that only grow mean that deliveries do not get through.',
    unit: 'short',
    queries: [promql('A', '{{state}}', `max by (state) (${of('fettle_queue_jobs')})`)],
  }).decimals(0);
}
