import { generateKey } from './api/keys.ts';
import { ConflictError, NotFoundError } from './errors.ts';
import { newId } from './newId.ts';
import type { ApiKey, KeyRepository, KeyRole } from './ports/database.ts';

/** Gives API keys out and takes them back. */
export class ApiKeys {
  readonly #keys: KeyRepository;
  #last: Promise<unknown> = Promise.resolve();

  constructor(keys: KeyRepository) {
    this.#keys = keys;
  }

  /** A new key, of the role device one for this source; `key` itself is not kept. Rejects with ConflictError when the name is taken. */
  create(name: string, role: KeyRole, sourceId?: string): Promise<{ readonly key: string; readonly kept: ApiKey }> {
    return this.#oneByOne(async () => {
      if ((await this.#keys.list()).some((key) => key.name === name)) {
        throw new ConflictError(`There is a key ${name} already; revoke it first, or take another name.`);
      }
      const now = Date.now();
      const { key, hash } = generateKey();
      const kept = { id: newId(now), name, role, hash, createdAt: now, ...(sourceId !== undefined && { sourceId }) };
      await this.#keys.save(kept);
      return { key, kept };
    });
  }

  /** Rejects with ConflictError when nobody would have the role admin any more. */
  revoke(name: string): Promise<void> {
    return this.#oneByOne(async () => {
      const keys = await this.#keys.list();
      const key = keys.find((candidate) => candidate.name === name);
      if (!key) throw new NotFoundError(`There is no key ${name}.`);
      if (key.role === 'admin' && keys.filter(({ role }) => role === 'admin').length === 1) {
        throw new ConflictError(`${name} is the last key with the role admin; make another one before you revoke it.`);
      }
      await this.#keys.revoke(name);
    });
  }

  /** Two admins that revoke each other's key at the same moment must not both succeed. */
  #oneByOne<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    this.#last = result.catch(() => undefined);
    return result;
  }
}
