import { useMutation, useQueryClient } from '@tanstack/preact-query';
import { useState } from 'preact/hooks';
import { call } from '../../api/client';
import { useRead } from '../../api/queries';
import type { Node } from '../../api/types';
import { useFormat, useText } from '../../i18n';
import { useMay } from '../../shell/signedIn';
import { DataTable } from '../../ui/dataTable';
import { Loaded } from '../../ui/states';
import { Sure } from './sure';
import { systemTexts } from './text';

const NODES = 'GET /api/v1/nodes';
const CLASSES = { listening: 'good', deaf: 'warning', retiring: 'info', gone: 'critical' } as const;

/** The processes that share the work; administrators have one leave. */
export function Nodes() {
  const t = useText(systemTexts);
  const nodes = useRead(NODES, { query: { limit: 500 } }, { every: 5000 });
  return (
    <Loaded query={nodes}>
      {({ items }) => (
        <DataTable
          label={t.tabs.nodes}
          class="system-table"
          columns={[
            { name: t.node },
            { name: t.state },
            { name: t.version, class: 'wide' },
            { name: t.started, class: 'wide' },
            { name: t.seen },
            { name: t.shards, class: 'numeric wide' },
            { name: t.lag, class: 'numeric' },
            { name: t.acts, isHidden: true },
          ]}
        >
          {items.map((node) => (
            <NodeRow key={node.id} node={node} alone={items.length === 1} />
          ))}
        </DataTable>
      )}
    </Loaded>
  );
}

function NodeRow({ node, alone }: { node: Node; alone: boolean }) {
  const t = useText(systemTexts);
  const format = useFormat();
  const mayRetire = useMay('admin');
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const retiring = useMutation({
    mutationFn: () => call('POST /api/v1/nodes/{nodeId}/retire', { params: { nodeId: node.id } }),
    onSuccess: () => setAsking(false),
    onSettled: () => queries.invalidateQueries({ queryKey: [NODES] }),
  });
  return (
    <tr>
      <td>{node.id}</td>
      <td>
        <span class={`badge ${CLASSES[node.state]}`}>{t.nodeStates[node.state]}</span>
        {node.adopting && <div class="muted">{t.adopting}</div>}
      </td>
      <td class="wide">{node.version}</td>
      <td class="wide">{format.dateTime(node.startedAt)}</td>
      <td>{format.relative(node.seenAt)}</td>
      <td class="numeric wide">{format.integer(node.shards)}</td>
      <td class="numeric">{format.duration(node.lagSeconds)}</td>
      <td class="numeric">
        {mayRetire && !alone && node.state !== 'retiring' && (
          <button type="button" class="button danger" aria-label={t.retire(node.id)} onClick={() => setAsking(true)}>
            {t.retireShort}
          </button>
        )}
        {asking && (
          <Sure
            danger
            title={t.retire(node.id)}
            text={t.retireSure}
            error={retiring.error}
            busy={retiring.isPending}
            onYes={() => retiring.mutate()}
            onClose={() => setAsking(false)}
          />
        )}
      </td>
    </tr>
  );
}
