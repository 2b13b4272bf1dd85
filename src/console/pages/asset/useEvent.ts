import { useMutation, useQueryClient } from '@tanstack/preact-query';
import { call } from '../../api/client';
import type { Body } from '../../api/types';
import { useToast } from '../../ui/toast';

/** Adds an event of an asset; what is shown of it is read anew. */
export function useEvent(assetId: string, said: string, onDone: () => void) {
  const queries = useQueryClient();
  const toast = useToast();
  return useMutation({
    mutationFn: (event: Body<'POST /api/v1/assets/{assetId}/events'>) =>
      call('POST /api/v1/assets/{assetId}/events', { params: { assetId }, body: event }),
    onSuccess: () => {
      toast(said);
      onDone();
    },
    onSettled: () => queries.invalidateQueries(),
  });
}
