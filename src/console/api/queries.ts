import { keepPreviousData, QueryClient, type UseQueryResult, useQuery } from '@tanstack/preact-query';
import { call, ProblemError, type Request } from './client';
import type { Answer, Operation } from './types';

/** Asks again when the connection is back; what the API refuses is refused. */
export function createQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        networkMode: 'always',
        refetchOnWindowFocus: true,
        retry: (failures, error) => !(error instanceof ProblemError && error.status < 500) && failures < 3,
        retryDelay: (attempt) => Math.min(500 * 2 ** attempt, 5000),
      },
      mutations: { networkMode: 'always' },
    },
  });
}

interface ReadOptions {
  readonly enabled?: boolean;
  /** Asked again after so many milliseconds. */
  readonly every?: number;
  /** What was seen stays until the answer to other filters is there. */
  readonly keep?: boolean;
}

/** Reads an operation; the key is the operation and its request, so that pages share what they read. */
export function useRead<O extends Operation & `GET ${string}`>(
  operation: O,
  request: Omit<Request<O>, 'signal' | 'ifMatch'>,
  { enabled = true, every, keep = false }: ReadOptions = {},
): UseQueryResult<Answer<O>> {
  return useQuery<Answer<O>>({
    queryKey: [operation, request],
    queryFn: async ({ signal }) => call(operation, { ...request, signal } as unknown as Request<O>),
    enabled,
    ...(every !== undefined && { refetchInterval: every }),
    ...(keep && { placeholderData: keepPreviousData }),
  });
}
