import type { Session, SessionRepository } from '../../../ports/sessions.ts';
import type { Db } from './schema.ts';
import { clean, fromRow } from './values.ts';

export function sessionRepository(db: Db): SessionRepository {
  return {
    async add({ name, keyHash = null, ...session }) {
      await db
        .insertInto('sessions')
        .values({ ...session, keyHash, name: clean(name) })
        .execute();
    },

    async find(hash) {
      const row = await db
        .selectFrom('sessions')
        .leftJoin('apiKeys', 'apiKeys.hash', 'sessions.keyHash')
        .selectAll('sessions')
        .select('apiKeys.role as keyRole')
        .where('sessions.hash', '=', hash)
        .executeTakeFirst();
      if (!row) return undefined;
      const { keyRole, ...session } = row;
      if (session.keyHash === null) return fromRow<Session>(session);
      return keyRole === null || keyRole === 'device' ? undefined : fromRow<Session>({ ...session, role: keyRole });
    },

    async seen(hash, at) {
      await db.updateTable('sessions').set({ seenAt: at }).where('hash', '=', hash).where('seenAt', '<', at).execute();
    },

    async remove(hash) {
      const { numDeletedRows } = await db.deleteFrom('sessions').where('hash', '=', hash).executeTakeFirst();
      return numDeletedRows > 0n;
    },

    async prune(now, idleSince) {
      const { numDeletedRows } = await db
        .deleteFrom('sessions')
        .where(({ or, and, not, exists, selectFrom, eb }) =>
          or([
            eb('expiresAt', '<=', now),
            eb('seenAt', '<=', idleSince),
            and([
              eb('keyHash', 'is not', null),
              not(exists(selectFrom('apiKeys').select('hash').whereRef('apiKeys.hash', '=', 'sessions.keyHash'))),
            ]),
          ]),
        )
        .executeTakeFirst();
      return Number(numDeletedRows);
    },
  };
}
