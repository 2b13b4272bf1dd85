export const LANGUAGES = ['en', 'zh'] as const;
export type Language = (typeof LANGUAGES)[number];

export interface DeskTexts {
  readonly opened: string;
  readonly updated: string;
  readonly closed: string;
}

const NEWS = '{% for entry in news %}\n- {{ entry.text }}{% endfor %}';

/** What a desk is told where the installation has no words of its own. */
export const TEXTS: Readonly<Record<Language, DeskTexts>> = {
  en: {
    opened: '{{ body }}',
    updated: `${NEWS}\n\n{{ body }}`,
    closed: `Closed in Fettle: {{ ticket.closing.outcome | default: ticket.status }}.{% if ticket.closing.note %} {{ ticket.closing.note }}{% endif %}`,
  },
  zh: {
    opened: '{{ body }}',
    updated: `${NEWS}\n\n{{ body }}`,
    closed: `已在 Fettle 中关闭：{{ ticket.closing.outcome | default: ticket.status }}。{% if ticket.closing.note %}{{ ticket.closing.note }}{% endif %}`,
  },
};
