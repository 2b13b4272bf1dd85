import type { BacktestDocument, FiguresDocument, SideDocument } from '../api/resources/backtestReport.ts';
import { escapeMarkup } from '../domain/text.ts';
import { timelineChart, warningChart } from './backtestCharts.ts';
import { FIGURE_NAMES, failureRows, figureWords, headLines, pairRules, ruleNote } from './backtestTable.ts';

const STYLE = `
body { font: 14px/1.45 system-ui, "Noto Sans", "Noto Sans CJK SC", sans-serif; color: #1c2430; margin: 24px auto; max-width: 1100px; padding: 0 16px; }
h1 { font-size: 22px; margin: 0 0 8px; } h2 { font-size: 16px; margin: 28px 0 8px; }
ul { margin: 0 0 12px; padding-left: 18px; color: #465264; }
table { border-collapse: collapse; margin: 4px 0 12px; } .wide { overflow-x: auto; }
th, td { padding: 3px 10px 3px 0; text-align: left; border-bottom: 1px solid #e3e7ee; white-space: nowrap; }
th { color: #465264; font-weight: 600; white-space: normal; vertical-align: bottom; } td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
svg { max-width: 100%; height: auto; } svg text { font-size: 12px; fill: #1c2430; } svg .small { font-size: 10px; fill: #5d6a7c; }
.grid { stroke: #e3e7ee; } .lane { stroke: #eef1f5; } .failure { stroke: #b00020; stroke-width: 2; }
.bar.hit, .key.hit { fill: #1b7f4d; background: #1b7f4d; } .bar.false, .key.false { fill: #d9730d; background: #d9730d; }
.bar.unverifiable, .key.unverifiable { fill: #8a97a8; background: #8a97a8; } .key.failed { background: #b00020; }
rect.today { fill: #9db2cf; } rect.candidate { fill: #2457a7; }
.key { display: inline-block; width: 11px; height: 11px; border-radius: 2px; margin: 0 4px 0 12px; }
.missed { color: #b00020; font-weight: 600; }
@media print { body { margin: 0; } }
`;

/** The report as one page that needs nothing else: no script, no address of anything. */
export function backtestPage(report: BacktestDocument): string {
  const { today, candidate } = report;
  const timeline = timelineChart(report);
  const warnings = warningChart(report);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Backtest: ${escapeMarkup(report.models.map(({ id }) => id).join(', '))}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>Backtest</h1>
<ul>${headLines(report)
    .map((line) => `<li>${escapeMarkup(line)}</li>`)
    .join('')}</ul>
${table(['', 'today', 'candidate'], summaryRows(today.figures, candidate.figures), 1)}
${timeline && `<h2>Tickets over time</h2>${KEY}${timeline}`}
${warnings && `<h2>Warning time before each failure</h2>${warnings}`}
<h2>Rules</h2>
${table(['rule', 'change', 'side', ...FIGURE_NAMES], ruleRows(report), 3)}
<h2>Assets</h2>
${table(['asset', 'side', ...FIGURE_NAMES], assetRows(report), 2)}
${candidate.failures.length > 0 ? `<h2>Failures</h2>${table(FAILURE_HEAD, failureRows(today, candidate), 4)}` : ''}
${ticketSection('Tickets of the candidate', candidate)}
${ticketSection('Tickets of today’s rules', today)}
<p>A warning is <b>hit</b> when it stood as the failure came, <b>false</b> when it cleared by itself without one, and
<b>unverifiable</b> when the component was renewed or the ticket closed, when it still stands, or when no failures are recorded.
What people did (parts replaced, maintenance, tickets closed) stays as it happened.</p>
</body>
</html>
`;
}

const KEY = `<p>${[
  ['hit', 'hit'],
  ['false', 'false'],
  ['unverifiable', 'unverifiable'],
  ['failed', 'failure'],
]
  .map(([kind, word]) => `<span class="key ${kind}"></span>${word}`)
  .join('')}</p>`;

const FAILURE_HEAD = ['time', 'asset', 'component', 'failure mode', 'warned, today', 'warned, candidate'];
const TICKET_HEAD = ['opened', 'asset', 'what', 'rule', 'severity', 'as', 'judged', 'stood'];

function summaryRows(today: FiguresDocument, candidate: FiguresDocument): string[][] {
  const [left, right] = [figureWords(today), figureWords(candidate)];
  return FIGURE_NAMES.map((name, at) => [name, left[at]!, right[at]!]);
}

function ruleRows(report: BacktestDocument): string[][] {
  return pairRules(report).flatMap(({ name, today, candidate }) =>
    [today, candidate].flatMap((rule, at) =>
      rule ? [[name, ruleNote(rule), at === 0 ? 'today' : 'candidate', ...figureWords(rule.figures)]] : [],
    ),
  );
}

function assetRows({ today, candidate }: BacktestDocument): string[][] {
  const ids = [...new Set([...today.assets, ...candidate.assets].map(({ assetId }) => assetId))].sort();
  return ids.flatMap((id) =>
    [today, candidate].flatMap(({ assets }, at) => {
      const figures = assets.find(({ assetId }) => assetId === id);
      return figures ? [[id, at === 0 ? 'today' : 'candidate', ...figureWords(figures)]] : [];
    }),
  );
}

function ticketSection(title: string, { tickets, ticketsLeftOut }: SideDocument): string {
  if (tickets.length === 0) return '';
  const rows = tickets.map(({ openedAt, assetId, title: what, ruleId, severity, mode, verdict, spells }) => [
    openedAt,
    assetId,
    what.en,
    ruleId,
    severity,
    mode === 'propose' ? 'proposal' : 'live',
    verdict,
    spells.map(({ from, to, end }) => `${from} – ${end === 'standing' ? 'the end' : `${to} (${end})`}`).join('; '),
  ]);
  const more = ticketsLeftOut > 0 ? `<p>${ticketsLeftOut} more are left out; they count all the same.</p>` : '';
  return `<h2>${title}</h2>${table(TICKET_HEAD, rows, TICKET_HEAD.length)}${more}`;
}

/** Columns from `numbers` on are set as numbers. */
function table(head: readonly string[], rows: readonly (readonly string[])[], numbers: number): string {
  const cell = (tag: string) => (word: string, at: number) => {
    const kind = word === 'missed' ? ' class="n missed"' : at >= numbers ? ' class="n"' : '';
    return `<${tag}${kind}>${escapeMarkup(word)}</${tag}>`;
  };
  const line = (tag: string, words: readonly string[]) => `<tr>${words.map(cell(tag)).join('')}</tr>`;
  return `<div class="wide"><table>${line('th', head)}${rows.map((row) => line('td', row)).join('')}</table></div>`;
}
