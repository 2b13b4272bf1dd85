import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Listener, LiveHub, type LiveOptions } from '../../../src/api/liveHub.ts';
import { ChangeLog } from '../../support/changeLog.ts';
import { parseEvents } from '../../support/eventStream.ts';
import { recordLog } from '../../support/recordLog.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Someone who listens; the network takes all, unless it is stuck. */
class Client implements Listener {
  text = '';
  ended: 'in order' | 'cut' | undefined;
  isStuck = false;
  waiting = 0;
  write(text: string): void {
    this.text += text;
    if (this.isStuck) this.waiting += text.length;
  }
  end(): void {
    this.ended = 'in order';
  }
  cut(): void {
    this.ended = 'cut';
  }
  /** Names of events, and ids of what changed. */
  get heard(): string[] {
    return parseEvents(this.text).map(({ event, data }) => (event === 'ticket' ? JSON.parse(data).id : event));
  }
  get lastId(): string | undefined {
    return parseEvents(this.text).at(-1)?.id;
  }
}

function start(options: LiveOptions = {}) {
  const log = new ChangeLog();
  const recorded = recordLog();
  const hub = new LiveHub(log, recorded.log, options);
  const join = (after?: string): Client => {
    const client = new Client();
    hub.join(client, after);
    return client;
  };
  return { log, hub, join, lines: recorded.lines };
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('the hub of live pages', () => {
  it('says that it is ready, and then what changes, to all', async () => {
    const { log, join } = start();
    log.add('before');
    const clients = [join(), join()];
    await pass(1);
    log.add('t1', 't2');
    await pass(1000);
    log.add('t3');
    await pass(1000);
    for (const client of clients) expect(client.heard).toEqual(['ready', 't1', 't2', 't3']);
    expect(clients[0]!.text).toContain(
      'id: 2\nevent: ticket\ndata: {"id":"t1","assetId":"a1","version":1}\n\nid: 3\nevent: ticket\n',
    );
  });

  it('tells who comes back what it missed, in order, and none twice', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            adds: fc.integer({ min: 0, max: 5 }),
            wait: fc.constantFrom(0, 400, 1000),
            cutAfter: fc.option(fc.nat(6)),
          }),
          { maxLength: 25 },
        ),
        async (steps) => {
          const { log, hub, join } = start();
          join();
          const received: string[] = [];
          const added: string[] = [];
          let [client, last] = [join(), undefined as string | undefined];
          await pass(1);
          for (const { adds, wait, cutAfter } of steps) {
            const ids = Array.from({ length: adds }, (_, n) => `t${added.length + n}`);
            added.push(...ids);
            log.add(...ids);
            await pass(wait);
            if (cutAfter === null) continue;
            hub.leave(client);
            const got = parseEvents(client.text).slice(0, cutAfter + 1);
            received.push(...got.filter(({ event }) => event === 'ticket').map(({ data }) => JSON.parse(data).id));
            last = got.at(-1)?.id ?? last;
            client = join(last);
          }
          await pass(2000);
          received.push(...client.heard.filter((name) => name !== 'ready'));
          expect(received).toEqual(added);
          await hub.stop();
        },
      ),
      { numRuns: 60 },
    );
  });

  it('tells who joins what changes meanwhile once, with the others', async () => {
    const { log, join } = start();
    log.add('t1');
    log.onReading = (before) => {
      if (before > 0 && before < 4) log.add(`during ${before}`);
    };
    const client = join('0');
    await pass(5000);
    expect(client.heard).toEqual(['t1', 'ready', 'during 1', 'during 2', 'during 3']);
  });

  it('resets who comes back too late, and all where more changed than it tells one by one', async () => {
    const { log, join } = start({ maxChanges: 3 });
    log.add('t1', 't2');
    log.forgotten = 1;
    const late = join('0');
    const inTime = join('1');
    await pass(1);
    expect(late.heard).toEqual(['reset']);
    expect(inTime.heard).toEqual(['t2', 'ready']);
    log.add('t3', 't4', 't5', 't6');
    await pass(1000);
    log.add('t7');
    await pass(1000);
    expect(late.heard).toEqual(['reset', 'reset', 't7']);
    expect(inTime.heard).toEqual(['t2', 'ready', 'reset', 't7']);
    expect(late.lastId).toBe('7');
  });

  it('cuts who does not take what it is told, and goes on with the others', async () => {
    const { log, join } = start({ maxWaiting: 1000 });
    const [stuck, other] = [join(), join()];
    await pass(1);
    stuck.isStuck = true;
    for (let n = 0; n < 40; n++) {
      log.add(`t${n}`);
      await pass(1000);
    }
    expect(stuck.ended).toBe('cut');
    expect(stuck.waiting).toBeLessThan(1200);
    expect(other.heard).toHaveLength(41);
    expect(other.ended).toBeUndefined();
  });

  it('keeps quiet connections open, and ends each in its time to come back with its key', async () => {
    const { log, join } = start({ heartbeat: 15_000, lifetime: 60_000 });
    const client = join();
    await pass(1);
    log.add('t1');
    await pass(1000);
    const before = client.text.length;
    await pass(15_000);
    expect(client.text.slice(before)).toBe(':\nid: 1\n\n');
    expect(client.ended).toBeUndefined();
    await pass(60_000);
    expect(client.ended).toBe('in order');
    log.add('t2');
    await pass(1000);
    expect(client.heard).toEqual(['ready', 't1']);
  });

  it('reads nothing while nobody listens', async () => {
    const { log, hub, join } = start();
    await pass(10_000);
    expect(log.readings).toBe(0);
    const client = join();
    await pass(5_000);
    hub.leave(client);
    const before = log.readings;
    expect(before).toBeGreaterThan(3);
    await pass(60_000);
    expect(log.readings).toBe(before);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('waits while changes cannot be read, and misses none', async () => {
    const { log, join, lines } = start();
    const client = join();
    await pass(1);
    log.failure = new Error('away');
    log.add('t1');
    const joining = join('0');
    await pass(20_000);
    expect(client.heard).toEqual(['ready']);
    expect(joining.text).toContain(':\n\n');
    log.failure = undefined;
    await pass(1000);
    expect(client.heard).toEqual(['ready', 't1']);
    expect(joining.heard).toEqual(['t1', 'ready']);
    expect(lines.map(({ msg }) => msg)).toEqual([
      'changes cannot be read: live pages wait',
      'changes can be read again',
    ]);
  });

  it('takes no more than it can tell, and ends all when it stops', async () => {
    const { hub, join } = start({ maxListeners: 2 });
    const first = join();
    expect(hub.isFull).toBe(false);
    await pass(1);
    const second = join();
    expect(hub.isFull).toBe(true);
    await hub.stop();
    expect([first.ended, second.ended]).toEqual(['in order', 'in order']);
    expect(join().ended).toBe('in order');
    expect(vi.getTimerCount()).toBe(0);
  });
});
