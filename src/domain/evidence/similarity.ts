import { formatPercent } from '../text.ts';
import { type Duration, formatDuration, HOUR } from '../time.ts';
import type { EvidenceWords } from './words.ts';

/** Earlier machines that looked like this one, and how long they lasted from there. */
export interface SimilarityEvidence {
  readonly kind: 'similarity';
  /** That the end comes within `horizon`. */
  readonly probability: number;
  /** Lead time of the part and planning margin. */
  readonly horizon: Duration;
  /** Histories in the library. */
  readonly histories: number;
  /** Those that weigh most in the forecast, most first. */
  readonly similar: readonly {
    readonly unit: string;
    /** Share in the forecast. */
    readonly share: number;
    /** What it had left when it looked like this. */
    readonly remaining: Duration;
  }[];
  /** The metrics that moved most from where machines of the library begin, most first. */
  readonly shifts: readonly {
    readonly metricId: string;
    /** In standard deviations at the same duty. */
    readonly shift: number;
  }[];
}

export const similarityWords: EvidenceWords<SimilarityEvidence> = {
  en({ probability, horizon, histories, similar, shifts }) {
    const lives = similar.map(({ unit, remaining }) => `${unit} ${formatDuration(whole(remaining))}`).join(', ');
    const moved = shifts.map(({ metricId, shift }) => `${metricId} ${signed(shift)} σ`).join(', ');
    return `End of life within ${formatDuration(horizon)} with ${formatPercent(probability)}: of ${histories} earlier histories these looked most like it, with this much left: ${lives}. Moved most since new: ${moved}.`;
  },
  zh({ probability, horizon, histories, similar, shifts }) {
    const lives = similar.map(({ unit, remaining }) => `${unit} ${formatDuration(whole(remaining), 'zh')}`).join('、');
    const moved = shifts.map(({ metricId, shift }) => `${metricId} ${signed(shift)} σ`).join('、');
    return `${formatDuration(horizon, 'zh')}内到寿的概率为 ${formatPercent(probability)}：在 ${histories} 条历史记录中，以下最为相似，其当时剩余寿命为：${lives}。相对新品变化最大的指标：${moved}。`;
  },
  brief: ({ probability, horizon }) => `end of life within ${formatDuration(horizon)}: ${formatPercent(probability)}`,
};

/** Hours, where there are any: more digits would promise what nobody knows. */
function whole(duration: Duration): Duration {
  return duration < HOUR ? duration : Math.round(duration / HOUR) * HOUR;
}

function signed(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(1)}`;
}
