// uPlot in the page's own colours and language. It draws on a canvas; the same figures stand in a table beside it.
import 'uplot/dist/uPlot.min.css';
import uPlot from 'uplot';

export type Line = Readonly<{
  label: string;
  /** Null where there is no figure. */
  values: readonly (number | null)[];
  /** The first series is solid in the accent, the second one grey and dashed. */
  isSecond?: boolean;
}>;
export type Plotted = Readonly<{
  kind: 'bars' | 'lines';
  labels: readonly string[];
  lines: readonly Line[];
  /** A figure on the axis. */
  shown: (figure: number) => string;
}>;

const HEIGHT = 220;
const BAR = 0.7;
const LINE_WIDTH = 2.25;
const FONT_PX = 13;
/** Labels under the axis are at least so far apart. */
const LABEL_PX = 56;
const AXIS_PX = 64;

const token = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** A colour as the page has it now: `light-dark()` is settled by an element, not by its property. */
function colour(name: string): string {
  const probe = document.createElement('span');
  probe.hidden = true;
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

function seriesOf(line: Line, kind: Plotted['kind']): uPlot.Series {
  const paint = colour(line.isSecond === true ? '--edge' : '--accent');
  const bars = uPlot.paths.bars?.({ size: [BAR, 100] });
  return {
    label: line.label,
    stroke: paint,
    width: kind === 'bars' ? 0 : LINE_WIDTH,
    points: { show: kind === 'lines' && line.values.length < 2 },
    ...(kind === 'bars' && { fill: paint }),
    ...(kind === 'bars' && bars !== undefined && { paths: bars }),
    ...(line.isSecond === true && { dash: [5, 4] }),
  };
}

function optionsOf({ kind, labels, lines, shown }: Plotted, width: number): uPlot.Options {
  const font = `${FONT_PX}px ${token('--ui')}`;
  const [ink, hairline] = [colour('--ink-2'), colour('--line')];
  const axis = { stroke: ink, font, ticks: { show: false } };
  const isDense = labels.length * LABEL_PX > width - AXIS_PX;
  const step = isDense ? Math.ceil((labels.length * LABEL_PX) / Math.max(LABEL_PX, width - AXIS_PX)) : 1;
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: {
        time: false,
        range: () => (kind === 'bars' ? [-0.6, labels.length - 0.4] : [0, Math.max(1, labels.length - 1)]),
      },
      y: { range: (_plot, _low, high) => [0, high > 0 ? high * 1.08 : 1] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        splits: () => labels.map((_, n) => n).filter((n) => n % step === 0),
        values: (_plot, splits) => splits.map((n) => labels[n] ?? ''),
      },
      {
        ...axis,
        size: AXIS_PX,
        grid: { stroke: hairline, width: 1 },
        values: (_plot, splits) => splits.map(shown),
      },
    ],
    series: [{}, ...lines.map((line) => seriesOf(line, kind))],
  };
}

/** Draws into an element, and anew whenever its width or the colours change; until the returned function is called. */
export function plot(into: HTMLElement, plotted: Plotted): () => void {
  const data: uPlot.AlignedData = [plotted.labels.map((_, n) => n), ...plotted.lines.map(({ values }) => [...values])];
  let chart: uPlot | null = null;
  let width = 0;
  const draw = (): void => {
    chart?.destroy();
    chart = new uPlot(optionsOf(plotted, width), data, into);
  };
  const sizes = new ResizeObserver(() => {
    const now = Math.floor(into.clientWidth);
    if (now === width || now === 0) return;
    width = now;
    draw();
  });
  sizes.observe(into);
  const scheme = matchMedia('(prefers-color-scheme: dark)');
  scheme.addEventListener('change', draw);
  return () => {
    sizes.disconnect();
    scheme.removeEventListener('change', draw);
    chart?.destroy();
  };
}
