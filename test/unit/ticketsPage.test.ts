import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ClosingBody } from '../../src/api/resources/ticketClosing.ts';
import { CRITICALITIES, TIERS } from '../../src/domain/asset.ts';
import { REOPEN_WITHIN } from '../../src/domain/episode.ts';
import { SEVERITIES } from '../../src/domain/model.ts';
import { priorityOf } from '../../src/domain/priority.ts';
import { OUTCOMES, TICKET_STATUSES, TICKET_TRANSITIONS } from '../../src/domain/ticket.ts';
import { DAY, formatDuration } from '../../src/domain/time.ts';

const page = readFileSync('docs/tickets.md', 'utf8');
const section = (heading: string) => page.split(`\n## ${heading}\n`)[1]!.split('\n## ')[0]!;

describe('docs/tickets.md', () => {
  it('has every status with the ones that it can become', () => {
    const rows = [...section('Life').matchAll(/^\| `([a-z-]+)` \| [^|]+ \|(.*)\|$/gm)];
    const documented = rows.map(([, status, next]) => [
      status,
      [...next!.matchAll(/`([a-z-]+)`/g)].map(([, to]) => to),
    ]);
    expect(documented).toEqual(TICKET_STATUSES.map((status) => [status, [...TICKET_TRANSITIONS[status]]]));
  });

  it('draws every status', () => {
    const picture = readFileSync('docs/images/ticket-life.svg', 'utf8');
    const drawn = [...picture.matchAll(/>([a-z-]+)<\/text>/g)].map(([, word]) => word);
    expect(drawn).toEqual(expect.arrayContaining([...TICKET_STATUSES]));
  });

  it('tells how priority comes about', () => {
    const pointsOf = (what: string) => {
      const row = section('Priority').split(`\n| ${what} |`)[1]!.split('\n')[0]!;
      const cells = row.split('|').map((cell) => cell.replaceAll('`', '').trim());
      return (word: string) => cells.indexOf(word);
    };
    const [severities, criticalities, tiers] = [
      pointsOf('severity of the finding'),
      pointsOf('criticality of the asset'),
      pointsOf('tier of the customer'),
    ];
    const least = [...section('Priority').matchAll(/(\d) (?:points and more are|and \d) \*\*(P\d)\*\*/g)];
    expect(least.map(([, , priority]) => priority)).toEqual(['P1', 'P2', 'P3']);
    for (const severity of SEVERITIES)
      for (const criticality of CRITICALITIES)
        for (const tier of TIERS)
          for (const soon of [0, 1]) {
            const points = severities(severity) + criticalities(criticality) + tiers(tier) + soon;
            const documented = least.find(([, from]) => points >= Number(from))?.[2] ?? 'P4';
            const doBy = soon === 1 ? 3 * DAY - 1 : 3 * DAY;
            expect(priorityOf({ criticality, tier }, severity, doBy, 0)).toBe(documented);
          }
  });

  it('has every outcome and every field of a closing', () => {
    const closing = section('Closing');
    for (const outcome of OUTCOMES) expect(closing).toContain(`\`${outcome}\``);
    for (const field of Object.keys(ClosingBody.properties))
      expect(closing).toMatch(new RegExp(`^\\|.*\`${field}\`.*\\|`, 'm'));
  });

  it('tells how soon a ticket is reopened', () => {
    expect(section('Episodes')).toContain(`\`reopenWithin\` is ${formatDuration(REOPEN_WITHIN)}`);
  });
});
