import { type AzureData, type AzureFailure, readAzure } from '../../../simulators/datasets/azure.ts';
import { DAY, HOUR, type Timestamp } from '../../domain/time.ts';
import { medianOf } from '../averages.ts';
import type { Evaluation } from '../evaluation.ts';
import { type Measure, numberGoal, shareGoal, shareOf } from '../measure.ts';
import { onePath } from '../paths.ts';
import type { Run, TicketRecord } from '../run.ts';

const AHEAD = 12 * HOUR;
/** A ticket opened longer before a failure than this was not about that failure. */
const ABOUT = 7 * DAY;
const YEAR_HOURS = 365.25 * 24;

export const azure: Evaluation = {
  id: 'azure',
  title: 'Azure predictive maintenance, synthetic machines',
  model: 'production-machine',
  folder: 'azure_pdm',
  looks: 'never',
  protocol:
    'Hourly telemetry, errors as events, maintenance as closed tickets. A failure is caught by a ticket on its component that opened 12 h to 7 days before it and was not over by then. An episode that no failure of its component follows within 7 days is false. Clean hours are those with telemetry more than 7 days before the next failure of the machine; only episodes raised in them count for the rate, which is scaled to a year from the hours there are.',
  open(paths) {
    const data = readAzure(onePath(paths));
    return { data, measure: (run) => measureAzure(run, data.truth) };
  },
};

interface Episode {
  readonly asset: string;
  readonly component: string;
  readonly at: Timestamp;
}

/** Failures caught on the right component in time, and false episodes by clean machine-year. */
export function measureAzure(run: Run, { failures, heard }: AzureData['truth']): Measure {
  const inReach = failures.filter(
    ({ asset, time }) => (heard.get(asset)?.[0] ?? Number.POSITIVE_INFINITY) <= time - AHEAD,
  );
  const leads = inReach.map((failure) => leadOf(run.tickets, failure));
  const caught = shareOf(leads.filter((lead) => lead !== undefined && lead >= AHEAD).length, inReach.length);
  const episodes = run.tickets.flatMap(episodesOf);
  const wrong = episodes.filter((episode) => !failures.some((failure) => isAbout(episode, failure)));
  const clean = new Map([...heard].map(([asset, times]) => [asset, cleanHours(asset, times, failures)]));
  const cleanYears = [...clean.values()].reduce((sum, hours) => sum + hours.size, 0) / YEAR_HOURS;
  const inClean = wrong.filter(({ asset, at }) => clean.get(asset)?.has(Math.floor(at / HOUR)));
  const rate = cleanYears > 0 ? inClean.length / cleanYears : null;
  return {
    figures: {
      failures: inReach.length,
      failures_before_telemetry: failures.length - inReach.length,
      caught_12h_ahead: caught,
      median_hours_ahead: medianOf(leads.flatMap((lead) => (lead === undefined ? [] : [lead / HOUR]))),
      episodes: episodes.length,
      false_episodes: wrong.length,
      false_in_clean_hours: inClean.length,
      clean_machine_years: cleanYears,
      false_per_clean_machine_year: rate,
    },
    goals: [
      shareGoal('caught_12h_ahead', caught, '>=', 0.95),
      numberGoal('false_per_clean_machine_year', rate, '<=', 5),
    ],
    lines: inReach.flatMap(({ asset, component, time }, at) => {
      const lead = leads[at];
      if (lead !== undefined && lead >= AHEAD) return [];
      const when = new Date(time).toISOString().slice(0, 13);
      return [`${asset} ${component} ${when}: ${lead === undefined ? 'MISSED' : `only ${lead / HOUR} h ahead`}`];
    }),
  };
}

/** From the earliest raise of a ticket about this failure; undefined when there is none. */
function leadOf(tickets: readonly TicketRecord[], failure: AzureFailure): number | undefined {
  const about = tickets
    .filter((ticket) => isOpenAt(ticket, failure.time))
    .flatMap(episodesOf)
    .filter((episode) => isAbout(episode, failure));
  return about.length === 0 ? undefined : failure.time - Math.min(...about.map(({ at }) => at));
}

function isOpenAt({ closedAt, clearedAt, reopenedAt }: TicketRecord, time: Timestamp): boolean {
  if (closedAt !== undefined && closedAt < time) return false;
  const cleared = clearedAt.findLast((at) => at < time);
  return cleared === undefined || reopenedAt.some((at) => at >= cleared && at < time);
}

function episodesOf({ asset, component, openedAt, reopenedAt }: TicketRecord): Episode[] {
  return [openedAt, ...reopenedAt].map((at) => ({ asset, component, at }));
}

function isAbout({ asset, component, at }: Episode, failure: AzureFailure): boolean {
  return failure.asset === asset && failure.component === component && at < failure.time && at >= failure.time - ABOUT;
}

/** Hours, counted from 1970, with telemetry and without a failure of the machine in the next days. */
function cleanHours(asset: string, times: readonly number[], failures: readonly AzureFailure[]): Set<number> {
  const own = failures.filter((failure) => failure.asset === asset);
  const isClean = (time: number) => !own.some((failure) => failure.time > time && failure.time - time <= ABOUT);
  return new Set(times.filter(isClean).map((time) => Math.floor(time / HOUR)));
}
