/** Draws the pictures of the report as SVG text, from the records. Pure. */
import {
  axisLine,
  cross,
  fixed,
  line,
  MARGIN,
  niceCeiling,
  scale,
  svg,
  timeAxis,
  WIDTH,
} from '../../common/page/index.ts';
import { firstArrivals } from './measure.ts';
import type { LaneRecord, PacketFate } from './record.ts';
import { NAMES } from './table.ts';

/** The eye could not tell more apart. */
const MOST_DRAWN = 400;

type Kind = 'fine' | 'lost' | 'duplicated' | 'late' | 'corrupted';

/** Each kind also has a letter, since not everybody can tell the colours apart. */
const KINDS: Record<Kind, { letter: string; meaning: string }> = {
  fine: { letter: '', meaning: 'arrived' },
  lost: { letter: '×', meaning: 'lost' },
  duplicated: { letter: '2', meaning: 'duplicated' },
  late: { letter: '‹', meaning: 'overtaken by later ones' },
  corrupted: { letter: '!', meaning: 'corrupted' },
};

function kindOf({ copies, corrupted, outcome, overtakenBy }: PacketFate): Kind {
  if (outcome !== 'sent') return 'lost';
  if (corrupted) return 'corrupted';
  if (overtakenBy > 0) return 'late';
  return copies > 0 ? 'duplicated' : 'fine';
}

export function legend(): string {
  const entries = Object.entries(KINDS).map(
    ([kind, { letter, meaning }]) =>
      `<li><svg viewBox="0 0 16 16" aria-hidden="true">${cell(kind as Kind, letter, 0, 0, 16)}` +
      `</svg>${meaning}</li>`,
  );
  return `<ul class="legend">${entries.join('')}</ul>`;
}

/** A cell for each packet, in rows of fifty. */
export function fateStrip({ fates }: LaneRecord): string {
  const first = fates.filter(({ attempt }) => attempt === 0).slice(0, MOST_DRAWN);
  const perRow = 50;
  const size = (WIDTH - MARGIN) / perRow;
  const rows = Math.ceil(first.length / perRow);
  const cells = first.map((fate, index) => {
    const kind = kindOf(fate);
    const [x, y] = [MARGIN + (index % perRow) * size, Math.floor(index / perRow) * size];
    const title = `<title>packet ${fate.k}: ${KINDS[kind].meaning}</title>`;
    return `<g>${title}${cell(kind, KINDS[kind].letter, x, y, size - 2)}</g>`;
  });
  const numbers = Array.from(
    { length: rows },
    (_, row) =>
      `<text x="0" y="${row * size + size / 2 + 4}">${row * perRow + 1}…</text>`,
  );
  const label = `The fates of ${first.length} packets`;
  return svg(rows * size, label, [...numbers, ...cells]);
}

/** For each lane: the share of all messages that had arrived after t milliseconds. */
export function latencyCurves(records: readonly LaneRecord[]): string {
  const height = 260;
  const latencies = records.map((record) =>
    [...firstArrivals(record)]
      .map(([k, at]) => at - record.sent[k - 1]!)
      .sort((one, other) => one - other),
  );
  const longest = niceCeiling(
    Math.max(1, ...latencies.map((sorted) => sorted.at(-1) ?? 0)),
  );
  const x = scale(longest);
  const curves = records.map(({ lane, sent }, index) => {
    const sorted = latencies[index]!;
    let path = `M${MARGIN} ${height}`;
    for (const [rank, latency] of sorted.entries()) {
      const share = (rank + 1) / sent.length;
      path += `H${x(latency)}V${fixed(height - share * (height - 20))}`;
    }
    const share = Math.round((100 * sorted.length) / sent.length);
    // Labels go one below the other at the lower right, where there is no curve.
    const y = height - 20 - (records.length - 1 - index) * 20;
    return (
      `<path class="curve ${lane}" d="${path}H${WIDTH}"/>` +
      `<text class="${lane}" x="${WIDTH - 8}" y="${y}" text-anchor="end">` +
      `${NAMES[lane]}: ${share} % arrived</text>`
    );
  });
  const shares = [0, 50, 100].map((share) => {
    const y = fixed(height - (share / 100) * (height - 20));
    return axisLine(y, `${share} %`);
  });
  const parts = [...shares, ...timeAxis(longest, height), ...curves];
  return svg(height + 20, 'Latency of the messages, lane by lane', parts);
}

/** Every message of one lane, from sender to receiver; all lanes share one time axis. */
export function spaceTime(record: LaneRecord, all: readonly LaneRecord[]): string {
  const height = 150;
  const [top, bottom] = [12, height - 24];
  const longest = niceCeiling(Math.max(1, ...all.map(end)));
  const x = scale(longest);
  const first = firstArrivals(record);
  const fates = new Map(
    record.fates.filter(({ attempt }) => attempt === 0).map((fate) => [fate.k, fate]),
  );
  const lines = record.sent.slice(0, MOST_DRAWN).map((sent, index) => {
    const k = index + 1;
    const arrived = first.get(k);
    const fate = fates.get(k);
    const lost = fate !== undefined && fate.outcome !== 'sent';
    const words = arrived === undefined ? 'never arrived' : `${fixed(arrived - sent)} ms`;
    const title = `<title>message ${k}: ${words}${lost && arrived ? ', sent again' : ''}</title>`;
    let drawn = '';
    if (arrived !== undefined) {
      const kind = lost ? 'message again' : 'message';
      drawn += line(`${kind} ${record.lane}`, x(sent), top, x(arrived), bottom);
    }
    if (lost) {
      const [cx, cy] = [x(sent) + 3, top + 16];
      drawn += line('lost', x(sent), top, cx, cy) + cross(cx, cy);
    }
    return `<g>${title}${drawn}</g>`;
  });
  const waits = (record.blocked ?? [])
    .filter(({ k }) => k <= MOST_DRAWN)
    .map(
      ({ arrivedAt, k, readAt, waitedFor }) =>
        `<g><title>message ${k} waited for ${waitedFor}</title>` +
        `${line('waited', x(arrivedAt), bottom + 3, x(readAt), bottom + 3)}</g>`,
    );
  const ends = [
    line('axis', MARGIN, top, WIDTH, top),
    line('axis', MARGIN, bottom, WIDTH, bottom),
    `<text x="0" y="${top + 4}">sender</text><text x="0" y="${bottom + 4}">receiver</text>`,
  ];
  const label = `${NAMES[record.lane]}: messages from sender to receiver over time`;
  const note =
    record.sent.length > MOST_DRAWN
      ? `<p class="note">The first ${MOST_DRAWN} of ${record.sent.length} messages.</p>`
      : '';
  const parts = [...ends, ...timeAxis(longest, bottom), ...lines, ...waits];
  return svg(height, label, parts) + note;
}

function end({ arrivals, sent }: LaneRecord): number {
  const shown = arrivals.filter(({ k }) => k <= MOST_DRAWN).map(({ at }) => at);
  return Math.max(sent.slice(0, MOST_DRAWN).at(-1) ?? 0, ...shown);
}

function cell(kind: Kind, letter: string, x: number, y: number, size: number): string {
  const mark =
    letter === ''
      ? ''
      : `<text class="mark" x="${fixed(x + size / 2)}" y="${fixed(y + size / 2 + 4)}">${letter}</text>`;
  const [left, above, side] = [fixed(x), fixed(y), fixed(size)];
  return (
    `<rect class="${kind}" x="${left}" y="${above}" width="${side}" height="${side}" rx="2"/>` +
    mark
  );
}
