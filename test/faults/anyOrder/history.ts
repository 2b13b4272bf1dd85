import fc from 'fast-check';
import type { NewAssetEvent } from '../../../src/domain/request.ts';
import { DAY, HOUR, MINUTE, type Timestamp } from '../../../src/domain/time.ts';
import { FAULTS, type Fault } from '../../support/simulation/calls.ts';

/** When everything is sent, by the clock on the wall. */
export const NOW = Date.UTC(2026, 2, 10, 12);
const T0 = NOW - 5 * DAY;
const LENGTH = 4 * DAY;
export const IDS = ['rig-a', 'rig-b', 'rig-c'];

/** What a device says in one message. */
export interface Said {
  readonly assetId: string;
  readonly time: Timestamp;
  readonly payload: string;
  /** Of the past, told afterwards; it makes no difference. */
  readonly historical?: true;
  /** Of the way to Fettle: how much later than others it arrives. */
  readonly delay: number;
  /** Said once more, so many messages later; 0 for not. */
  readonly again: number;
  readonly node: number;
  readonly next: 'go on' | 'flush' | 'wait';
}

export interface Entered {
  readonly assetId: string;
  readonly event: NewAssetEvent;
  /** Share of the messages before it is entered; undefined for as soon as it happened. */
  readonly late: number | undefined;
}

export interface History {
  readonly said: readonly Said[];
  /** As often as `said`, in between: samples of the past, some at the very times of others. */
  readonly told: readonly Said[];
  readonly entered: readonly Entered[];
}

export interface Troubles {
  readonly faults: readonly Fault[];
  readonly seed: number;
  readonly batchSize: number;
}

const instant = fc.record({
  gap: fc.constantFrom(1, 1, 2, 2, 5, 20, 90, 400),
  temperature: fc.constantFrom(60, 79, 84, 97),
  hours: fc.constantFrom(0, 1, 5, 20),
  swapped: fc.constantFrom(false, false, false, false, false, false, false, true),
  ink: fc.constantFrom(0, 3, 10, 40),
  pressure: fc.constantFrom(8, 8, 11),
  running: fc.constantFrom(0, 1, 1),
  split: fc.boolean(),
  ways: fc.tuple(way(), way()),
});

function way() {
  return fc.record({
    delay: fc.constantFrom(0, 0, 0, 0, 3, 30, 600, 2000),
    again: fc.constantFrom(0, 0, 0, 0, 0, 1, 4, 12),
    node: fc.nat(1),
    next: fc.constantFrom('go on' as const, 'go on' as const, 'flush' as const, 'wait' as const),
  });
}

const entered: fc.Arbitrary<Entered> = fc
  .record({
    assetId: fc.constantFrom(...IDS),
    minute: fc.nat(LENGTH / MINUTE),
    kind: fc.constantFrom('replaced', 'replaced-at', 'maintenance'),
    late: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ assetId, minute, kind, late }) => {
    const at = T0 + minute * MINUTE + 7;
    if (kind === 'maintenance') return { assetId, late, event: { type: kind, at, until: at + 3 * HOUR } };
    const reading = kind === 'replaced-at' ? { reading: 900 } : {};
    return { assetId, late, event: { type: 'component-replaced', componentId: 'filter', at, ...reading } };
  });

const told = fc.record({
  assetId: fc.constantFrom(...IDS),
  minute: fc.nat(LENGTH / MINUTE),
  temperature: fc.constantFrom(60, 97, 99),
  hours: fc.constantFrom(1, 900, 2000),
  /** At the time of a message of the asset. */
  at: fc.option(fc.nat(24), { nil: undefined }),
  way: way(),
});

/**
 * Some assets' histories, and the way that each message takes. `delayed`: whether any arrives late. `met`: whether some of
 * what is told of the past has the very time of a live sample; by several nodes at once the last one written stays.
 */
export function historyOf({
  delayed,
  met,
}: {
  readonly delayed: boolean;
  readonly met: boolean;
}): fc.Arbitrary<History> {
  return fc
    .record({
      instants: fc.tuple(...IDS.map(() => fc.array(instant, { maxLength: 25, size: 'max' }))),
      entered: fc.array(entered, { maxLength: 3 }),
      told: fc.array(told, { maxLength: 12 }),
    })
    .map(({ instants, entered, told }) => {
      const said = instants.flatMap((of, at) => saidBy(IDS[at]!, of, delayed));
      return {
        said,
        told: told.map((one) => toldOf(one, met ? said : [])),
        entered: entered.map((one) => (delayed ? one : { ...one, late: undefined })),
      };
    });
}

export const troubles: fc.Arbitrary<Troubles> = fc.record({
  faults: fc.array(
    fc.record({
      after: fc.nat(120),
      kind: fc.constantFrom(...FAULTS),
      part: fc.constantFrom(undefined, undefined, 'store' as const),
      lasts: fc.constantFrom(0, 0, 50, 3000, 20_000),
    }),
    { maxLength: 10 },
  ),
  seed: fc.integer(),
  batchSize: fc.constantFrom(1, 3, 20),
});

type Instant = typeof instant extends fc.Arbitrary<infer T> ? T : never;

function saidBy(assetId: string, instants: readonly Instant[], delayed: boolean): Said[] {
  const said: Said[] = [];
  let [time, hours, ink] = [T0, 870, 100];
  for (const { gap, temperature, pressure, running, split, ways, ...steps } of instants) {
    time += gap * MINUTE;
    if (time > T0 + LENGTH) break;
    hours = steps.swapped ? 1 : hours + Math.min(steps.hours, gap);
    ink = ink - steps.ink < 0 ? 100 : ink - steps.ink;
    const [one, two] = [
      { temperature, hours },
      { ink, pressure, running: running === 1 ? 'running' : 'stopped' },
    ];
    const parts = split ? [one, two] : [{ ...one, ...two }];
    parts.forEach((values, at) => {
      const way = ways[at]!;
      const delay = delayed ? way.delay * MINUTE : 0;
      said.push({ ...way, delay, assetId, time, payload: JSON.stringify({ ts: time, ...values }) });
    });
  }
  return said;
}

function toldOf(one: typeof told extends fc.Arbitrary<infer T> ? T : never, said: readonly Said[]): Said {
  const { assetId, minute, temperature, hours, at, way } = one;
  const own = said.filter((message) => message.assetId === assetId);
  const time = (at === undefined ? undefined : own[at]?.time) ?? T0 + minute * MINUTE + 3;
  const payload = JSON.stringify({ ts: time, temperature, hours });
  return { ...way, delay: way.delay * MINUTE, assetId, time, payload, historical: true };
}

/** As it happened. */
export function inOrder({ said, entered }: Omit<History, 'told'>): (Said | Entered)[] {
  const items = [...said, ...entered.map((one) => ({ ...one, late: undefined }))];
  return items.sort((a, b) => timeOf(a) - timeOf(b));
}

/** As it arrives, with what is said twice and what is entered late. */
export function asItArrives(history: History): (Said | Entered)[] {
  const entered = history.entered.filter(({ late }) => late === undefined);
  const arriving = inOrder({ said: [...history.said, ...history.told], entered })
    .map((one) => ({ one, at: timeOf(one) + ('delay' in one ? one.delay : 0) }))
    .sort((a, b) => a.at - b.at);
  const again = arriving.flatMap(({ one }, place) => {
    return 'again' in one && one.again > 0 ? [{ one, place: place + one.again + 0.5 }] : [];
  });
  const late = history.entered.flatMap((one) =>
    one.late === undefined ? [] : [{ one, place: one.late * arriving.length }],
  );
  return [...arriving.map(({ one }, place) => ({ one, place })), ...again, ...late]
    .sort((a, b) => a.place - b.place)
    .map(({ one }) => one);
}

function timeOf(item: Said | Entered): Timestamp {
  return 'event' in item ? item.event.at : item.time;
}
