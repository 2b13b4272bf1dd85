import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { REOPEN_WITHIN } from '../../src/domain/episode.ts';
import { TICKET_STATUSES, TICKET_TRANSITIONS } from '../../src/domain/ticket.ts';
import { formatDuration } from '../../src/domain/time.ts';

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

  it('tells how soon a ticket is reopened', () => {
    expect(section('Episodes')).toContain(`\`reopenWithin\` is ${formatDuration(REOPEN_WITHIN)}`);
  });
});
