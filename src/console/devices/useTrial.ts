import { useEffect, useState } from 'preact/hooks';
import { call } from '../api/client';
import type { Answer } from '../api/types';

export type Trial = Answer<'POST /api/v1/decode'>;

/** So long nothing is typed before it is decoded. */
const PAUSE_MS = 250;

interface Asked {
  readonly topic: string;
  readonly payload: string;
  readonly encoding?: 'utf-8' | 'base64';
  readonly modelId?: string | undefined;
}

/** What the message would become, decoded as it is typed; the last answer stays until the next. */
export function useTrial({ topic, payload, encoding = 'utf-8', modelId }: Asked): {
  trial: Trial | undefined;
  error: unknown;
} {
  const [state, setState] = useState<{ trial: Trial | undefined; error: unknown }>({
    trial: undefined,
    error: undefined,
  });
  useEffect(() => {
    if (topic === '' || payload.trim() === '') {
      setState({ trial: undefined, error: undefined });
      return undefined;
    }
    const stop = new AbortController();
    const timer = setTimeout(() => {
      const body = { topic, payload, encoding, ...(modelId !== undefined && { modelId }) };
      call('POST /api/v1/decode', { body, signal: stop.signal }).then(
        (trial) => setState({ trial, error: undefined }),
        (error: unknown) => {
          if (!stop.signal.aborted) setState((before) => ({ ...before, error }));
        },
      );
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [topic, payload, encoding, modelId]);
  return state;
}
