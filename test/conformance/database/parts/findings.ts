import { expect, it } from 'vitest';
import type { Finding } from '../../../../src/domain/finding.ts';
import { DAY, type Timestamp } from '../../../../src/domain/time.ts';
import type { FindingRow } from '../../../../src/ports/database.ts';
import { asset, finding, insertTicket, readAll, T0, view } from '../fixtures.ts';
import type { GetHarness } from '../harness.ts';

export function describeFindings(harness: GetHarness): void {
  const findings = () => harness().database.findings;

  async function recorded(change: Partial<Finding> = {}): Promise<FindingRow> {
    const row = await findings().record(finding(change), T0);
    if (!row) throw new Error('recorded already');
    return row;
  }

  it('records a finding once by its key and returns it as it is', async () => {
    const full = finding({ forecast: { p10: T0, p50: null, p90: null }, dormant: 'closed' });
    const row = await findings().record(full, T0 + 0.001);
    expect(row).toStrictEqual({ ...full, id: expect.any(String), recordedAt: T0 + 0.001 });
    expect(await findings().record({ ...full, severity: 'critical' }, T0 + 5)).toBeUndefined();
    expect((await findings().list({}, { limit: 9 })).items).toStrictEqual([row]);
  });

  it('records one of two that come at once', async () => {
    const both = await Promise.all([findings().record(finding(), T0), findings().record(finding(), T0)]);
    expect(both.filter((row) => row !== undefined)).toHaveLength(1);
  });

  it('takes a retraction back when the finding is recorded again', async () => {
    const row = await recorded();
    await findings().retract(row.id, T0 + 7);
    expect((await findings().list({}, { limit: 9 })).items).toStrictEqual([{ ...row, retractedAt: T0 + 7 }]);
    expect(await findings().recordedAfter('a1', T0 - 1)).toEqual([]);
    expect(await findings().record(finding(), T0 + 8)).toStrictEqual(row);
    expect(await findings().recordedAfter('a1', T0 - 1)).toStrictEqual([row]);
  });

  it('makes an observed raise count, once', async () => {
    const { assetId, ruleId, start } = finding();
    const promote = () => findings().promote(assetId, ruleId, start);
    expect(await promote()).toBeUndefined();
    const row = await recorded({ dormant: 'observed', key: `${finding().key}|observed` });
    const { dormant: _, ...counting } = row;
    expect(await promote()).toStrictEqual({ ...counting, key: finding().key });
    expect(await promote()).toBeUndefined();
    await recorded({ dormant: 'observed', key: `${finding().key}|observed` });
    expect(await promote()).toBeUndefined();
  });

  it('names the active ones of a ticket: not retracted, not followed by cleared or reset of rule and start', async () => {
    const ticketId = await insertTicket(harness().database);
    const attach = async (change: Partial<Finding>) => {
      const row = await recorded(change);
      await findings().attach(row.id, ticketId);
      return { ...row, ticketId };
    };
    const raised = await attach({});
    const escalated = await attach({ change: 'escalated', severity: 'critical', time: T0 + 120_000 });
    const otherStart = await attach({ start: T0 + 1, time: T0 + 130_000 });
    const otherRule = await attach({ ruleId: 'hours' });
    const retracted = await attach({ ruleId: 'taken back' });
    await attach({ change: 'updated', time: T0 + 125_000 });
    await recorded({ ruleId: 'unattached' });
    await findings().retract(retracted.id, T0);
    expect(await findings().activeOf(ticketId)).toStrictEqual([raised, escalated, otherStart, otherRule]);

    const cleared = await recorded({ change: 'cleared', time: T0 + 140_000 });
    await recorded({ change: 'reset', time: T0 + 140_000, assetId: 'another asset', ruleId: 'hours' });
    expect(await findings().activeOf(ticketId)).toStrictEqual([otherStart, otherRule]);
    await recorded({ change: 'reset', ruleId: 'hours', time: T0 + 150_000 });
    expect(await findings().activeOf(ticketId)).toStrictEqual([otherStart]);
    await findings().retract(cleared.id, T0);
    expect(await findings().activeOf(ticketId)).toStrictEqual([raised, escalated, otherStart]);
  });

  it('brings what is known of a finding up to what is stated now', async () => {
    const row = await recorded({ time: T0, dormant: 'closed' });
    const { dormant, ...again } = finding({ time: T0 + 9, ruleVersion: 'v9', window: { from: T0, to: T0 + 9 } });
    expect(await findings().record({ ...again, key: row.key }, T0 + 10)).toBeUndefined();
    const { ruleVersion, time, window } = again;
    const { dormant: _, ...before } = row;
    expect((await findings().list({}, { limit: 9 })).items).toStrictEqual([{ ...before, ruleVersion, time, window }]);
  });

  it('names what was recorded of an asset for after a time, updates left out', async () => {
    await recorded({ ruleId: 'at', time: T0 });
    const after = await recorded({ time: T0 + 0.001 });
    const escalated = await recorded({ change: 'escalated', severity: 'critical', time: T0 + 1 });
    const cleared = await recorded({ change: 'cleared', time: T0 + 2 });
    const reset = await recorded({ change: 'reset', time: T0 + 2 });
    await recorded({ change: 'updated', time: T0 + 2 });
    await recorded({ assetId: 'other', time: T0 + 2 });
    const gone = await recorded({ ruleId: 'taken back', time: T0 + 3 });
    await findings().retract(gone.id, T0 + 4);
    expect(await findings().recordedAfter('a1', T0)).toStrictEqual([after, escalated, cleared, reset]);
  });

  it('names what was recorded beyond the saved states, updates left out', async () => {
    const { assets, states } = harness().database;
    await assets.save([asset('a1'), asset('a2'), asset('unsaved')]);
    await states.save(['a1', 'a2'].map((assetId) => ({ assetId, time: T0, state: '{}', view: view() })));
    const later = Date.now() + DAY;
    const record = async (change: Partial<Finding>, at: Timestamp) => (await findings().record(finding(change), at))!;
    await record({ ruleId: 'saved', time: T0 }, T0);
    await record({ ruleId: 'long before', time: T0 - DAY }, later);
    await record({ change: 'updated', time: T0 + 1 }, later);
    const gone = await record({ ruleId: 'gone', time: T0 + 1 }, T0);
    await findings().retract(gone.id, T0);
    const overtaken = await record({ ruleId: 'overtaken', time: T0 - DAY + 1 }, later);
    const beyond = await record({ ruleId: 'beyond', time: T0 + 0.001 }, T0);
    await record({ assetId: 'unknown', time: T0 + 1 }, later);
    const unsaved = await record({ assetId: 'unsaved', time: T0 - 9 * DAY }, T0);
    expect(await findings().beyondStates()).toStrictEqual([overtaken, beyond, unsaved]);
  });

  it('lists the newest first, in pages that new ones do not disturb', async () => {
    const rows: FindingRow[] = [];
    for (let n = 0; n < 7; n += 1) rows.push(await recorded({ ruleId: `r${n}` }));
    const seen = await readAll(
      (page) => findings().list({}, page),
      3,
      (page) => recorded({ ruleId: `new ${page}` }),
    );
    expect(seen).toStrictEqual(rows.reverse());
  });

  it('filters by asset, component, rule, ticket and severity', async () => {
    const ticketId = await insertTicket(harness().database);
    const mine = await recorded({ assetId: 'a2', componentId: 'belt', ruleId: 'r2', severity: 'critical' });
    await findings().attach(mine.id, ticketId);
    await recorded();
    for (const filter of [
      { assetId: 'a2' },
      { componentId: 'belt' },
      { ruleId: 'r2' },
      { ticketId },
      { severity: 'critical' },
      { assetId: 'a2', severity: 'critical' },
    ] as const) {
      expect((await findings().list(filter, { limit: 9 })).items).toStrictEqual([{ ...mine, ticketId }]);
    }
    expect((await findings().list({ assetId: 'a2', severity: 'info' }, { limit: 9 })).items).toEqual([]);
  });
}
