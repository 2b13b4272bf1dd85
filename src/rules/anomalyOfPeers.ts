import type { AssetModel } from '../domain/model.ts';
import type { Timestamp } from '../domain/time.ts';
import type { AnomalyParams } from './anomalyParams.ts';
import type { Judge } from './condition.ts';
import { compileDuty, type DutyState } from './duty.ts';
import { compileIndicator } from './indicator.ts';
import { compileLimits } from './limitLevels.ts';
import { duration } from './params.ts';
import {
  deviationOf,
  type PeerLesson,
  type PeerOptions,
  type PeerReference,
  type PeerStanding,
  type PeersParams,
  peersDiffer,
  teachPeers,
} from './peers.ts';

/** Where the asset is in one band of duty: a mean whose samples count the less, the older they are. */
interface Level {
  since: Timestamp;
  time: Timestamp;
  /** How many samples it rests on, as far as they still count. */
  samples: number;
  value: number;
}

interface State {
  indicator: unknown;
  duty: DutyState | null;
  /** The first sample since the component was installed or known. */
  first: Timestamp | null;
  /** By band of duty, null where that was never seen. */
  levels: (Level | null)[];
  /** Where it stood among its peers when the fleet last told it. */
  reference: PeerReference | null;
  /** Whether there is a band in which it stands, and where and how it stood worst when there was. */
  stands: boolean;
  judged: { band: number; standing: PeerStanding } | null;
  score: number;
  /** The worst score since the condition began. */
  worst: number;
}

/**
 * One metric or indicator against other assets of the same model: how far the asset's recent level at a duty is from the
 * median of theirs, in their spread, as laboratories are compared in proficiency tests (z scores, ISO 13528:2022). Levels
 * are compared at the same time, once a day; that stands until the fleet tells otherwise.
 */
export function judgePeers(params: AnomalyParams, peers: PeersParams, id: string, model: AssetModel): Judge<State> {
  const indicator = compileIndicator(model, id);
  const duty = compileDuty(params.duty, model, duration(params.maxGap));
  const { direction, levels, leastDeviation, leastShare } = params;
  const limits = compileLimits({ direction: 'above', levels, deadband: params.deadband });
  const runIn = duration(params.runIn);
  const recent = duration(peers.recent);
  const options: PeerOptions = {
    of: JSON.stringify([id, params.duty?.by, params.duty?.edges]),
    minPeers: peers.minPeers,
    leastSpread: (median) => Math.max(leastDeviation, leastShare * Math.abs(median)),
  };

  /** Takes a sample into the level of the band. */
  function observe(state: State, band: number, time: Timestamp, value: number): void {
    const level = state.levels[band] ?? { since: time, time, samples: 0, value };
    state.levels[band] = level;
    level.samples = level.samples * Math.exp((level.time - time) / recent) + 1;
    level.value += (value - level.value) / level.samples;
    level.time = time;
  }

  /** Whether it rests on enough, and says something of this time. */
  const counts = (level: Level | null, time: Timestamp): level is Level =>
    level !== null &&
    level.samples >= peers.samples &&
    level.time - level.since >= recent &&
    time - level.time <= recent;

  function scoreOf(standing: PeerStanding): number {
    const off = deviationOf(standing);
    return direction === 'both' ? Math.abs(off) : direction === 'above' ? off : -off;
  }

  /** It goes by the band in which the asset stands worst, so that what shows at one duty does not come and go with that. */
  function take(state: State, reference: PeerReference): void {
    state.reference = reference;
    state.stands = false;
    reference.bands.forEach((standing, band) => {
      if (!standing) return;
      const score = scoreOf(standing);
      if (state.stands && score <= state.score) return;
      Object.assign(state, { stands: true, judged: { band, standing }, score });
    });
  }

  const init = (): State => ({
    indicator: indicator.init(),
    duty: duty.init(),
    first: null,
    levels: Array.from({ length: duty.bands }, () => null),
    reference: null,
    stands: false,
    judged: null,
    score: 0,
    worst: 0,
  });

  return {
    inputs: [...new Set([...indicator.inputs, ...duty.inputs])],
    init,
    judge(state, time, latest, verdict) {
      const band = duty.step(state.duty, time, latest);
      const value = indicator.step(state.indicator, time, latest);
      if (value === undefined || band === undefined) return false;
      state.first ??= time;
      if (time - state.first < runIn) return false;
      observe(state, band, time, value);
      if (!state.stands) return false;
      limits.judge(state.score, verdict);
      return true;
    },
    gather(state, began) {
      state.worst = began ? state.score : Math.max(state.worst, state.score);
    },
    evidence(state, level) {
      const { band: at, standing } = state.judged!;
      const { level: value, median, spread, peers: count } = standing;
      const band = duty.describe(at);
      return {
        kind: 'anomaly',
        metricId: id,
        statistic: 'deviation',
        score: state.score,
        worst: state.worst,
        limit: levels[level - 1]!.limit,
        metrics: [{ metricId: id, unit: indicator.unit, value, expected: median, share: 1 }],
        peers: { count, spread },
        ...(band && { duty: band }),
        learned: null,
      };
    },
    renew(state) {
      Object.assign(state, init(), { duty: state.duty });
    },
    fleet: {
      lesson(state, time): PeerLesson | undefined {
        const lesson = state.levels.map((level) => (counts(level, time) ? level.value : null));
        return lesson.some((level) => level !== null) ? lesson : undefined;
      },
      teach: (lessons) => teachPeers(lessons, options),
      differs: (state, reference) => peersDiffer(state.reference, reference as PeerReference),
    },
    learn(state, reference) {
      const taught = reference as Partial<PeerReference> | null;
      if (taught?.of === options.of) take(state, taught as PeerReference);
    },
  };
}
