import { describe, expect, it } from 'vitest';
import { presentBacktestReport } from '../../../src/api/resources/backtestReport.ts';
import { backtestPage } from '../../../src/commands/backtestPage.ts';
import { backtestTable } from '../../../src/commands/backtestTable.ts';
import type { BacktestReport, JudgedFailure } from '../../../src/domain/backtest.ts';
import { DAY } from '../../../src/domain/time.ts';
import { backtestReport, ODD_ID, T0 } from '../../support/apiFixtures.ts';

const place = { assetId: ODD_ID, componentId: 'air-filter' };
const failures: readonly JudgedFailure[] = [
  { ...place, at: T0 + 4 * DAY, warning: 2 * DAY },
  { ...place, at: T0 + 6 * DAY },
];
const report: BacktestReport = {
  ...backtestReport,
  today: { ...backtestReport.today, failures: failures.map(({ warning: _, ...failure }) => failure) },
  candidate: { ...backtestReport.candidate, failures },
};
const document = presentBacktestReport(report);
const page = backtestPage(document);

/** The rows of the table under a heading, cells as text. */
function rows(heading: string): string[][] {
  const table = page.slice(page.indexOf(`<h2>${heading}</h2>`)).split('</table>')[0]!;
  return [...table.matchAll(/<tr>(.*?)<\/tr>/g)].map(([, row]) =>
    [...row!.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/g)].map(([, cell]) => cell!),
  );
}

describe('the page', () => {
  it('needs nothing else: no script, no address', () => {
    expect(page.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(
      /<script|https?:|\bsrc=|\bhref=|@import|url\(/,
    );
    expect(page).toContain("default-src 'none'");
  });

  it('lets no id become markup', () => {
    const hostile = '<img src=x onerror=alert(1)>"&\'';
    const ticket = { ...report.candidate.tickets[0]!, assetId: hostile, ruleId: hostile };
    const evil = presentBacktestReport({
      ...report,
      candidate: {
        ...report.candidate,
        tickets: [ticket],
        assets: [{ ...report.candidate.assets[0]!, assetId: hostile }],
      },
    });
    const text = backtestPage(evil);
    expect(text).not.toContain('<img');
    expect(text).toContain('&lt;img src=x onerror=alert(1)&gt;&quot;&amp;&#39;');
  });

  it('says what the report says: figures, rules, assets, failures and tickets of both sides', () => {
    const figures = ['2', '3', '1', '1', '1', '0.5', '1', '2 d', '1 d'];
    expect(rows('Rules').slice(1)).toEqual([
      [
        'screw-compressor/filter-life',
        'changed, trips its cap 2024-05-02T08:00:00.000Z, FAILED 2 times',
        'today',
        ...figures,
      ],
      [
        'screw-compressor/filter-life',
        'changed, trips its cap 2024-05-02T08:00:00.000Z, FAILED 2 times',
        'candidate',
        ...figures,
      ],
    ]);
    expect(
      rows('Assets')
        .slice(1)
        .map(([, ...rest]) => rest),
    ).toEqual([
      ['today', ...figures],
      ['candidate', ...figures],
    ]);
    expect(
      rows('Failures')
        .slice(1)
        .map((row) => row.slice(-2)),
    ).toEqual([
      ['missed', '2 d'],
      ['missed', 'missed'],
    ]);
    const [ticket] = rows('Tickets of the candidate').slice(1);
    expect(ticket!.slice(2)).toEqual([
      'Air filter',
      'filter-life',
      'warning',
      'live',
      'hit',
      '2024-05-03T08:00:00.000Z – 2024-05-05T08:00:00.000Z (closed)',
    ]);
    expect(page).toContain('1 more are left out');
  });

  it('draws each ticket, and each failure with its warning times', () => {
    expect(page.match(/class="bar hit"/g)).toHaveLength(1);
    expect(page.match(/class="failure"/g)).toHaveLength(2);
    expect(page).toContain('>today: missed</text>');
    expect(page).toContain('>candidate: 2 d</text>');
  });

  it('draws nothing where there is nothing', () => {
    const none = { ...report.candidate, rules: [], assets: [], failures: [], tickets: [] };
    expect(backtestPage(presentBacktestReport({ ...report, today: none, candidate: none }))).not.toContain('<svg');
  });
});

describe('the table', () => {
  const table = backtestTable(document);

  it('has both sides beside each other, and says what was left out', () => {
    expect(table).toMatch(/^tickets +0 +2$/m);
    expect(table).toMatch(/^false per asset-year +0\.5 +0\.5$/m);
    expect(table).toMatch(/1000 raw samples of 1 assets, 2 asset-years/);
    expect(table).toMatch(/samples from before 2024-04-30T08:00:00.000Z may be gone/);
    expect(table).toMatch(/failures: 3 given, 2 judged, 1 left out/);
    expect(table).toMatch(/2024-05-05T08:00:00.000Z .* air-filter +any +missed +2 d$/m);
  });

  it('says that nothing is judged without failures', () => {
    const { failures: _, ...unjudged } = report;
    expect(backtestTable(presentBacktestReport(unjudged))).toContain(
      'failures: none given or recorded, so no ticket is judged',
    );
  });
});
