import { listAt, textAt } from '../../../presets/pointer.ts';
import type { PresetList } from '../../../presets/schema.ts';
import { holds, select } from '../../../presets/select.ts';
import type { Scope, Templates } from '../../../presets/template.ts';
import { TemporaryDeliveryError } from '../errors.ts';
import type { Calls } from './calls.ts';

/** More pages mean that a query does not limit what it should. */
const MOST_PAGES = 100;

/** What each entry of a list gives, over all its pages, as far as its `where` holds. */
export async function* entriesOf(
  list: PresetList,
  scope: Scope,
  { calls, templates }: { readonly calls: Calls; readonly templates: Templates },
  signal: AbortSignal,
): AsyncGenerator<Readonly<Record<string, string>>> {
  const { size = Number.POSITIVE_INFINITY } = list;
  let token: string | undefined;
  for (let page = 1; page <= MOST_PAGES; page++) {
    const paged = { ...scope, page: { number: page, offset: (page - 1) * size, size, token } };
    const answer = await calls.call(list, paged, signal);
    const items = listAt(answer, list.items);
    for (const item of items) {
      if (holds(item, list.where, paged, templates)) yield select(item, list.gives, paged, templates);
    }
    if (list.next !== undefined) {
      token = textAt(answer, list.next);
      if (token === undefined) return;
    } else if (items.length < size) return;
  }
  throw new TemporaryDeliveryError(`the desk lists more than ${MOST_PAGES} pages: its preset asks for too much`);
}
