import {
  elementScroll,
  observeElementOffset,
  observeElementRect,
  type VirtualItem,
  Virtualizer,
} from '@tanstack/virtual-core';
import { useLayoutEffect, useState } from 'preact/hooks';

interface VirtualOptions {
  readonly count: number;
  /** Of a row, in pixels. */
  readonly rowHeight: number;
  /** The element that scrolls. */
  readonly scroller: { current: HTMLElement | null };
}

/** The rows of a long list that are in sight, and the height of all of them. */
export function useVirtual({ count, rowHeight, scroller }: VirtualOptions): {
  rows: VirtualItem[];
  height: number;
  start: number;
} {
  const [, redraw] = useState(0);
  const [list] = useState(
    () =>
      new Virtualizer<HTMLElement, HTMLElement>({
        count,
        getScrollElement: () => scroller.current,
        estimateSize: () => rowHeight,
        observeElementRect,
        observeElementOffset,
        scrollToFn: elementScroll,
        overscan: 8,
      }),
  );
  list.setOptions({
    ...list.options,
    count,
    estimateSize: () => rowHeight,
    onChange: () => redraw((n) => n + 1),
  });
  useLayoutEffect(() => list._didMount(), [list]);
  useLayoutEffect(() => list._willUpdate());
  const rows = list.getVirtualItems();
  return { rows, height: list.getTotalSize(), start: rows[0]?.start ?? 0 };
}
