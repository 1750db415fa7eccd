/**
 * The player in a chapter, as it is built: the finished picture, which needs no script and is
 * printed; the tables of both ends with the text of their rules; and controls for the script.
 */
import { arrowsLegend, arrowsSvg } from '../../src/network/reliable/player/arrows.ts';
import {
  pictureSvg,
  type PictureName,
} from '../../src/network/reliable/player/pictures.ts';
import type { Recorded } from '../../src/network/reliable/player/record.ts';
import {
  begin,
  commandOf,
  figuresOf,
  RANGES,
  type Setting,
} from '../../src/network/reliable/player/state.ts';
import { stripLegend } from '../../src/network/reliable/report/window-pictures.ts';
import { codeHtml, listingHtml } from '../code.ts';
import type { Highlight } from '../highlight.ts';
import { escaped, type Html, html, trusted } from '../html.ts';
import type { FindLink } from '../prose.ts';
import { readSource } from '../sources.ts';
import { type Automaton, automatonOf, type Cell } from './automaton.ts';
import { automatonSvg } from './automaton-picture.ts';
import { type LessonScene, SCENES } from './scenes.ts';
import { togetherHtml } from './together.ts';

const FOLDER = 'src/network/reliable/';

/** Where each rung's ends are; rungs.ts puts them together. */
export const ENDS: Readonly<Record<string, { sender: string; receiver: string }>> = {
  'stop-and-wait': ends('stop-and-wait'),
  'go-back-n': ends('go-back-n'),
  'selective-repeat': ends('selective-repeat'),
  'round-trip-time': ends('round-trip-time', 'selective-repeat'),
  'flow-control': ends('flow-control'),
  'congestion-control': ends('congestion-control', 'flow-control'),
};

function ends(sender: string, receiver = sender): { sender: string; receiver: string } {
  return {
    sender: `${FOLDER}rungs/${sender}/sender.ts`,
    receiver: `${FOLDER}rungs/${receiver}/receiver.ts`,
  };
}

export interface SectionOptions {
  highlight: Highlight;
  find: FindLink;
}

/** Nothing for a lesson that is not on the ladder. */
export function playerHtml(lesson: string, options: SectionOptions): Html | '' {
  const scene = SCENES[lesson];
  if (!scene) return '';
  const { invite, lose, rung, settings } = scene;
  const own = { rung, settings, lose };
  const state = begin(own);
  const { recorded } = state;
  const picture = arrowsSvg(recorded, `${scene.rung}, a run as arrows. ${invite}`);
  const figures = figuresOf(state).map(
    ([name, value]) =>
      html`<div>
        <dt>${escaped(name)}</dt>
        <dd>${escaped(value)}</dd>
      </div>`,
  );
  const { receiver, sender } = ENDS[scene.rung]!;
  return html`<section
    class="player"
    aria-label="the protocol, to play with"
    data-scene="${escaped(JSON.stringify(own))}"
  >
    <h2 id="play">Lose a packet</h2>
    <p class="invite">${escaped(invite)}</p>
    <p class="how">
      Click an arrow, or a packet on its way, to lose that packet; click again to save it.
      The page then computes the whole run again, with the very code that it shows. On the
      keyboard, press Tab to get to the picture, Up and Down to choose a packet, and Enter
      to lose or save it.
    </p>
    <p class="refused bad" role="alert" hidden="hidden">
      This page cannot play the run that its address describes. It shows the usual one.
    </p>
    ${controlsHtml(scene)}
    <div class="stage">
      <div class="run">
        <div class="picture">${picture}</div>
        ${arrowsLegend()}
      </div>
      <div class="beside">
        <p class="event" aria-live="polite"></p>
        ${scene.pictures.map((name) => pictureHtml(name, recorded))}
        <dl class="figures">${figures}</dl>
        <p class="fired quiet"></p>
        ${endHtml('sender', sender, options)} ${endHtml('receiver', receiver, options)}
      </div>
    </div>
    <p class="quiet">
      This command does the same run in a terminal. Add <code>--real</code> to send real
      datagrams.
    </p>
    <div class="command">
      ${listingHtml(options.highlight(commandOf(state), 'shellscript'))}
    </div>
    <h2 id="states">The states</h2>
    <p>
      These are the two tables again, as pictures. An arrow says which event may lead from
      one state to another. Inside a state stand the events that may leave it unchanged,
      although a rule is carried out. What is ignored, and what cannot happen, is left
      out.
    </p>
    <div class="ends">
      ${statesHtml('sender', sender)} ${statesHtml('receiver', receiver)}
    </div>
    ${scene.together ? togetherHtml() : ''}
  </section> `;
}

const NAMES: Readonly<Record<Setting, string>> = {
  messages: 'messages',
  window: 'window',
  delay: 'delay, ms',
  loss: 'loss, %',
  seed: 'seed',
  timeout: 'time-out, ms',
  rate: 'rate, kbit/s',
  queue: 'queue, packets',
  buffer: 'buffer, packets',
  readEvery: 'time for each read, ms',
};

function controlsHtml({ controls, settings }: LessonScene): Html {
  const inputs = controls.map((setting) => {
    const [least, most] = RANGES[setting].map((limit) => trusted(String(limit)));
    const value = trusted(String(settings[setting]));
    return html`<label
      >${escaped(NAMES[setting])}
      <input
        type="number"
        data-setting="${trusted(setting)}"
        min="${least!}"
        max="${most!}"
        value="${value}"
    /></label> `;
  });
  const speeds = ['0.25', '0.5', '1', '2', '4'].map((one) =>
    one === '1'
      ? html`<option value="1" selected="selected">1 ×</option>`
      : html`<option value="${trusted(one)}">${trusted(one)} ×</option>`,
  );
  return html`<div class="controls" hidden="hidden">
    <div class="row">
      <button type="button" data-do="back">◀ Back</button>
      <button type="button" data-do="play">Play</button>
      <button type="button" data-do="forward">Step ▶</button>
      <label class="time"
        ><span>time</span>
        <input type="range" name="time" min="0" max="1" step="any" value="1"
      /></label>
      <label
        >speed
        <select name="speed">
          ${speeds}
        </select></label
      >
    </div>
    <div class="row">
      ${inputs}
      <button type="button" data-do="reset">Reset</button>
    </div>
  </div> `;
}

const CAPTIONS: Readonly<Record<PictureName, string>> = {
  window: 'The window, as it slides over the sequence numbers',
  sequence:
    'Sequence numbers over time: a dot for each packet, a square if it is sent again, a cross if ' +
    'it is lost; the window is between the lines',
  trips:
    'Round trips over time, in ms: a dot for each; the timer is how long the sender would wait',
  congestion:
    'The congestion window over time, in packets: how many may be in flight; below the threshold ' +
    'it grows by one for each acknowledgement, above it by one in each round trip',
};

function pictureHtml(name: PictureName, recorded: Recorded): Html {
  const legend = name === 'window' ? trusted(stripLegend()) : '';
  return html`<figure class="chart">
    <figcaption>${escaped(CAPTIONS[name])}</figcaption>
    <div data-picture="${trusted(name)}">${trusted(pictureSvg(name, recorded))}</div>
    ${legend}
  </figure>`;
}

function tableIn(file: string): Automaton {
  return automatonOf(readSource(file), readSource(`${FOLDER}core.ts`));
}

function statesHtml(side: string, file: string): Html {
  return html`<figure>
    ${automatonSvg(side, tableIn(file))}
    <figcaption>The states of the ${escaped(side)}</figcaption>
  </figure>`;
}

function endHtml(side: string, file: string, { find, highlight }: SectionOptions): Html {
  const automaton = tableIn(file);
  const name = escaped(file.slice(FOLDER.length));
  const way = find(file);
  const source =
    way === undefined
      ? html`<code>${name}</code>`
      : html`<a href="${escaped(way)}"><code>${name}</code></a>`;
  const rules = [...automaton.rules].map(([rule, { code, line }]) => {
    const place =
      line > 0 ? `line ${line} of ${file.slice(FOLDER.length)}` : 'a rule of core.ts';
    return html`<div data-rule="${escaped(`${side}/${rule}`)}" hidden="hidden">
      <p class="quiet">${escaped(place)}</p>
      ${codeHtml(highlight(code, 'typescript'))}
    </div> `;
  });
  return html`<p class="end">The ${escaped(side)}'s table: ${source}</p>
    ${tableHtml(side, automaton)} ${rules} `;
}

function tableHtml(side: string, { cells, columns, states }: Automaton): Html {
  const heads = states.map((state) => html`<th scope="col">${escaped(state)}</th>`);
  const rows = columns.map((column) => {
    const own = states.map((state) =>
      cellHtml(
        side,
        cells.find((one) => one.state === state && one.column === column)!,
      ),
    );
    return html`<tr>
      <th scope="row">${escaped(column)}</th>
      ${own}
    </tr> `;
  });
  return html`<table class="automaton">
    <thead>
      <tr>
        <td></td>
        ${heads}
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table> `;
}

function cellHtml(side: string, { column, rule, state }: Cell): Html {
  const words = rule === 'impossible' ? '–' : rule;
  return html`<td
    data-cell="${escaped(`${side}/${state}/${column}`)}"
    data-calls="${escaped(rule)}"
  >
    ${escaped(words)}
  </td>`;
}
