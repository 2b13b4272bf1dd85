import { LANGUAGES } from '../presets/texts.ts';
import { lintTicketText } from '../presets/ticketTextLint.ts';
import { WRITTEN } from '../presets/ticketWriter.ts';
import { flaw } from './flaws.ts';
import type { Flaw } from './inspect.ts';
import { listAt, valueAt } from './values.ts';

const TEXTS = ['tickets', 'texts'];

/** Templates of tickets that name what there is not, are no valid ones, or fail with an example ticket. */
export function ticketTextChecks(config: unknown): Flaw[] {
  return listAt(config, TEXTS).flatMap((texts, index) =>
    WRITTEN.flatMap((what) =>
      LANGUAGES.flatMap((language) => {
        const template = valueAt(texts, [what, language]);
        if (typeof template !== 'string') return [];
        const path = [...TEXTS, index, what, language];
        return lintTicketText(what, language, template).map((message) => flaw(path, message));
      }),
    ),
  );
}
