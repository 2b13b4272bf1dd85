import { type QueryClient, type UseQueryResult, useQuery, useQueryClient } from '@tanstack/preact-query';
import { call, ProblemError, setToken } from './client';
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

/** Signs in with an API key; nothing that somebody else has seen here before is left. */
export function useSignIn(): (key: string) => Promise<void> {
  const queries = useQueryClient();
  return async (key) => become(queries, await call('POST /api/v1/session', { body: { key } }));
}

/** Signs out; gives the address where to do so at the provider as well. */
export function useSignOut(): () => Promise<string | undefined> {
  const queries = useQueryClient();
  return async () => {
    const providerUrl = await endSession();
    become(queries, undefined);
    return providerUrl;
  };
}

async function endSession(): Promise<string | undefined> {
  try {
    return (await call('DELETE /api/v1/session', {})).providerUrl;
  } catch (error) {
    if (error instanceof ProblemError && error.status === 401) return undefined;
    throw error;
  }
}

function become(queries: QueryClient, session: Session | undefined): void {
  setToken(session?.csrfToken);
  queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== SESSION[0] });
  queries.setQueryData<Answered>(SESSION, (before) => ({
    waysIn: before?.waysIn ?? { key: true },
    ...(session && { session }),
  }));
}
