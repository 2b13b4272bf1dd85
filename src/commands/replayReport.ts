import type { EngineFleet, ReplayedEngine } from '../../simulators/datasets/cmapss.ts';
import type { TicketRecord } from '../evaluation/run.ts';

interface Line {
  readonly engine: ReplayedEngine;
  /** Cycle of the evidence that opened the engine's first ticket; undefined for a miss. */
  readonly ticketAt: number | undefined;
  readonly tickets: number;
}

/** A line an engine: ticket at cycle, failure at cycle, warning time; then misses and the spread of warning times. */
export function replayReport(fleet: EngineFleet, tickets: readonly TicketRecord[]): string {
  const lines = fleet.engines.map((engine) => lineOf(fleet, engine, tickets));
  const head = 'engine        ticket at  failure at  warning (cycles)';
  const rows = lines.map(({ engine, ticketAt, tickets: count }) => {
    const warning = ticketAt === undefined ? 'MISSED' : `${engine.lastCycle - ticketAt}`;
    const more = count > 1 ? `  (${count} tickets)` : '';
    return `${engine.asset.padEnd(12)}  ${cell(ticketAt)}  ${cell(engine.lastCycle, 10)}  ${warning.padStart(16)}${more}`;
  });
  return `${[head, ...rows, '', ...totals(lines)].join('\n')}\n`;
}

function lineOf(fleet: EngineFleet, engine: ReplayedEngine, tickets: readonly TicketRecord[]): Line {
  const own = tickets.filter(({ asset }) => asset === engine.asset);
  const times = own.map(({ openedAt }) => openedAt);
  return { engine, ticketAt: times.length > 0 ? fleet.cycleAt(Math.min(...times)) : undefined, tickets: own.length };
}

function totals(lines: readonly Line[]): string[] {
  const warnings = lines
    .filter(({ ticketAt }) => ticketAt !== undefined)
    .map(({ engine, ticketAt }) => engine.lastCycle - ticketAt!)
    .sort((a, b) => a - b);
  const missed = lines.filter(({ ticketAt }) => ticketAt === undefined).map(({ engine }) => engine.asset);
  const spread =
    warnings.length === 0
      ? 'none'
      : `${warnings[0]} to ${warnings.at(-1)}, median ${warnings[Math.floor(warnings.length / 2)]}`;
  return [
    `engines ${lines.length}, with a ticket before failure ${warnings.length}, missed ${missed.length}${missed.length > 0 ? `: ${missed.join(', ')}` : ''}`,
    `warning time in cycles: ${spread}`,
  ];
}

function cell(value: number | undefined, width = 9): string {
  return (value === undefined ? '-' : String(value)).padStart(width);
}
