/** What a terminal showed, as HTML: the few colours that the lanes use become classes. Pure. */
import pc from 'picocolors';
import { lanesFor, type Scene } from '../src/lessons/index.ts';
import { escaped, type Html, html, trusted } from './html.ts';
import type { SceneRun } from './runs.ts';

/** In columns; a page shows about as many beside its prose. */
const WIDE = 100;

/**
 * The scene's run in columns, and the same with prefixes for narrow pages.
 * @param columns the room that there is; 0 for prefixes alone
 */
export function captureHtml(scene: Scene, run: SceneRun, columns = WIDE): Html {
  const wide = capture(scene, run, columns);
  const narrow = capture(scene, run, undefined);
  if (!wide.includes('┼')) return terminalHtml(narrow, 'plain');
  return html`${terminalHtml(wide, 'wide')}${terminalHtml(narrow, 'narrow')}`;
}

export function terminalHtml(text: string, kind = ''): Html {
  const name = trusted(`terminal ${kind}`.trim());
  return html`<pre
    class="${name}"
    tabindex="0"
    role="group"
    aria-label="what the terminal shows"
  >
${ansiHtml(text)}</pre>`;
}

function capture(scene: Scene, run: SceneRun, width: number | undefined): string {
  const terminal = { write: () => {}, width, colours: pc.createColors(true) };
  const lanes = lanesFor(scene, terminal);
  const rows = lanes.head();
  for (const { lane, event } of run.events) {
    rows.push(
      ...(event.kind === 'ended'
        ? lanes.flush(lane)
        : lanes.add(lane, event.text, event.kind)),
    );
  }
  return rows.join('\n');
}

const COLOURS: Readonly<Record<string, string>> = {
  '1': 'b',
  '2': 'c',
  '31': 'bad',
  '32': 't3',
  '33': 't1',
  '35': 't2',
  '36': 't0',
};

/** Escape sequences as spans; one at a time is open. */
function ansiHtml(text: string): Html {
  let open = false;
  // oxlint-disable-next-line no-control-regex -- the escape character itself
  const parts = text.split(/\u001B\[(\d+)m/).map((part, index) => {
    if (index % 2 === 0) return escaped(part);
    const close = open ? '</i>' : '';
    const name = COLOURS[part];
    open = name !== undefined;
    return open ? `${close}<i class="${name}">` : close;
  });
  return trusted(parts.join('') + (open ? '</i>' : ''));
}
