import { expect, it } from 'vitest';
import { DAY } from '../../src/domain/time.ts';
import type { TicketDetail, TicketDocument } from '../support/apiClient.ts';
import { useFettle } from '../support/fettle.ts';
import { rigAsset } from '../support/rig.ts';

const T0 = Math.floor(Date.now() / DAY) * DAY - 20 * DAY;

const fettle = useFettle(() => ({
  assets: [
    rigAsset('pump', T0, { customer: 'acme', name: 'Pump <1>' }),
    rigAsset('other', T0, { customer: 'rival', name: 'Rival pump' }),
    rigAsset('sold', T0, { customer: 'acme' }),
    rigAsset('moved', T0, { customer: 'acme' }),
  ],
}));

interface Link {
  readonly url: string;
  readonly until: string;
  readonly qr: string;
}

const linkOf = (asset: string) => fettle.api.post<Link>(`/assets/${asset}/customer-link`, { validDays: 30 });
const look = async (url: string) => {
  const answer = await fetch(url);
  return { status: answer.status, text: await answer.text() };
};
/** As a browser sends the form; gives where it leads. */
const ask = async (url: string, fields: Record<string, string>) => {
  const answer = await fetch(url, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });
  return { status: answer.status, to: new URL(answer.headers.get('location') ?? '', url).href };
};
const get = (id: string) => fettle.api.get<TicketDetail>(`/tickets/${id}`);

let url: string;
let ticket: TicketDocument;

it('a request on the page becomes a ticket of the customer', async () => {
  const link = await linkOf('pump');
  ({ url } = link);
  expect(Date.parse(link.until) - Date.now()).toBeGreaterThan(29.9 * DAY);
  expect(link.qr).toContain('<svg');
  const before = await look(url);
  expect(before.text).toContain('Pump &lt;1&gt;');
  expect(before.text).toContain('Nothing is open.');
  const { status, to } = await ask(url, { text: 'It is loud\nsince noon', phone: '0341 555' });
  expect(status).toBe(303);
  [ticket] = (await fettle.tickets('pump')) as [TicketDocument];
  expect(ticket).toMatchObject({
    origin: 'customer',
    kind: 'reactive',
    status: 'open',
    customerId: 'acme',
    title: { en: 'It is loud' },
    summary: { en: 'It is loud\nsince noon\nPhone / 电话: 0341 555' },
  });
  const after = await look(to);
  expect(after.text).toContain(`It is ticket ${ticket.number}`);
  expect(after.text).toContain(`Ticket ${ticket.number}`);
  expect(after.text).not.toContain(ticket.id);
});

it('one more about the same joins it', async () => {
  const { to } = await ask(url, { text: 'Louder now' });
  expect(to).toContain(`sent=${ticket.number}`);
  await ask(url, { text: 'And hot', about: String(ticket.number) });
  expect(await fettle.tickets('pump')).toHaveLength(1);
  const { entries } = await get(ticket.id);
  const said = entries.filter(({ kind }) => kind === 'comment').map(({ by, text }) => `${by}: ${text}`);
  expect(said).toEqual(['customer: Louder now\nLouder now', 'customer: And hot\nAnd hot']);
});

it('its progress shows, and nothing that was noted of it', async () => {
  const at = new Date(Date.now() + 3 * DAY).toISOString();
  await fettle.api.post(`/tickets/${ticket.id}/comments`, { text: 'they complain a lot' });
  await fettle.api.post(`/tickets/${ticket.id}/assign`, { person: 'Ann Li', team: 'field-7' });
  await fettle.api.post(`/tickets/${ticket.id}/schedule`, { at, note: 'bring earplugs' });
  const { text } = await look(url);
  expect(text).toContain('<li aria-current="step">● Planned</li>');
  expect(text).toMatch(/<b>Visit<\/b>: \w+day/);
  for (const internal of ['complain', 'Ann Li', 'field-7', 'earplugs', 'Louder', 'acme', ticket.id])
    expect(text, internal).not.toContain(internal);
});

it('what comes back after it was said to be done opens it again, and the one who has the asset next has a ticket of their own', async () => {
  const sold = await linkOf('moved');
  await ask(sold.url, { text: 'It rattles' });
  const [first] = await fettle.tickets('moved');
  await fettle.api.post(`/tickets/${first!.id}/transition`, { to: 'resolved' });
  await ask(sold.url, { text: 'Broken again' });
  expect(await get(first!.id)).toMatchObject({ status: 'open', reopened: 1 });
  expect(await fettle.tickets('moved')).toHaveLength(1);

  await fettle.api.put('/assets/moved', { modelId: 'rig', siteId: 'plant', customerId: 'rival' });
  const next = await linkOf('moved');
  const { to } = await ask(next.url, { text: 'It leaks' });
  const tickets = await fettle.tickets('moved');
  expect(tickets.map(({ customerId }) => customerId)).toEqual(['acme', 'rival']);
  expect(to).toContain(`sent=${tickets[1]!.number}`);
  expect((await look(to)).text).not.toContain('rattles');
});

it('what is done can be rated there', async () => {
  await fettle.api.post(`/tickets/${ticket.id}/close`, { outcome: 'other-cause' });
  const { text } = await look(url);
  const rate = /href="([^"]+\/r\/[^"]+)"/.exec(text)![1]!;
  const sent = await fetch(rate, { method: 'POST', body: new URLSearchParams({ score: '5' }), redirect: 'manual' });
  expect(sent.status).toBe(303);
  expect((await look(url)).text).toContain('You rated it: 5/5');
});

it('no other asset is reached by altering the link', async () => {
  const other = await linkOf('other');
  await fettle.api.post('/tickets', { assetId: 'other', origin: 'desk', title: 'Secret of the rival' });
  expect((await look(other.url)).text).toContain('Secret of the rival');
  expect((await look(url)).text).not.toContain('rival');
  const [mine, theirs] = [url, other.url].map((one) => one.split('/c/')[1]!.split('.')) as [string[], string[]];
  const swapped = mine.map((_, at) => mine.with(at, theirs[at]!));
  for (const fields of [...swapped, mine.slice(0, 3), [...mine, 'x'], [mine[0]!]]) {
    const altered = fields.join('.');
    if (altered === mine.join('.')) continue;
    const { status, text } = await look(url.replace(mine.join('.'), altered));
    expect([status, text.includes('This link is not valid')], altered).toEqual([404, true]);
  }
  const about = String((await fettle.tickets('other'))[0]!.number);
  await ask(url, { text: 'Not about theirs', about });
  expect((await get((await fettle.tickets('other'))[0]!.id)).entries).toHaveLength(1);
});

it('a link ends when somebody ends it', async () => {
  await fettle.api.delete('/assets/pump/customer-link');
  const { status, text } = await look(url);
  expect([status, text.includes('This link has ended')]).toEqual([410, true]);
  expect((await ask(url, { text: 'Hello?' })).status).toBe(410);
  expect((await look((await linkOf('pump')).url)).status).toBe(200);
});

it('a link is none for who had the asset before', async () => {
  const { url: former } = await linkOf('sold');
  expect((await look(former)).status).toBe(200);
  const {
    id: _,
    registeredBy: __,
    state: ___,
    ...fields
  } = await fettle.api.get<Record<string, unknown>>('/assets/sold');
  await fettle.api.put('/assets/sold', { ...fields, customerId: 'rival' });
  expect((await look(former)).status).toBe(404);
  expect((await look((await linkOf('sold')).url)).status).toBe(200);
});
