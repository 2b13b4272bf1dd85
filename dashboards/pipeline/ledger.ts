import { COLOUR, steps } from '../shared/colours.ts';
import { figures, fixedColour, lines } from '../shared/panels.ts';
import { promql, promqlNow } from '../shared/sources.ts';
import { of, rate, total } from './promql.ts';

/** Every message accounted for. */
export function ledgerPanels() {
  return [imbalance(), counted(), messages(), samples()];
}

function imbalance() {
  return figures({
    title: 'Unaccounted for',
    description:
      'By how much each ledger is out. 0: every message received, every value decoded and every sample stored is accounted for. Anything else is a defect: keep the log and report it.',
    unit: 'none',
    width: 8,
    height: 5,
    queries: [promqlNow('A', '{{ledger}}', `sum by (ledger) (${of('fettle_ledger_imbalance')})`)],
  }).thresholds(steps(COLOUR.critical, [0, COLOUR.good], [1, COLOUR.critical]));
}

function counted() {
  return figures({
    title: 'Messages since the start',
    description:
      'Received = stored + duplicate + dead-lettered + dropped + in flight. Dropped: neither stored nor kept, because they held nothing to store or the dead letters were full.',
    unit: 'none',
    width: 16,
    height: 5,
    queries: [
      promqlNow('A', 'Received', total('fettle_messages_received_total')),
      promqlNow('B', 'Stored', total('fettle_messages_stored_total')),
      promqlNow('C', 'Duplicate', total('fettle_messages_duplicate_total')),
      promqlNow('D', 'Dead-lettered', total('fettle_messages_dead_lettered_total')),
      promqlNow('E', 'Dropped', total('fettle_messages_dropped_total')),
      promqlNow('F', 'In flight', total('fettle_messages_in_flight')),
    ],
  }).decimals(0);
}

function messages() {
  return lines({
    title: 'Messages per second',
    description:
      'What the broker hands over and what becomes of it. Received and Stored lie on each other while all is well; dead-lettered messages could not be read.',
    unit: 'suffix:/s',
    width: 12,
    height: 8,
    queries: [
      promql('A', 'Received', rate('fettle_messages_received_total')),
      promql('B', 'Stored', rate('fettle_messages_stored_total')),
      promql('C', 'Duplicate', rate('fettle_messages_duplicate_total')),
      promql('D', 'Dead-lettered', rate('fettle_messages_dead_lettered_total')),
      promql('E', 'Dropped', rate('fettle_messages_dropped_total')),
    ],
  })
    .overrideByName('Received', [fixedColour(COLOUR.plain)])
    .overrideByName('Stored', [fixedColour(COLOUR.good)])
    .overrideByName('Dead-lettered', [fixedColour(COLOUR.warning)])
    .overrideByName('Dropped', [fixedColour(COLOUR.critical)]);
}

function samples() {
  return lines({
    title: 'Values per second',
    description:
      'Values found in messages, and what becomes of them. Refused: not taken, with the reason in the dead letters. Late: too old to be judged, stored all the same.',
    unit: 'suffix:/s',
    width: 12,
    height: 8,
    queries: [
      promql('A', 'Decoded', rate('fettle_samples_decoded_total')),
      promql('B', 'Stored', rate('fettle_samples_stored_total')),
      promql('C', 'Judged', rate('fettle_samples_assessed_total')),
      promql('D', 'Refused', rate('fettle_samples_rejected_total')),
      promql('E', 'Late', rate('fettle_samples_late_total')),
    ],
  })
    .overrideByName('Decoded', [fixedColour(COLOUR.plain)])
    .overrideByName('Stored', [fixedColour(COLOUR.good)])
    .overrideByName('Refused', [fixedColour(COLOUR.warning)]);
}
