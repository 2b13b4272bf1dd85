import type { ComponentChildren } from 'preact';

/** What may be wider than the window, such as a table: whoever has no mouse scrolls it by the arrow keys. */
export function ScrollRegion({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard (WCAG 2.1.1).
    <section class="card table-wrap" aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}
