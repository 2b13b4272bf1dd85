import { EXAMPLE_BACKGROUND, EXAMPLE_TICKET, EXAMPLE_TITLE } from '../domain/exampleTicket.ts';
import { shorten } from './lint.ts';
import { Templates, templateProblems } from './template.ts';
import type { Language } from './texts.ts';
import { BODY_NAMES, bodyScope, TITLE_NAMES, titleScope } from './ticketScope.ts';
import type { Written } from './ticketWriter.ts';

/** What is wrong with a template: names that there are not, mistakes of writing, and what fails with an example ticket. */
export function lintTicketText(what: Written, language: Language, template: string): string[] {
  const problems = templateProblems(template, new Set(what === 'title' ? TITLE_NAMES : BODY_NAMES));
  if (problems.length > 0) return problems.map(shorten);
  const scope =
    what === 'title'
      ? titleScope(EXAMPLE_TITLE, language)
      : bodyScope(
          {
            ticket: EXAMPLE_TICKET,
            document: EXAMPLE_TICKET,
            background: EXAMPLE_BACKGROUND,
            links: { ticket: 'https://fettle.example.com/t', asset: 'https://fettle.example.com/a' },
            zone: 'UTC',
          },
          language,
        );
  try {
    return new Templates().render(template, scope) === '' ? ['comes to nothing for an example ticket'] : [];
  } catch (error) {
    return [`fails for an example ticket: ${error instanceof Error ? error.message : String(error)}`];
  }
}
