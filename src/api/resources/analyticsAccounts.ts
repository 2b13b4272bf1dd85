import { type Static, Type } from 'typebox';
import { CONTRACT_KINDS } from '../../domain/asset.ts';
import { PRIORITIES } from '../../domain/ticket.ts';
import type { Account } from '../../ports/analytics.ts';
import { type Cell, csvOf } from '../csv.ts';
import { tidy } from '../numbers.ts';
import { formatIfAny } from '../times.ts';
import { PromiseSchema, presentPromise } from './analyticsService.ts';
import { oneOf, Time } from './common.ts';

const Count = Type.Optional(Type.Integer());

const AccountSchema = Type.Object({
  customerId: Type.String(),
  assets: Type.Integer(),
  openTickets: Type.Object({ P1: Count, P2: Count, P3: Count, P4: Count }),
  overdueTickets: Type.Integer({ description: 'Ongoing, with a promise that was not kept' }),
  response: PromiseSchema,
  solution: PromiseSchema,
  rating: Type.Object({ count: Type.Integer(), mean: Type.Optional(Type.Number()) }),
  contracts: Type.Array(
    Type.Object({
      kind: oneOf(CONTRACT_KINDS),
      reference: Type.Optional(Type.String()),
      until: Type.Optional(Time),
      assets: Type.Integer({ description: 'How many it covers' }),
    }),
  ),
  usage: Type.Array(
    Type.Object({
      modelId: Type.String(),
      componentId: Type.String(),
      ruleId: Type.String(),
      unit: Type.String(),
      used: Type.Number(),
      adjusted: Type.Number(),
    }),
  ),
});

export const AccountsSchema = Type.Object(
  { from: Time, to: Time, items: Type.Array(AccountSchema) },
  { description: 'How things stand with each customer' },
);

export function presentAccount(account: Account): Static<typeof AccountSchema> {
  const { mean } = account.rating;
  return {
    customerId: account.customerId,
    assets: account.assets,
    openTickets: account.openTickets,
    overdueTickets: account.overdueTickets,
    response: presentPromise(account.response),
    solution: presentPromise(account.solution),
    rating: { count: account.rating.count, ...(mean !== undefined && { mean: tidy(mean) }) },
    contracts: account.contracts.map(({ kind, reference, until, assets }) => ({
      kind,
      ...(reference !== undefined && { reference }),
      until: formatIfAny(until),
      assets,
    })),
    usage: [...account.usage],
  };
}

const COLUMNS: readonly (readonly [heading: string, of: (account: Static<typeof AccountSchema>) => Cell])[] = [
  ['customerId', ({ customerId }) => customerId],
  ['assets', ({ assets }) => assets],
  ...PRIORITIES.map(
    (priority) =>
      [`open${priority}`, ({ openTickets }: Static<typeof AccountSchema>) => openTickets[priority] ?? 0] as const,
  ),
  ['overdueTickets', ({ overdueTickets }) => overdueTickets],
  ['responsesKept', ({ response }) => response.kept],
  ['responsesBroken', ({ response }) => response.broken],
  ['solutionsKept', ({ solution }) => solution.kept],
  ['solutionsBroken', ({ solution }) => solution.broken],
  ['ratings', ({ rating }) => rating.count],
  ['meanRating', ({ rating }) => rating.mean],
  ['nextContractEnd', ({ contracts }) => contracts.find(({ until }) => until !== undefined)?.until?.slice(0, 10)],
  ['contracts', ({ contracts }) => contracts.map(contractText).join('; ')],
  [
    'usage',
    ({ usage }) =>
      usage.map(({ modelId, ruleId, used, unit }) => `${modelId} ${ruleId}: ${used} ${unit}`.trim()).join('; '),
  ],
];

function contractText({ kind, reference, until, assets }: Static<typeof AccountSchema>['contracts'][number]): string {
  const end = until === undefined ? [] : [`until ${until.slice(0, 10)}`];
  return [kind, ...(reference === undefined ? [] : [reference]), ...end, `(${assets})`].join(' ');
}

export function accountsCsv(accounts: readonly Account[]): string {
  const rows = accounts.map(presentAccount).map((account) => COLUMNS.map(([, of]) => of(account)));
  return csvOf(
    COLUMNS.map(([heading]) => heading),
    rows,
  );
}
