import { describe, expect, it } from 'vitest';
import { Suggestions, type SuggestionsParts } from '../../../src/backtest/suggestions.ts';
import type { AssetModel } from '../../../src/domain/model.ts';
import type { Score } from '../../../src/domain/score.ts';
import type { RuleTrial } from '../../../src/domain/suggestion.ts';
import { DAY, MINUTE } from '../../../src/domain/time.ts';
import type { DeliveryJob } from '../../../src/ports/jobQueue.ts';
import type { StoredSample } from '../../../src/ports/timeSeriesStore.ts';
import { parsedRig, RIG } from '../../support/parsedRig.ts';
import { recordLog } from '../../support/recordLog.ts';
import { sampleTicket } from '../../support/ticket.ts';

const T0 = Date.UTC(2024, 4, 1);
const ENGINEER = { name: 'ann', role: 'engineer' } as const;
const RULE = ['rig', 'temperature-high'] as const;
const PLACE = { assetId: 'r1', componentId: 'bearing', failureModeId: 'overheated', ruleId: RULE[1] };
/** A day each: from 00:10 on as hot as this for ten minutes. */
const FALSES = Array.from({ length: 20 }, (_, day) => ({ at: T0 + day * DAY, peak: 81 + day / 10 }));

function scoreOf(day: number): Score {
  const reason = { en: '', zh: '' };
  return { id: `S${day}`, ticketId: `T${day}`, ...PLACE, at: FALSES[day]!.at, score: 'false', reason, scoredAt: T0 };
}

/** Suggestions on parts in memory, where `count` of the {@link FALSES} are known; `work` does what a queue would. */
function rigged(count: number, { models = [parsedRig()], kept = FALSES, onRead = (): void => undefined } = {}) {
  const settings = new Map<string, unknown>();
  const added = new Set<string>();
  let handler: ((job: DeliveryJob) => Promise<void>) | undefined;
  async function* readFrom(): AsyncIterable<readonly StoredSample[]> {
    onRead();
    for (const { at, peak } of kept)
      yield Array.from({ length: 40 }, (_, minute): StoredSample => {
        const time = at + minute * MINUTE;
        const value = minute >= 10 && minute < 20 ? peak : 70;
        return { assetId: 'r1', metricId: 'temperature', time, value, quality: 0, receivedAt: time };
      });
  }
  const parts = {
    database: {
      settings: {
        get: async (name: string) => settings.get(name),
        set: async (name: string, value: unknown) => void settings.set(name, JSON.parse(JSON.stringify(value))),
      },
      assets: { all: async () => [RIG] },
      events: { of: async () => [], deaf: async () => [] },
      scores: { list: async () => ({ items: FALSES.slice(0, count).map((_, day) => scoreOf(day)) }) },
      tickets: {
        get: async (id: string) => {
          const { at } = FALSES[Number(id.slice(1))]!;
          return sampleTicket({ ...PLACE, id, episodeStart: at + 10 * MINUTE, closedAt: at + DAY / 2 });
        },
      },
    },
    store: { readFrom, retention: 4000 * DAY },
    queue: {
      work: async (taken: typeof handler) => {
        handler = taken;
      },
      add: async (id: string) => void added.add(id),
    },
    clock: { now: () => T0 + 100 * DAY },
    log: recordLog().log,
    models,
  } as unknown as SuggestionsParts;
  const suggestions = new Suggestions(parts);
  return {
    suggestions,
    settings,
    added,
    get: () => suggestions.get(...RULE),
    work: async () => {
      await suggestions.start();
      for (const id of added) {
        added.delete(id);
        await handler!({ id, attempt: 1, lastAttempt: true });
      }
    },
  };
}

describe('a suggestion that is asked for', () => {
  it('waits, is tried and tells the limit that spares what was false', async () => {
    const { suggestions, get, work } = rigged(20);
    const asked = await suggestions.ask(...RULE, ENGINEER);
    expect(asked).toMatchObject({ outcomes: 20, trial: { status: 'waiting', by: 'ann', progress: 0 } });
    await work();
    const { suggested, trial } = await get();
    expect(trial).toMatchObject({
      status: 'done',
      progress: 1,
      result: { known: 20, shown: 20, tried: { length: 4 } },
    });
    expect(trial!.result!.today!.figures).toEqual({ hits: 0, misses: 0, falses: 20, unverifiable: 0 });
    expect(suggested).toEqual({ limits: [83, 95], figures: { hits: 0, misses: 0, falses: 0, unverifiable: 0 } });
  });

  it('is refused below 20 outcomes, and of rules that are not or have no limits', async () => {
    const { suggestions, get, added } = rigged(19);
    await expect(suggestions.ask(...RULE, ENGINEER)).rejects.toThrow(/19 of 20 outcomes/);
    await expect(suggestions.ask('rig', 'filter-life', ENGINEER)).rejects.toThrow(/kind usage/);
    await expect(suggestions.ask('rig', 'nothing', ENGINEER)).rejects.toThrow(/no rule nothing in a model rig/);
    await expect(suggestions.get('nothing', RULE[1])).rejects.toThrow(/no rule/);
    expect(added.size).toBe(0);
    expect((await get()).trial).toBeUndefined();
  });

  it('rests on what the stored history shows again only', async () => {
    const { suggestions, get, work } = rigged(20, { kept: FALSES.slice(1) });
    await suggestions.ask(...RULE, ENGINEER);
    await work();
    const { suggested, reason, trial } = await get();
    expect(trial!.result).toMatchObject({ known: 20, shown: 19, today: { figures: { falses: 19 } } });
    expect([suggested, reason.en]).toEqual([undefined, expect.stringMatching(/^Of 20 outcomes.* 19 again/)]);
  });

  it('asked for again while it is on is the same, and put back where its job was lost', async () => {
    const { suggestions, added, work, get } = rigged(20);
    const asked = await suggestions.ask(...RULE, ENGINEER);
    added.clear();
    expect(await suggestions.ask(...RULE, { name: 'bob', role: 'engineer' })).toEqual(asked);
    await work();
    expect((await get()).trial!.status).toBe('done');
  });

  it('that was cut off hard is failed when its job comes again, and can be asked for anew', async () => {
    const { suggestions, settings, work, get } = rigged(20);
    await suggestions.ask(...RULE, ENGINEER);
    const [[name, waiting]] = [...settings] as [[string, RuleTrial]];
    settings.set(name, { ...waiting, status: 'running' });
    await work();
    expect(await get()).toMatchObject({ trial: { status: 'failed', error: expect.stringContaining('cut off') } });
    expect(await suggestions.ask(...RULE, ENGINEER)).toMatchObject({ trial: { status: 'waiting' } });
  });

  it('that is cut off by a stop says so', async () => {
    let suggestions: Suggestions | undefined;
    const rig = rigged(20, { onRead: () => void suggestions!.stop() });
    suggestions = rig.suggestions;
    await suggestions.ask(...RULE, ENGINEER);
    await rig.work();
    expect(await rig.get()).toMatchObject({
      trial: { status: 'failed', error: expect.stringContaining('cut off') },
      reason: { en: expect.stringContaining('cut off') },
    });
  });

  it('is of the rule as it is when it is tried', async () => {
    const models: AssetModel[] = [parsedRig()];
    const { suggestions, work, get } = rigged(20, { models });
    await suggestions.ask(...RULE, ENGINEER);
    models[0] = { ...models[0]!, rules: models[0]!.rules.map((rule) => ({ ...rule, version: 'v2' })) };
    await work();
    expect(await get()).toMatchObject({ trial: { ruleVersion: 'v2' }, suggested: { limits: [83, 95] } });
  });

  it('has a job whose id queues take, whatever the ids of model and rule', async () => {
    const rig = parsedRig();
    const odd = { ...rig, id: 'a/b:c', rules: rig.rules.map((rule) => ({ ...rule, id: `${rule.id}:1/2` })) };
    const { suggestions, added, work } = rigged(20, { models: [odd] });
    await suggestions.ask('a/b:c', 'temperature-high:1/2', ENGINEER);
    expect([...added]).toEqual([expect.not.stringContaining(':')]);
    await work();
    const { trial } = await suggestions.get('a/b:c', 'temperature-high:1/2');
    expect(trial!.ruleVersion).toBe(rig.rules[0]!.version);
  });
});
