import { hostname } from 'node:os';
import Type from 'typebox';
import { Span, Text } from './fields.ts';
import { section } from './section.ts';

const NAME = '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$';
const NAME_FORM = 'letters, digits, dots, dashes and underscores, 63 at most, the first a letter or digit';

export const Cluster = section('Several nodes on one configuration, with assess.mode sharded.', {
  node: Type.Optional(
    Text(
      "Name of this node: the same after a restart, and no other node's. It ends the client id at the broker. Without it the host name.",
      { pattern: NAME, form: NAME_FORM },
    ),
  ),
  group: Text('Name of the group in which the nodes share their subscriptions (`$share/<group>/…`).', {
    default: 'fettle',
    pattern: NAME,
    form: NAME_FORM,
  }),
  adoptAfter: Span(
    'A node that was not seen for so long is gone: another one takes over what waits for it at the broker.',
    '10m',
    10_000,
  ),
});

/** What a node is called without `cluster.node`; undefined when the host name can't be part of a client id. */
export function defaultNode(): string | undefined {
  const name = hostname();
  return new RegExp(NAME).test(name) ? name : undefined;
}
