/** Paths of 24 × 24 pictures, drawn as lines. */
const PATHS = {
  fleet: 'M4 6h7v5H4zM13 6h7v5h-7zM4 14h7v5H4zM13 14h7v5h-7z',
  tickets: 'M5 4h14v16l-3-2-2 2-2-2-2 2-2-2-3 2zM8.5 9h7M8.5 13h7',
  rules: 'M4 7h10M18 7h2M4 17h4M12 17h8M16 5v4M10 15v4',
  analytics: 'M5 20V11M10 20V5M15 20v-6M20 20V8',
  quality: 'M12 4l9 16H3zM12 10v5M12 17.5v.5',
  system: 'M4 5h16v6H4zM4 13h16v6H4zM8 8v.1M8 16v.1',
  start: 'M12 5v14M5 12h14',
  moon: 'M19 14.5A7.5 7.5 0 0 1 9.5 5 7.5 7.5 0 1 0 19 14.5z',
  sun: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4',
  signOut: 'M10 5H5v14h5M14 8l4 4-4 4M18 12H9',
  close: 'M6 6l12 12M18 6L6 18',
  search: 'M11 5a6 6 0 1 0 0 12 6 6 0 0 0 0-12zM15.5 15.5L20 20',
  copy: 'M9 9h10v10H9zM5 15V5h10',
  print: 'M7 9V4h10v5M7 17H4v-7h16v7h-3M7 14h10v6H7z',
  download: 'M12 4v11M7 11l5 5 5-5M5 20h14',
  up: 'M6 15l6-6 6 6',
  down: 'M6 9l6 6 6-6',
  back: 'M15 6l-6 6 6 6',
  wrench: 'M14.5 6.5a4 4 0 0 1 5 5L12 19a2.1 2.1 0 0 1-3-3l7.5-7.5M14.5 6.5l2-2M19.5 11.5l-3-3',
} as const;

export type IconName = keyof typeof PATHS;

/** A picture beside words; alone it needs the name of its button. */
export function Icon({ name, size = 20 }: { name: IconName; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="1.8"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
