import { DataSetError } from '../../../simulators/datasets/dataset.ts';
import { type FleetData, type FleetFailure, simulateFleet } from '../../../simulators/datasets/wearFleet.ts';
import type { Duration } from '../../domain/time.ts';
import { DAY, formatDuration } from '../../domain/time.ts';
import { ticketsOf } from '../alarms.ts';
import type { Evaluation } from '../evaluation.ts';
import { type Measure, numberGoal, shareGoal, shareOf } from '../measure.ts';
import type { Run, TicketRecord } from '../run.ts';

const YEAR = 365.25 * DAY;

export const fleet: Evaluation = {
  id: 'fleet',
  title: 'Simulated fleet with known failures',
  model: 'screw-compressor',
  looks: 'never',
  protocol:
    'Screw compressors, lifts and printers over 120 days, a message an hour, with added noise, drifting sensors, lost messages, gaps, changes of duty, and parts that are repaired before they fail. A failure has its ticket when one on its component and failure mode is open between its onset and the failure; a ticket about no fault that was developing is false.',
  open(paths) {
    if (paths.length > 0) throw new DataSetError('the fleet is simulated: name no file');
    const data = simulateFleet();
    return { data, measure: (run) => measureFleet(run, data.truth) };
  },
};

interface Judged {
  readonly failure: FleetFailure;
  readonly ticket: TicketRecord | undefined;
  /** From the ticket to the failure, or to when it would have come. */
  readonly ahead: Duration | undefined;
  readonly leadTime: Duration;
}

/** Failures with their ticket a part's lead time ahead, missed ones, and tickets about nothing. */
export function measureFleet(run: Run, { failures, assets, from, to }: FleetData['truth']): Measure {
  const judged = failures
    .filter(({ failsAt, repairedAt }) => Math.min(failsAt, repairedAt) <= to)
    .map((one) => judge(run, one));
  const failed = judged.filter(({ failure }) => !failure.prevented);
  const prevented = judged.filter(({ failure }) => failure.prevented);
  const inTime = shareOf(
    failed.filter(({ ahead, leadTime }) => ahead !== undefined && ahead >= leadTime).length,
    failed.length,
  );
  const missed = failed.filter(({ ticket }) => ticket === undefined).length;
  const wrong = run.tickets.filter((ticket) => !failures.some((failure) => isAbout(ticket, failure)));
  const rate = wrong.length / ((assets.length * (to - from)) / YEAR);
  return {
    figures: {
      assets: assets.length,
      failures: failed.length,
      ticket_lead_time_ahead: inTime,
      failures_missed: missed,
      repaired_before: shareOf(prevented.filter(({ ticket }) => ticket).length, prevented.length),
      false_tickets: wrong.length,
      false_per_asset_year: rate,
    },
    goals: [
      shareGoal('ticket_lead_time_ahead', inTime, '>=', 0.9),
      numberGoal('failures_missed', missed, '<=', 0),
      numberGoal('false_per_asset_year', rate, '<', 0.2),
    ],
    lines: [...judged.map(line), ...wrong.map(falseLine)],
  };
}

function judge(run: Run, failure: FleetFailure): Judged {
  const { asset, component, failsAt } = failure;
  const about = ticketsOf(run, asset, component).filter((ticket) => isAbout(ticket, failure));
  const [ticket] = about;
  const leadTime = ticket?.partLeadTime ?? 0;
  return { failure, ticket, leadTime, ahead: ticket && failsAt - ticket.openedAt };
}

function isAbout({ asset, component, failureMode, openedAt }: TicketRecord, failure: FleetFailure): boolean {
  if (asset !== failure.asset || component !== failure.component || failureMode !== failure.failureMode) return false;
  return openedAt >= failure.onset && openedAt < Math.min(failure.failsAt, failure.repairedAt);
}

function line({ failure, ahead, leadTime }: Judged): string {
  const { asset, failureMode, prevented } = failure;
  const ticket = ahead === undefined ? 'MISSED' : `ticket ${formatDuration(ahead)} ahead`;
  const late = ahead !== undefined && ahead < leadTime ? ' (LATE)' : '';
  return `${asset} ${failureMode}: ${ticket}${late}, part ${formatDuration(leadTime)}${prevented ? ', repaired in time' : ''}`;
}

function falseLine({ asset, component, failureMode, openedAt }: TicketRecord): string {
  return `${asset} ${component} ${failureMode}: FALSE, ${new Date(openedAt).toISOString().slice(0, 10)}`;
}
