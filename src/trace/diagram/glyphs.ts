/**
 * Chooses the character that draws given lines. Pure.
 *
 * Unicode has box-drawing characters (U+2500 to U+257F) for lines that leave a cell to the
 * north, east, south and west, light or heavy each. In ASCII there is only + where two meet.
 */
/** `cut`: heavy and dashed. */
export type Weight = 'light' | 'heavy' | 'dashed' | 'cut';

/** Where a line leaves a cell. */
export interface Strokes {
  north?: Weight;
  east?: Weight;
  south?: Weight;
  west?: Weight;
}

/** North, east, south, west: · nothing, l light, H heavy. */
const GLYPHS: Readonly<Record<string, string>> = {
  '····': ' ',
  'l·l·': '│',
  '·l·l': '─',
  '·ll·': '╭',
  '··ll': '╮',
  'll··': '╰',
  'l··l': '╯',
  'lll·': '├',
  'l·ll': '┤',
  '·lll': '┬',
  'll·l': '┴',
  llll: '┼',
  'l···': '╵',
  '·l··': '╶',
  '··l·': '╷',
  '···l': '╴',
  'H·H·': '┃',
  'HlH·': '┠',
  'H·Hl': '┨',
  HlHl: '╂',
  '·lHl': '┰',
  'Hl·l': '┸',
  '·lH·': '┎',
  '··Hl': '┒',
  'Hl··': '┖',
  'H··l': '┚',
  'l·H·': '╽',
  'H·l·': '╿',
  'llH·': '┟',
  'l·Hl': '┧',
  'Hll·': '┞',
  'H·ll': '┦',
  llHl: '╁',
  Hlll: '╀',
  '··H·': '╻',
  'H···': '╹',
};

export function glyphOf({ north, east, south, west }: Strokes): string {
  const [n, e, s, w] = [north, east, south, west].map(letter);
  if (!e && !w && north === 'dashed' && south === 'dashed') return '┊';
  if (!e && !w && north === 'cut' && south === 'cut') return '┋';
  if (!n && !s && east === 'dashed' && west === 'dashed') return '╌';
  return GLYPHS[[n, e, s, w].map((one) => one ?? '·').join('')] ?? '┼';
}

function letter(weight: Weight | undefined): 'l' | 'H' | undefined {
  if (weight === undefined) return undefined;
  return weight === 'heavy' || weight === 'cut' ? 'H' : 'l';
}

export function ASCII_GLYPHS({ north, east, south, west }: Strokes): string {
  const upright = north ?? south;
  const flat = east ?? west;
  if (upright && flat) {
    if (north && south) return '+';
    if (east && west) return '+';
    return south ? '.' : "'";
  }
  if (upright) return UPRIGHT[upright];
  if (flat) return flat === 'dashed' ? '.' : '-';
  return ' ';
}

const UPRIGHT: Readonly<Record<Weight, string>> = {
  light: '|',
  heavy: '#',
  dashed: ':',
  cut: ':',
};
