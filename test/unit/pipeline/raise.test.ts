import { expect, it } from 'vitest';
import { TicketBook } from '../../../src/backtest/ticketBook.ts';
import { type Finding, findingKey } from '../../../src/domain/finding.ts';
import type { RuleMode } from '../../../src/domain/model.ts';
import type { Subject } from '../../../src/pipeline/compose.ts';
import { raise } from '../../../src/pipeline/raise.ts';

const T0 = Date.UTC(2024, 0, 1);

function raised(dormant?: Finding['dormant']): Finding {
  const finding = {
    assetId: 'asset',
    componentId: 'part',
    failureModeId: 'worn',
    ruleId: 'rule',
    ruleVersion: '1',
    change: 'raised',
    severity: 'warning',
    start: T0,
    time: T0,
    window: { from: T0, to: T0 },
    evidence: { kind: 'silence', lastHeard: T0, silentFor: 1 },
    ...(dormant && { dormant }),
  } as const;
  return { ...finding, key: findingKey(finding) };
}

/** What is recorded when a rule in this mode raises. */
async function recorded(mode: RuleMode, finding: Finding): Promise<Finding[]> {
  const book = new TicketBook();
  const made: Finding[] = [];
  const record = async (what: Finding) => {
    made.push(what);
    return undefined;
  };
  const tx = { ...book, findings: { ...book.findings, record } };
  const subject = {} as Subject;
  await raise(subject, finding, { tx, now: T0, mode, modeForOpening: async () => mode });
  return made;
}

it.each([
  undefined,
  'closed',
] as const)('records what an observed rule raises once, also folded anew: %s', async (dormant) => {
  const [made] = await recorded('observe', raised(dormant));
  expect(made).toMatchObject({ dormant: 'observed', key: `${raised().key}|observed` });
});

it('keeps what was raised before the rule counted apart from what is observed', async () => {
  expect(await recorded('observe', raised('inactive'))).toEqual([raised('inactive')]);
  expect(await recorded('live', raised('closed'))).toEqual([raised('closed')]);
});
