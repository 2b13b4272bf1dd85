import { useMemo } from 'preact/hooks';
import { useRead } from '../../api/queries';
import { useLocal } from '../../i18n';

/** What people call models and their components; ids until the models are there. */
export interface Names {
  model(id: string): string;
  component(modelId: string, id: string): string;
}

export function useNames(): Names {
  const { data } = useRead('GET /api/v1/models', { query: { limit: 500 } });
  const local = useLocal();
  return useMemo(() => {
    const models = new Map(data?.items.map((model) => [model.id, model]));
    return {
      model: (id) => local(models.get(id)?.name) || id,
      component: (modelId, id) =>
        local(models.get(modelId)?.components.find((component) => component.id === id)?.name) || id,
    };
  }, [data, local]);
}
