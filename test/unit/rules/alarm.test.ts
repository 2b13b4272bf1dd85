import { describe, expect, it } from 'vitest';
import { MINUTE } from '../../../src/domain/time.ts';
import {
  type AlarmTiming,
  holdAlarm,
  initAlarm,
  pauseAlarm,
  resumeAlarm,
  stepAlarm,
} from '../../../src/rules/alarm.ts';

const TIMING: AlarmTiming = { onDelay: 5, offDelay: 10, maxGap: 20, minSamples: 1, updateEvery: 30 };

/** [minute, worst level reached, worst level held (default: as reached)] or [minute, 'hold', 'pause' or 'resume'] */
type Step = readonly [at: number, reached: number | 'hold' | 'pause' | 'resume', held?: number];

function play(steps: readonly Step[], timing: Partial<AlarmTiming> = {}): string[] {
  const { onDelay, offDelay, maxGap, minSamples, updateEvery } = { ...TIMING, ...timing };
  const inMinutes = {
    onDelay: onDelay * MINUTE,
    offDelay: offDelay * MINUTE,
    maxGap: maxGap * MINUTE,
    minSamples,
    updateEvery: updateEvery * MINUTE,
  };
  const alarm = initAlarm(2);
  const heard: string[] = [];
  for (const [minute, reached, held] of steps) {
    const time = minute * MINUTE;
    if (reached === 'hold') holdAlarm(alarm, time);
    else if (reached === 'resume') resumeAlarm(alarm, time);
    else if (reached === 'pause') pauseAlarm(alarm, inMinutes, time);
    else {
      const change = stepAlarm(alarm, inMinutes, time, reached, held ?? reached);
      if (change !== 'none') heard.push(`${minute} ${change} ${alarm.level} since ${(alarm.start ?? 0) / MINUTE}`);
    }
  }
  return heard;
}

describe('an alarm', () => {
  const cases: Record<string, { steps: Step[]; heard: string[]; timing?: Partial<AlarmTiming> }> = {
    'raises once the on-delay is over, from the first passing on': {
      steps: [
        [0, 1],
        [4, 1],
        [5, 1],
        [6, 1],
      ],
      heard: ['5 raised 1 since 0'],
    },
    'raises at once without an on-delay': { steps: [[3, 1]], heard: ['3 raised 1 since 3'], timing: { onDelay: 0 } },
    'starts the on-delay anew after a clear sample': {
      steps: [
        [0, 1],
        [4, 0],
        [5, 1],
        [9, 1],
        [10, 1],
      ],
      heard: ['10 raised 1 since 5'],
    },
    'counts on within the deadband': {
      steps: [
        [0, 1],
        [3, 0, 1],
        [5, 1],
      ],
      heard: ['5 raised 1 since 0'],
    },
    'does not begin within the deadband': {
      steps: [
        [0, 0, 1],
        [5, 0, 1],
        [10, 0, 1],
      ],
      heard: [],
    },
    'starts the on-delay anew after a gap longer than maxGap': {
      steps: [
        [0, 1],
        [21, 1],
        [25, 1],
        [26, 1],
      ],
      heard: ['26 raised 1 since 21'],
    },
    'counts through a gap of maxGap': {
      steps: [
        [0, 1],
        [20, 1],
      ],
      heard: ['20 raised 1 since 0'],
    },
    'raises the worst level whose own on-delay is over': {
      steps: [
        [0, 2],
        [5, 2],
      ],
      heard: ['5 raised 2 since 0'],
    },
    'escalates by the on-delay of the worse level and keeps its start': {
      steps: [
        [0, 1],
        [5, 1],
        [6, 2],
        [10, 2],
        [11, 2],
      ],
      heard: ['5 raised 1 since 0', '11 escalated 2 since 0'],
    },
    'does not fall back to a milder level': {
      steps: [
        [0, 2],
        [5, 2],
        [6, 1],
        [12, 1],
        [13, 2],
        [19, 2],
      ],
      heard: ['5 raised 2 since 0'],
    },
    'clears once the off-delay is over': {
      steps: [
        [0, 1],
        [5, 1],
        [6, 0],
        [15, 0],
        [16, 0],
        [17, 0],
      ],
      heard: ['5 raised 1 since 0', '16 cleared 0 since 0'],
    },
    'clears at once without an off-delay': {
      steps: [
        [0, 1],
        [5, 1],
        [6, 0],
      ],
      heard: ['5 raised 1 since 0', '6 cleared 0 since 0'],
      timing: { offDelay: 0 },
    },
    'stays raised within the deadband': {
      steps: [
        [0, 1],
        [5, 1],
        [6, 0, 1],
        [20, 0, 1],
      ],
      heard: ['5 raised 1 since 0'],
    },
    'goes on clearing within the deadband, and not beyond the limit': {
      steps: [
        [0, 1],
        [5, 1],
        [6, 0],
        [8, 0, 1],
        [10, 1],
        [12, 0],
        [20, 0, 1],
        [22, 0, 1],
      ],
      heard: ['5 raised 1 since 0', '22 cleared 0 since 0'],
    },
    'starts the off-delay anew after a gap longer than maxGap': {
      steps: [
        [0, 1],
        [5, 1],
        [6, 0],
        [27, 0],
        [36, 0],
        [37, 0],
      ],
      heard: ['5 raised 1 since 0', '37 cleared 0 since 0'],
    },
    'is restated at most so often': {
      steps: [
        [0, 1],
        [5, 1],
        [20, 1],
        [34, 1],
        [35, 1],
        [50, 1],
        [64, 1],
        [66, 1],
      ],
      heard: ['5 raised 1 since 0', '35 updated 1 since 0', '66 updated 1 since 0'],
    },
    'raises again after it cleared, as a new episode': {
      steps: [
        [0, 1],
        [5, 1],
        [6, 0],
        [16, 0],
        [17, 1],
        [22, 1],
      ],
      heard: ['5 raised 1 since 0', '16 cleared 0 since 0', '22 raised 1 since 17'],
    },
    'starts both delays anew after a hold': {
      steps: [
        [0, 1],
        [3, 'hold'],
        [4, 1],
        [8, 1],
        [9, 1],
        [10, 0],
        [15, 'hold'],
        [16, 0],
        [25, 0],
        [26, 0],
      ],
      heard: ['9 raised 1 since 4', '26 cleared 0 since 4'],
    },
    'starts the on-delay anew after a pause, and counts the off-delay without it': {
      steps: [
        [0, 1],
        [3, 'pause'],
        [4, 1],
        [9, 1],
        [10, 0],
        [14, 0],
        [15, 'pause'],
        [30, 'pause'],
        [31, 0],
        [35, 0],
        [36, 0],
      ],
      heard: ['9 raised 1 since 4', '36 cleared 0 since 4'],
    },
    'raises with enough samples in a row only': {
      steps: [
        [0, 1],
        [6, 1],
        [7, 0],
        [8, 1],
        [9, 0, 1],
        [13, 1],
      ],
      heard: ['13 raised 1 since 8'],
      timing: { minSamples: 3 },
    },
    'asks for as many samples of a worse level': {
      steps: [
        [0, 1],
        [1, 2],
        [2, 1],
        [3, 2],
        [4, 2],
        [5, 2],
      ],
      heard: ['2 raised 1 since 0', '5 escalated 2 since 0'],
      timing: { onDelay: 0, minSamples: 3 },
    },
    'counts samples anew after a gap longer than maxGap': {
      steps: [
        [0, 1],
        [21, 1],
        [22, 1],
      ],
      heard: ['22 raised 1 since 21'],
      timing: { onDelay: 0, minSamples: 2 },
    },
    'takes up again with the on-delay anew, and with nothing counted for the off-delay since the last sample': {
      steps: [
        [0, 1],
        [3, 1],
        [100, 'resume'],
        [101, 1],
        [106, 1],
        [107, 0],
        [112, 0],
        [200, 'resume'],
        [202, 0],
        [206, 0],
        [207, 0],
      ],
      heard: ['106 raised 1 since 101', '207 cleared 0 since 101'],
    },
    'starts the off-delay anew after a pause with a gap longer than maxGap': {
      steps: [
        [0, 1],
        [5, 1],
        [6, 0],
        [10, 'pause'],
        [31, 'pause'],
        [32, 0],
        [41, 0],
        [42, 0],
      ],
      heard: ['5 raised 1 since 0', '42 cleared 0 since 0'],
    },
  };

  it.each(Object.entries(cases))('%s', (_, { steps, heard, timing }) => {
    expect(play(steps, timing)).toEqual(heard);
  });
});
