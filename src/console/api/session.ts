import { type UseQueryResult, useQuery } from '@tanstack/preact-query';
import { call, setToken } from './client';
import type { Answer } from './types';

type Answered = Answer<'GET /api/v1/session'>;
export type Session = NonNullable<Answered['session']>;

/** Who is signed in, and how one can sign in; asked again whenever an answer says that nobody is. */
export function useSessionQuery(): UseQueryResult<Answered> {
  return useQuery({ queryKey: SESSION, queryFn: readSession, staleTime: 60_000 }) as UseQueryResult<Answered>;
}

export const SESSION = ['session'];

async function readSession(): Promise<Answered> {
  const answer = await call('GET /api/v1/session', {});
  setToken(answer.session?.csrfToken);
  return answer;
}

export async function signIn(key: string): Promise<void> {
  await call('POST /api/v1/session', { body: { key } });
}

export async function signOut(): Promise<void> {
  await call('DELETE /api/v1/session', {});
  setToken(undefined);
}
