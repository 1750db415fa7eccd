/**
 * The state of a page that plays a run, and how each action changes it. Pure.
 *
 *     state ──reduce(action)──► state      an edit or a setting simulates the whole run again
 *     state ──fragmentOf──► '#player?window=4&lose=data1' ──loaded──► the same state
 *
 * A fragment may come from anybody, so one that fragmentOf cannot have written is refused.
 *
 * The page around it is in book/player. Read next: record.ts.
 */
import { fatesOf, type Link, PERFECT } from '../../link/model/index.ts';
import { edited, type Edits, namesOf, readEdits } from '../edits.ts';
import { fateOf } from '../fate-of.ts';
import { goodputOf, messagesOf } from '../ladder.ts';
import { USUAL_OPTIONS } from '../options.ts';
import { rungNamed } from '../rungs/rungs.ts';
import { record, type Recorded } from './record.ts';

/** Milliseconds, packets, per cent, and kilobits a second. */
interface Settings {
  messages: number;
  window: number;
  delay: number;
  loss: number;
  seed: number;
  timeout: number;
  rate: number;
  queue: number;
  buffer: number;
  readEvery: number;
}

export type Setting = keyof Settings;

/** The most that fits into a picture. */
export const RANGES: Readonly<Record<Setting, readonly [least: number, most: number]>> = {
  messages: [1, 40],
  window: [1, 16],
  delay: [1, 500],
  loss: [0, 60],
  seed: [0, 9999],
  timeout: [10, 2000],
  rate: [50, 10_000],
  queue: [1, 1000],
  buffer: [1, 1024],
  readEvery: [0, 500],
};

/** The state that a page begins with. */
export interface Scene {
  rung: string;
  settings: Settings;
  lose: string;
}

export interface State {
  scene: Scene;
  settings: Settings;
  edits: Edits;
  recorded: Recorded;
  /** The moment that is shown, in milliseconds of virtual time. */
  time: number;
  /** The last step that has happened; −1 before the first. */
  step: number;
  isPlaying: boolean;
}

export type PlayerAction =
  | { type: 'play' | 'pause' | 'forward' | 'back' | 'reset' }
  /** Virtual time goes by, milliseconds. */
  | { type: 'tick' | 'seek'; time: number }
  | { type: 'set'; setting: Setting; value: number }
  /** Loses the packet of this name, or saves it if it is lost. */
  | { type: 'toggle'; packet: string }
  | { type: 'load'; fragment: string };

const MOST_EDITS = 200;
const LONGEST_FRAGMENT = 4000;
const PREFIX = '#player?';
/** Bytes of a message. */
const SIZE = 1000;

export function begin(scene: Scene): State {
  return rerun(scene, scene.settings, readEdits(scene.lose), Infinity);
}

export function reduce(state: State, action: PlayerAction): State {
  const { recorded, scene, settings, step, time } = state;
  const { end, steps } = recorded;
  switch (action.type) {
    case 'play':
      return time >= end
        ? { ...at(state, 0, -1), isPlaying: true }
        : playing(state, true);
    case 'pause':
      return playing(state, false);
    case 'tick': {
      const later = sought(state, time + action.time);
      return playing(later, later.time < end);
    }
    case 'seek':
      return playing(sought(state, action.time), false);
    case 'forward':
      return step + 1 < steps.length
        ? at(state, steps[step + 1]!.time, step + 1)
        : at(state, end, step);
    case 'back':
      return at(state, steps[step - 1]?.time ?? 0, Math.max(-1, step - 1));
    case 'set': {
      const changed = { ...settings, [action.setting]: action.value };
      return isAllowed(changed) ? again(state, changed, state.edits) : state;
    }
    case 'toggle':
      return again(state, settings, toggled(state, action.packet));
    case 'reset':
      return again(state, scene.settings, readEdits(scene.lose));
    default:
      return loaded(state, action.fragment) ?? state;
  }
}

function playing(state: State, isPlaying: boolean): State {
  return { ...state, isPlaying };
}

function at(state: State, time: number, step: number): State {
  return { ...state, time, step, isPlaying: false };
}

function sought(state: State, wanted: number): State {
  const { end, steps } = state.recorded;
  const time = Math.min(end, Math.max(0, wanted));
  const step = steps.findLastIndex((one) => one.time <= time);
  return { ...state, time, step };
}

/** The same moment of another run; or the end, if the page showed the whole run. */
function again(state: State, settings: Settings, edits: Edits): State {
  const { isPlaying, recorded, scene, time } = state;
  const isOver = time >= recorded.end;
  return {
    ...rerun(scene, settings, edits, isOver ? Infinity : time),
    isPlaying: isPlaying && !isOver,
  };
}

function rerun(scene: Scene, settings: Settings, edits: Edits, time: number): State {
  const { buffer, messages, readEvery, timeout, window } = settings;
  const recorded = record({
    rung: rungNamed(scene.rung),
    options: { ...USUAL_OPTIONS, buffer, timeout, window },
    link: edited(linkIn(settings), edits),
    messages: messagesOf({ messages, size: SIZE }),
    readEvery,
  });
  const state = { scene, settings, edits, recorded, time: 0, step: -1, isPlaying: false };
  return sought(state, time);
}

/** As linkOf makes it of the command's options; the settings are in their ranges. */
function linkIn({ delay, loss, queue, rate, seed }: Settings): Link {
  const way = { ...PERFECT, delay, loss: loss / 100, queue, rate: rate * 1000 };
  return { there: way, back: way, seed, replay: undefined };
}

function toggled({ edits, recorded, settings }: State, name: string): Edits {
  const crossing = recorded.crossings.find((one) => one.name === name);
  if (!crossing || crossing.outcome === 'queue-full') return edits;
  const wanted = crossing.lostAt === undefined ? 'lose' : 'save';
  const changed = new Map(edits);
  const isLostAnyway = fateOf(fatesOf(linkIn(settings)), crossing.packet).lost;
  if (isLostAnyway === (wanted === 'lose')) changed.delete(name);
  else if (edits.size < MOST_EDITS) changed.set(name, wanted);
  return changed;
}

function isAllowed(settings: Settings): boolean {
  return Object.entries(RANGES).every(([name, [least, most]]) => {
    const value = settings[name as Setting];
    return Number.isInteger(value) && value >= least && value <= most;
  });
}

/** What the address of this state has after its `#`; empty for the scene as it begins. */
export function fragmentOf({ edits, scene, settings }: State): string {
  const names = Object.keys(RANGES) as Setting[];
  const changed = names
    .filter((name) => settings[name] !== scene.settings[name])
    .map((name) => `${name}=${settings[name]}`);
  const [lose, save] = [namesOf(edits, 'lose'), namesOf(edits, 'save')];
  const isAsBefore = lose === scene.lose && save === '';
  const edit = isAsBefore
    ? []
    : [`lose=${lose}`, ...(save === '' ? [] : [`save=${save}`])];
  const all = [...changed, ...edit];
  return all.length === 0 ? '' : PREFIX + all.join('&');
}

/** Whether a fragment is meant for the player at all, and not for a part of the page. */
export function isForPlayer(fragment: string): boolean {
  return fragment.startsWith(PREFIX);
}

/** The state that a fragment describes, at its end; undefined if it describes none. */
export function loaded({ scene }: State, fragment: string): State | undefined {
  if (!isForPlayer(fragment) || fragment.length > LONGEST_FRAGMENT) return undefined;
  const settings = { ...scene.settings };
  let { lose } = scene;
  let save = '';
  for (const part of fragment.slice(PREFIX.length).split('&')) {
    const [, name = '', value = ''] = /^([a-zA-Z]+)=([a-z0-9.,]*)$/.exec(part) ?? [];
    if (name === 'lose') lose = value;
    else if (name === 'save') save = value;
    else if (Object.hasOwn(RANGES, name) && /^\d{1,5}$/.test(value))
      settings[name as Setting] = Number(value);
    else return undefined;
  }
  if (!isAllowed(settings)) return undefined;
  try {
    const edits = readEdits(lose, save);
    return edits.size > MOST_EDITS ? undefined : rerun(scene, settings, edits, Infinity);
  } catch {
    return undefined; // not the name of a packet
  }
}

/** What to type in a terminal for exactly this run. */
export function commandOf({ edits, scene, settings }: State): string {
  const { buffer, delay, loss, messages, queue, rate, readEvery, seed, timeout, window } =
    settings;
  const [lose, save] = [namesOf(edits, 'lose'), namesOf(edits, 'save')];
  return [
    `npm run -s socketlab -- ladder ${scene.rung}`,
    `--delay ${delay}ms --rate ${rate}kbit`,
    ...(queue !== 100 ? [`--queue ${queue}`] : []),
    ...(loss > 0 ? [`--loss ${loss}% --seed ${seed}`] : []),
    `--messages ${messages} --window ${window} --timeout ${timeout}ms`,
    ...(buffer !== 1024 ? [`--buffer ${buffer}`] : []),
    ...(readEvery > 0 ? [`--read-every ${readEvery}ms`] : []),
    ...(lose === '' ? [] : [`--lose ${lose}`]),
    ...(save === '' ? [] : [`--save ${save}`]),
  ].join(' ');
}

/** The run's figures, by their names. */
export function figuresOf({ recorded, settings }: State): [string, string][] {
  const {
    acknowledgements,
    again: repeats,
    delivered,
    dropped,
    needless,
    time,
  } = recorded.run;
  const goodput = goodputOf(recorded.run, SIZE);
  const lost = dropped > 0 ? [['dropped, no room', String(dropped)] as const] : [];
  const all = [
    ['delivered', `${delivered} of ${settings.messages}`],
    ['last delivery', goodput === null ? '–' : `${+time.toFixed(1)} ms`],
    ['goodput', goodput === null ? '–' : `${(goodput / 1000).toFixed(1)} kB/s`],
    ['repeats', String(repeats)],
    ['needless', String(needless)],
    ['acknowledgements', String(acknowledgements)],
    ...lost,
  ] as const;
  return all.map(([name, value]) => [name, value]);
}
