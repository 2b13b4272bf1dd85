import type { LocalText } from '../domain/model.ts';
import type { Ticket } from '../domain/ticket.ts';
import type { TitleFacts } from '../domain/ticketText.ts';
import { BODIES } from './bodies.ts';
import { type Scope, Templates } from './template.ts';
import { LANGUAGES, type Language } from './texts.ts';
import { type BodyFacts, bodyScope, titleScope } from './ticketScope.ts';

/** Titles, of one line, and bodies. */
export const WRITTEN = ['title', 'body'] as const;
export type Written = (typeof WRITTEN)[number];

/** Words of an installation's own for some tickets; what is absent limits nothing, and is written as Fettle writes it. */
export interface TicketTexts {
  readonly sites?: readonly string[] | undefined;
  readonly customers?: readonly string[] | undefined;
  readonly title?: Partial<LocalText> | undefined;
  readonly body?: Partial<LocalText> | undefined;
}

type Matter = Pick<Ticket, 'siteId' | 'customerId'>;

const TITLE_LENGTH = 200;
const BODY_LENGTH = 30_000;

/**
 * Writes titles and bodies by templates: of the first texts that fit the ticket and have one, else those that come with
 * Fettle. One that fails, or comes to nothing, is told of, and the words that come with Fettle take its place.
 */
export class TicketWriter {
  readonly #texts: readonly TicketTexts[];
  readonly #failed: (what: Written, language: Language, error: unknown) => void;
  readonly #templates = new Templates();

  constructor(texts: readonly TicketTexts[], failed: (what: Written, language: Language, error: unknown) => void) {
    this.#texts = texts;
    this.#failed = failed;
  }

  title(facts: TitleFacts): LocalText {
    const oneLine = (text: string) => text.replaceAll(/\s+/g, ' ').trim().slice(0, TITLE_LENGTH);
    return both((language) => {
      const template = this.#own('title', facts, language);
      if (template === undefined) return facts.title[language];
      const own = this.#tried('title', language, template, () => titleScope(facts, language), oneLine);
      return own ?? facts.title[language];
    });
  }

  body(facts: BodyFacts): LocalText {
    return both((language) => {
      const template = this.#own('body', facts.ticket, language);
      const scope = () => bodyScope(facts, language);
      const cut = (text: string) => text.slice(0, BODY_LENGTH);
      const own = template === undefined ? undefined : this.#tried('body', language, template, scope, cut);
      const written = own ?? this.#tried('body', language, BODIES[language], scope, cut);
      return written ?? `${facts.ticket.title[language]}\n\n${facts.ticket.summary[language]}`;
    });
  }

  #own(what: Written, { siteId, customerId }: Matter, language: Language): string | undefined {
    const fits = ({ sites, customers }: TicketTexts) =>
      (sites?.includes(siteId) ?? true) &&
      (customers === undefined || (customerId !== undefined && customers.includes(customerId)));
    return this.#texts.find((texts) => fits(texts) && texts[what]?.[language] !== undefined)?.[what]?.[language];
  }

  #tried(
    what: Written,
    language: Language,
    template: string,
    scope: () => Scope,
    shape: (text: string) => string,
  ): string | undefined {
    try {
      const text = shape(this.#templates.render(template, scope()));
      if (text === '') throw new Error('it came to nothing');
      return text;
    } catch (error) {
      this.#failed(what, language, error);
      return undefined;
    }
  }
}

function both(write: (language: Language) => string): LocalText {
  const [en, zh] = LANGUAGES.map(write);
  return { en: en!, zh: zh! };
}
