import type { EvidenceWords } from './words.ts';

/** The age of components is not known, so their wear is not either. */
export interface InstallationUnknownEvidence {
  readonly kind: 'installation-unknown';
  readonly componentIds: readonly string[];
}

export const installationUnknownWords: EvidenceWords<InstallationUnknownEvidence> = {
  en: ({ componentIds }) =>
    `When these components were installed, and at which counter reading, is not known, so their wear is not either: ${componentIds.join(', ')}. Please enter it.`,
  zh: ({ componentIds }) => `以下部件的安装时间和计数器读数未知，无法计算磨损：${componentIds.join('、')}。请补录。`,
  brief: ({ componentIds }) => `when was it installed: ${componentIds.join(', ')}?`,
};
