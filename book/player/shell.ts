/**
 * The player in its page: what a reader does becomes an action, and what the state says is shown.
 * Everything that needs no page is in src/network/reliable/player.
 */
import { arrowsSvg, depthOf, nowSvg } from '../../src/network/reliable/player/arrows.ts';
import {
  pictureSvg,
  type PictureName,
} from '../../src/network/reliable/player/pictures.ts';
import {
  begin,
  commandOf,
  figuresOf,
  fragmentOf,
  isForPlayer,
  loaded,
  type PlayerAction,
  RANGES,
  reduce,
  type Scene,
  type Setting,
  type State,
} from '../../src/network/reliable/player/state.ts';
import { ms, stepWords } from '../../src/network/reliable/player/words.ts';

const root = document.querySelector<HTMLElement>('.player')!;
const scene = JSON.parse(root.dataset['scene']!) as Scene;
const still = matchMedia('(prefers-reduced-motion: reduce)');

function part(selector: string): HTMLElement {
  return root.querySelector<HTMLElement>(selector)!;
}
const picture = part('.picture');
const seek = root.querySelector<HTMLInputElement>('[name=time]')!;
const speed = root.querySelector<HTMLSelectElement>('[name=speed]')!;
const play = part('[data-do=play]');

let state: State = begin(scene);
let chosen = '';

function act(action: PlayerAction): void {
  show(reduce(state, action));
}

/** Shows another state, and of a new run everything anew. */
function show(next: State): void {
  const isNewRun = next.recorded !== state.recorded;
  state = next;
  if (isNewRun) showRun();
  showMoment();
}

function showRun(): void {
  const { edits, recorded, settings } = state;
  const hadFocus = picture.contains(document.activeElement);
  const what = `${scene.rung}: ${recorded.crossings.length} packets, as arrows`;
  picture.innerHTML = arrowsSvg(recorded, what, {
    buttons: true,
    edited: new Set(edits.keys()),
  });
  choose(chosen);
  if (hadFocus) arrow(chosen)?.focus();
  seek.max = String(recorded.end);
  for (const input of root.querySelectorAll<HTMLInputElement>('[data-setting]'))
    input.value = String(settings[input.dataset['setting'] as Setting]);
  part('.figures').replaceChildren(...figuresOf(state).map(figure));
  // A line may break before an option, but not in it.
  const options = commandOf(state).split(/(?=--\w)/);
  part('.command code').replaceChildren(...options.map((one) => element('span', one)));
}

function figure([name, value]: readonly [string, string]): HTMLElement {
  const both = document.createElement('div');
  both.append(element('dt', name), element('dd', value));
  return both;
}

function element(name: string, text: string): HTMLElement {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

function showMoment(): void {
  const { isPlaying, recorded, step, time } = state;
  part('.present').innerHTML = nowSvg(recorded, time);
  for (const place of root.querySelectorAll<HTMLElement>('[data-picture]')) {
    const name = place.dataset['picture'] as PictureName;
    place.innerHTML = pictureSvg(name, recorded, time);
  }
  seek.value = String(time);
  seek.setAttribute('aria-valuetext', ms(time));
  play.textContent = isPlaying ? 'Pause' : 'Play';
  const now = recorded.steps[step];
  say(now ? stepWords(now) : 'Nothing has happened yet.', isPlaying);
  for (const cell of root.querySelectorAll('[data-cell][aria-current]'))
    cell.removeAttribute('aria-current');
  root.querySelector('.states .now')?.classList.remove('now');
  for (const rule of root.querySelectorAll<HTMLElement>('[data-rule]:not([hidden])'))
    rule.hidden = true;
  const fired = now?.fired;
  const onLink = now ? 'No rule: it happened on the link.' : '';
  part('.fired').textContent = fired
    ? `The ${fired.side}: state ${fired.state}, event ${fired.column}`
    : onLink;
  if (!fired) return;
  const { column, side, state: row } = fired;
  const cell = root.querySelector<HTMLElement>(`[data-cell="${side}/${row}/${column}"]`);
  cell?.setAttribute('aria-current', 'true');
  root.querySelector(`[data-state="${side}/${row}"]`)?.classList.add('now');
  const rule = root.querySelector<HTMLElement>(
    `[data-rule="${side}/${cell?.dataset['calls']}"]`,
  );
  if (rule) rule.hidden = false;
}

/** Screen readers are silent while it plays, and read the latest event when it stops. */
function say(words: string, isPlaying: boolean): void {
  const event = part('.event');
  const live = isPlaying ? 'off' : 'polite';
  const stops = live !== event.getAttribute('aria-live') && !isPlaying;
  event.setAttribute('aria-live', live);
  if (stops || event.textContent !== words) event.textContent = words;
}

function follow(): void {
  const { recorded, time } = state;
  const y = depthOf(recorded, time) * picture.scrollHeight;
  const { clientHeight, scrollTop } = picture;
  if (y > scrollTop + clientHeight - 60 || y < scrollTop)
    picture.scrollTop = y - clientHeight / 3;
}

// Arrows: one of them can be reached with Tab, the others with the arrow keys.
function arrow(name: string): SVGElement | null {
  return picture.querySelector<SVGElement>(`[data-packet="${CSS.escape(name)}"]`);
}

function choose(name: string): void {
  const one = arrow(name) ?? picture.querySelector<SVGElement>('[data-packet]');
  if (!one) return;
  for (const other of picture.querySelectorAll('[data-packet][tabindex="0"]'))
    other.setAttribute('tabindex', '-1');
  one.setAttribute('tabindex', '0');
  chosen = one.dataset['packet']!;
}

function toggle(packet: string): void {
  chosen = packet;
  act({ type: 'toggle', packet });
  keep();
}

function packetAt({ target }: Event, name: 'moving' | 'packet'): string | undefined {
  const found = (target as Element).closest<SVGElement>(`[data-${name}]`);
  return found?.dataset[name];
}

// A moving packet is gone before the pointer is up again.
let taken = false;
picture.addEventListener('pointerdown', (event) => {
  const packet = packetAt(event, 'moving');
  taken = packet !== undefined;
  if (packet === undefined) return;
  event.preventDefault();
  toggle(packet);
});
picture.addEventListener('click', (event) => {
  const packet = packetAt(event, 'packet');
  if (packet !== undefined && !taken) toggle(packet);
  taken = false;
});
picture.addEventListener('keydown', (event) => {
  const packet = packetAt(event, 'packet');
  if (packet === undefined) return;
  const all = [...picture.querySelectorAll<SVGElement>('[data-packet]')];
  const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };
  const way = steps[event.key];
  if (event.key === 'Enter' || event.key === ' ') toggle(packet);
  else if (way === undefined) return;
  else {
    const index = all.findIndex((one) => one.dataset['packet'] === packet);
    const next = all[index + way];
    choose(next?.dataset['packet'] ?? packet);
    next?.focus();
  }
  event.preventDefault();
});

// Buttons, sliders, settings.
root.addEventListener('click', ({ target }) => {
  const what = (target as HTMLElement).dataset['do'];
  if (what === 'play') act({ type: state.isPlaying ? 'pause' : 'play' });
  else if (what === 'back' || what === 'forward' || what === 'reset') act({ type: what });
  else return;
  if (what === 'reset') keep();
  if (what === 'play' && state.isPlaying) run();
  follow();
});
seek.addEventListener('input', () => {
  act({ type: 'seek', time: Number(seek.value) });
  follow();
});
for (const input of root.querySelectorAll<HTMLInputElement>('[data-setting]')) {
  input.addEventListener('change', () => {
    const setting = input.dataset['setting'] as Setting;
    const [least, most] = RANGES[setting];
    const value = Math.round(Math.min(most, Math.max(least, input.valueAsNumber)));
    act({ type: 'set', setting, value });
    input.value = String(state.settings[setting]); // it was out of range, or no number
    keep();
  });
}

/** How long an event is shown where nothing may move, milliseconds. */
const PAUSE = 1500;
let loop = 0;

/** Plays until somebody stops it or the run is over. */
function run(): void {
  cancelAnimationFrame(loop);
  let before = performance.now();
  const frame = (now: number): void => {
    if (!state.isPlaying) return;
    const passed = now - before;
    if (!still.matches) {
      before = now;
      // At speed 1 a packet crosses the link in some two thirds of a second.
      const time = (passed / 1000) * state.recorded.delay * 1.5 * Number(speed.value);
      act({ type: 'tick', time });
      follow();
    } else if (passed * Number(speed.value) >= PAUSE) {
      before = now;
      const next = reduce(state, { type: 'forward' });
      show({ ...next, isPlaying: next.time < next.recorded.end });
      follow();
    }
    loop = requestAnimationFrame(frame);
  };
  loop = requestAnimationFrame(frame);
}

/** The address describes the run: it can be passed on, and is there after a reload. */
function keep(): void {
  const address = location.href.split('#')[0]! + fragmentOf(state);
  history.replaceState(null, '', address);
}

function read(): void {
  if (!isForPlayer(location.hash)) return;
  const next = loaded(state, location.hash);
  part('.refused').hidden = next !== undefined;
  if (next) show(next);
}

addEventListener('hashchange', read);
part('.controls').hidden = false;
root.classList.add('live');
showRun();
showMoment();
read();
