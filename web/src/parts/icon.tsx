// Icons: paths of 24 by 24, drawn with the text's own colour.
const PATHS = {
  gavel: 'M10.5 2.5l7 7-2 2-1-1-3 3 8.5 6.6a1.6 1.6 0 0 1-2.3 2.3L11 14l-3 3 1 1-2 2-5-5 2-2 1 1 6-6-1-1z',
  search: 'M4.5 11a6.5 6.5 0 1 0 13 0a6.5 6.5 0 1 0-13 0M16 16l4.5 4.5',
  check: 'M4.5 12.5l5 5 10-11',
  out: 'M6 6l12 12M18 8.5V18H8.500',
  info: 'M3.5 12a8.5 8.5 0 1 0 17 0a8.5 8.5 0 1 0-17 0M12 11v5.500M12 7.500v.3',
  minus: 'M5 12h14',
  plus: 'M5 12h14M12 5v14',
  bell: 'M6 17V11a6 6 0 0 1 12 0v6l1.5 1.5h-15zM10 20.5h4',
  star: 'M12 3.500l2.6 5.400 5.900.8-4.300 4.100 1 5.900L12 16.900l-5.200 2.800 1-5.900-4.300-4.100 5.900-.8z',
  menu: 'M4 7h16M4 12h16M4 17h16',
} as const;

export type IconName = keyof typeof PATHS;

export const Icon = ({ name }: Readonly<{ name: IconName }>) => (
  <svg class={name === 'gavel' ? '' : 'icon'} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    <path d={PATHS[name]} />
  </svg>
);
