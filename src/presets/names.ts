import type { Ticket } from '../domain/ticket.ts';

/** What a template may say of the ticket: its properties as the API shows them. */
const TICKET = [
  'id',
  'number',
  'origin',
  'kind',
  'status',
  'team',
  'person',
  'scheduledFor',
  'waiting',
  'acknowledgedAt',
  'startedAt',
  'resolvedAt',
  'leastPriority',
  'sla',
  'respondBy',
  'solveBy',
  'deferral',
  'reopened',
  'reopenedAt',
  'recurrenceOf',
  'assetId',
  'siteId',
  'customerId',
  'componentId',
  'failureModeId',
  'episodeKey',
  'episodeStart',
  'ruleId',
  'ruleVersion',
  'mode',
  'severity',
  'priority',
  'title',
  'summary',
  'window',
  'evidence',
  'forecast',
  'doBy',
  'part',
  'contract',
  'chart',
  'openedAt',
  'updatedAt',
  'closing',
  'closedAt',
  'externalId',
  'externalUrl',
  'version',
] as const satisfies readonly (keyof Ticket)[];

export const TICKET_NAMES: readonly string[] = TICKET.map((name) => `ticket.${name}`);

/** What is told: the ticket, what is new of it as entries with by and text, and both in the installation's language. */
const TOLD = [...TICKET_NAMES, 'news', 'title', 'summary', 'body', 'language'];
const PAGE = ['page.number', 'page.offset', 'page.size', 'page.token'];

/** By operation, what its templates may name beside settings.… and what its own steps gave. */
export const NAMES = {
  text: TOLD,
  token: ['token'],
  header: [] as string[],
  create: [...TOLD, 'text', 'key', 'marker', 'url'],
  update: [...TOLD, 'text', 'key', 'marker', 'id', 'url', 'moved'],
  find: ['key', ...PAGE],
  read: ['id', 'url'],
  comments: ['id', ...PAGE],
  changes: ['since', 'minutes', ...PAGE],
  mine: PAGE,
} as const;
