import type { ApiKey } from '../../src/ports/database.ts';
import type { Session, SessionRepository } from '../../src/ports/sessions.ts';

/** Sessions in memory. Those made with a key are gone with it, as they are in a database. */
export function fakeSessions(
  keyRows: ReadonlyMap<string, ApiKey>,
  failing: { readonly database?: Error },
): SessionRepository {
  const rows = new Map<string, Session>();
  const answer = () => {
    if (failing.database) throw failing.database;
  };
  const hasKey = ({ keyHash }: Session) => keyHash === undefined || keyRows.has(keyHash);
  return {
    async add(session) {
      answer();
      rows.set(session.hash, session);
    },
    async find(hash) {
      answer();
      const session = rows.get(hash);
      if (!session || !hasKey(session)) return undefined;
      const role = keyRows.get(session.keyHash ?? '')?.role ?? session.role;
      return role === 'device' ? undefined : { ...session, role };
    },
    async seen(hash, seenAt) {
      answer();
      const session = rows.get(hash);
      if (session) rows.set(hash, { ...session, seenAt });
    },
    async remove(hash) {
      answer();
      return rows.delete(hash);
    },
    async prune(now, idleSince) {
      answer();
      const over = [...rows.values()].filter((s) => s.expiresAt <= now || s.seenAt <= idleSince || !hasKey(s));
      return over.filter(({ hash }) => rows.delete(hash)).length;
    },
  };
}
