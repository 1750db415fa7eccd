'use strict';
/**
 * Loads the recorder into a program that does not know about it:
 *
 *   NODE_OPTIONS='--require …/preload.cjs'  SOCKETLAB_TRACE='{…}'  node program
 *
 * Child processes inherit both variables, so all of them are recorded, each in its own file.
 *
 * CommonJS, and not TypeScript like everything else: this runs inside any program, with
 * nothing but Node. `--require` leaves a program's own loading as it is, whereas `--import`
 * would have CommonJS programs loaded by the ES module loader, which shows in their errors.
 *
 * Read next: streams.cjs, datagrams.cjs.
 */
const path = require('node:path');
const { isMainThread, threadId } = require('node:worker_threads');
const { ConnectionBook } = require('./connection-book.cjs');
const { watchConnects } = require('./connects.cjs');
const { watchDatagrams } = require('./datagrams.cjs');
const { complain, EventLog } = require('./event-log.cjs');
const { watchMistakes } = require('./hints.cjs');
const { watchListens } = require('./listens.cjs');
const { Recorder } = require('./recorder.cjs');
const { watchStreams } = require('./streams.cjs');
const { wrap } = require('./wrap.cjs');

/** As in ../joined/format.ts. */
const PREVIEW_BYTES = 64;

const LOADED = Symbol.for('socketlab.recorder');

/** @param {import('./recorder.cjs').Settings} settings */
function begin(settings) {
  const start = process.hrtime.bigint();
  const file = `${process.pid}-${threadId}-${start}.log`;
  const zero = BigInt(settings.zero);
  const preview = settings.payload === 'none' ? 0 : PREVIEW_BYTES;
  const log = new EventLog(path.join(settings.folder, file), {
    zero,
    preview,
    whoAmI: () => whoAmI(settings),
  });

  const recorder = new Recorder(log, settings);
  const book = new ConnectionBook(({ socket }) => {
    log.note('tls', log.now(), socket);
    log.settle();
  });
  watchConnects(recorder, book);
  watchListens(recorder, book);
  const noteLeftInStreams = watchStreams(recorder, book);
  const noteLeftInDatagrams = watchDatagrams(recorder);
  watchMistakes(settings.folder, settings.root);

  atExit(
    () => log.end(),
    (code) => {
      noteLeftInStreams();
      noteLeftInDatagrams();
      log.note('exit', log.now(), `,"code":${code}`);
      log.flush();
    },
  );
}

/**
 * The program's own listeners of `exit` may still write and send, and leave by another
 * `process.exit`. What is left then is seen after all of them.
 *
 * @param {() => void} begins
 * @param {(code: number) => void} ends
 */
function atExit(begins, ends) {
  let over = false;
  /** @param {unknown} code */
  const end = (code) => {
    if (over) return;
    over = true;
    ends(Number(process.exitCode ?? code ?? 0));
  };
  process.once('exit', begins);
  // Node calls both by their names, as a program would.
  wrap(process, 'emit', (original) => {
    /** @this {any} @param {unknown} event @param {unknown} code */
    return function emit(event, code) {
      if (event !== 'exit') return Reflect.apply(original, this, arguments);
      try {
        return Reflect.apply(original, this, arguments);
      } finally {
        end(code);
      }
    };
  });
  wrap(process, 'reallyExit', (original) => {
    /** @this {any} @param {unknown} code */
    return function reallyExit(code) {
      end(code);
      return Reflect.apply(original, this, arguments);
    };
  });
}

/** @param {import('./recorder.cjs').Settings} settings */
function whoAmI({ role, parent, root }) {
  const { argv, pid, platform, ppid, version: node } = process;
  const script = argv[1];
  const program = script && path.relative(root, script).replaceAll(path.sep, '/');
  const own = script ? path.basename(script).replace(/\.[cm]?[jt]sx?$/, '') : 'node';
  // What a role starts is another program.
  const name = role !== undefined && parent === ppid ? role : own;
  return {
    pid,
    ...(isMainThread
      ? { name }
      : { name: `${name} thread ${threadId}`, thread: threadId }),
    ...(program && { program }),
    node,
    platform,
  };
}

const settings = process.env['SOCKETLAB_TRACE'];
if (settings !== undefined && !(LOADED in globalThis)) {
  Object.defineProperty(globalThis, LOADED, { value: true });
  try {
    begin(JSON.parse(settings));
  } catch (error) {
    complain(`nothing is recorded: ${/** @type {Error} */ (error).message}`);
  }
}
