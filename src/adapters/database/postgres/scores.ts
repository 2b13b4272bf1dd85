import { type Expression, type ExpressionBuilder, type SqlBool, sql } from 'kysely';
import type { Score } from '../../../domain/score.ts';
import type { Ticket } from '../../../domain/ticket.ts';
import type { ScoreFilter, ScoreRepository } from '../../../ports/outcomes.ts';
import { fetchPage } from './page.ts';
import type { Db, Tables } from './schema.ts';
import { fromRow, json } from './values.ts';

/** Of what a score says; all but when it was scored. */
const SAID = [
  ...(['assetId', 'componentId', 'failureId', 'failureModeId', 'ruleId', 'ruleVersion', 'at', 'score'] as const),
  ...(['warningMs', 'lifeLost', 'reason', 'reviewAt'] as const),
];

export function scoreRepository(db: Db): ScoreRepository {
  const all = () => db.selectFrom('scores').selectAll();
  return {
    async lock({ assetId, componentId }) {
      const key = JSON.stringify([assetId, componentId]);
      await sql`SELECT pg_advisory_xact_lock(hashtextextended(${key}, 0))`.execute(db);
    },

    async predictions({ assetId, componentId }) {
      const rows = await db
        .selectFrom('tickets')
        .selectAll()
        .where('assetId', '=', assetId)
        .where('componentId', '=', componentId)
        .where('ruleId', 'is not', null)
        .orderBy('openedAt')
        .orderBy('number')
        .execute();
      return rows.map((row) => fromRow<Ticket>(row));
    },

    async watchedSince(assetId) {
      const row = await db.selectFrom('assets').select('registeredAt').where('id', '=', assetId).executeTakeFirst();
      return row?.registeredAt ?? Number.NEGATIVE_INFINITY;
    },

    async set({ assetId, componentId }, scores) {
      const ids = scores.map(({ id }) => id);
      await db
        .deleteFrom('scores')
        .where('assetId', '=', assetId)
        .where('componentId', '=', componentId)
        .where(sql<boolean>`id <> ALL(${ids}::text[])`)
        .execute();
      if (scores.length === 0) return;
      await db
        .insertInto('scores')
        .values(scores.map(toRow))
        .onConflict((conflict) =>
          conflict
            .column('id')
            .doUpdateSet((eb) =>
              Object.fromEntries([...SAID, 'scoredAt' as const].map((name) => [name, eb.ref(`excluded.${name}`)])),
            )
            .where(({ or, eb, ref }) =>
              or(SAID.map((name) => eb(ref(`scores.${name}`), 'is distinct from', ref(`excluded.${name}`)))),
            ),
        )
        .execute();
    },

    async ofTicket(ticketId) {
      const row = await all().where('ticketId', '=', ticketId).executeTakeFirst();
      return row && fromRow<Score>(row);
    },

    due(now, limit) {
      return db
        .selectFrom('scores')
        .select(['assetId', 'componentId'])
        .where('reviewAt', '<=', now)
        .groupBy(['assetId', 'componentId'])
        .orderBy(sql`min(review_at)`)
        .limit(limit)
        .execute();
    },

    list(filter, page) {
      const query = all().where((eb) => eb.and(conditions(eb, filter)));
      const order = { name: 'scores', direction: 'desc', id: sql.ref<string>('id'), key: sql.ref('at') } as const;
      return fetchPage(query, { ...order, keyOf: (row) => row.at }, page, (row) => fromRow<Score>(row));
    },
  };
}

function toRow(score: Score) {
  const { ticketId, failureId, failureModeId, ruleId, ruleVersion, warningMs, lifeLost, reviewAt, ...rest } = score;
  return {
    ...rest,
    ticketId: ticketId ?? null,
    failureId: failureId ?? null,
    failureModeId: failureModeId ?? null,
    ruleId: ruleId ?? null,
    ruleVersion: ruleVersion ?? null,
    warningMs: warningMs ?? null,
    lifeLost: lifeLost ?? null,
    reviewAt: reviewAt ?? null,
    reason: json(score.reason),
  };
}

const EQUALS = ['ruleId', 'ruleVersion', 'assetId', 'componentId', 'ticketId'] as const;

function conditions(eb: ExpressionBuilder<Tables, 'scores'>, filter: ScoreFilter): Expression<SqlBool>[] {
  const { score, modelId, from, to } = filter;
  const equal = EQUALS.flatMap((name) => {
    const value = filter[name];
    return value === undefined ? [] : [eb(name, '=', value)];
  });
  return [
    ...equal,
    ...(score === undefined ? [] : [sql<SqlBool>`score = ANY(${score})`]),
    ...(modelId === undefined
      ? []
      : [eb('assetId', 'in', eb.selectFrom('assets').select('assets.id').where('modelId', '=', modelId))]),
    ...(from === undefined ? [] : [eb('at', '>=', from)]),
    ...(to === undefined ? [] : [eb('at', '<', to)]),
  ];
}
