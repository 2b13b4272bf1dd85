import type { Query, Ticket } from '../../api/types.ts';

export const VIEWS = ['todo', 'proposed', 'late', 'outcome', 'over', 'all'] as const;
export type View = (typeof VIEWS)[number];

type Filter = Query<'GET /api/v1/tickets'>;

const TODO: Ticket['status'][] = ['open', 'acknowledged', 'scheduled', 'in-progress', 'deferred'];

/** What each view asks the API for. */
const VIEW_FILTERS: Readonly<Record<View, Filter>> = {
  todo: { status: TODO },
  proposed: { status: ['proposed'] },
  late: { status: TODO, breached: true },
  outcome: { status: ['awaiting-outcome', 'resolved'] },
  over: { status: ['closed', 'cancelled'] },
  all: {},
};

export const SORTS = ['priority', 'doBy', '-openedAt', '-updatedAt'] as const;
export const PRIORITIES = ['P1', 'P2', 'P3', 'P4'] as const;

/** The filters as the address of the page has them, so that a list can be sent to a colleague. */
export function filterOf(search: string): { view: View; filter: Filter } {
  const given = new URLSearchParams(search);
  const view = VIEWS.find((name) => name === given.get('view')) ?? 'todo';
  const sort = SORTS.find((name) => name === given.get('sort')) ?? (view === 'over' ? '-updatedAt' : 'priority');
  const priority = PRIORITIES.find((name) => name === given.get('priority'));
  const text = (
    name: 'siteId' | 'person' | 'assetId' | 'customerId' | 'ruleId' | 'ruleVersion' | 'campaignId' | 'parentId',
  ) => {
    const value = given.get(name);
    return value ? { [name]: value } : {};
  };
  return {
    view,
    filter: {
      ...VIEW_FILTERS[view],
      sort,
      ...(priority && { priority: [priority] }),
      ...text('siteId'),
      ...text('person'),
      ...text('assetId'),
      ...text('customerId'),
      ...text('ruleId'),
      ...text('ruleVersion'),
      ...text('campaignId'),
      ...text('parentId'),
    },
  };
}
