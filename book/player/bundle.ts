/**
 * The player's script: the shell and the very sources that it runs, in one classic script.
 *
 * What a browser lacks is refused: an import of `node:`, or the use of `Buffer` or `process`,
 * makes the build fail, and the error names the file.
 */
import { readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { ROOT } from '../sources.ts';
import { SCENES } from './scenes.ts';

/** Stands in for the globals of Node: who uses one imports this file. */
const ABSENT = join(ROOT, 'book/player/absent.ts');

/**
 * A door re-exports a whole room, of which the page needs a part. None of our modules does
 * anything but define things, so those that nothing is used of are left out, with what they import.
 */
const onlyWhatIsUsed: Plugin = {
  name: 'only-what-is-used',
  setup(building) {
    building.onResolve({ filter: /^\./ }, ({ path, resolveDir }) => ({
      path: join(resolveDir, path),
      sideEffects: false,
    }));
    // Whatever comes from elsewhere stays an import, and is found below.
    building.onResolve({ filter: /^[^./]/ }, ({ path }) => ({
      path,
      external: true,
      sideEffects: false,
    }));
  },
};

/**
 * Names of properties that take much room, and are shortened. Whatever is read from JSON, from a
 * table or by a computed name keeps its own; a test compares the page with what Node draws.
 */
const SHORTENED = [
  'acknowledgements',
  'actions',
  'arrivals',
  'attempt',
  'attempts',
  'blocks',
  'bottleneck',
  'busyBy',
  'carriesLost',
  'collapse',
  'columnOf',
  'copies',
  'corruptPastChecksum',
  'crossing',
  'crossings',
  'curves',
  'decrease',
  'delivered',
  'direction',
  'dropped',
  'entered',
  'fired',
  'flippedAt',
  'isPlaying',
  'leaves',
  'lostAt',
  'marks',
  'message',
  'namesAtTop',
  'missing',
  'needless',
  'nextTime',
  'offerTo',
  'onArrival',
  'onPassing',
  'options',
  'outcome',
  'overtakenBy',
  'packet',
  'passed',
  'payload',
  'pictured',
  'points',
  'probes',
  'recorded',
  'recovery',
  'released',
  'roundTrip',
  'roundTrips',
  'sendings',
  'session',
  'smoothed',
  'steps',
  'taken',
  'threshold',
  'thresholds',
  'timers',
  'transmitted',
  'unanswered',
];

const NODES = /\b(?:Buffer|process)\b/;
const LADDER = join(ROOT, 'src/network/reliable');

/** Of the lists of rungs and of pictures, only what a chapter has: it is about one rung. */
function only(rung: string): Plugin {
  const scenes = Object.values(SCENES);
  const own = scenes.find((scene) => scene.rung === rung)?.pictures ?? [];
  const all = new Set(scenes.flatMap(({ pictures }) => pictures));
  const unused = [...all].filter((name) => !own.includes(name));
  const others: Readonly<Record<string, RegExp>> = {
    [join(LADDER, 'rungs/rungs.ts')]: new RegExp(`^  rung\\('(?!${rung}').*\n`, 'gm'),
    [join(LADDER, 'player/pictures.ts')]: new RegExp(
      `^  (?:${unused.join('|')})(?:: \\w+)?,\n`,
      'gm',
    ),
  };
  return {
    name: 'only-what-a-chapter-has',
    setup(building) {
      building.onLoad({ filter: /\/(?:rungs|pictures)\.ts$/ }, ({ path }) => {
        const source = readFileSync(path, 'utf8');
        return { contents: source.replaceAll(others[path] ?? /^$/g, ''), loader: 'ts' };
      });
    },
  };
}

/**
 * @param rung the name of the one that the page plays
 * @param entry a file beneath the project's folder
 * @returns one script, minified
 * @throws {Error} when it needs what a browser lacks
 */
export async function browserScript(
  rung: string,
  entry = 'book/player/shell.ts',
): Promise<string> {
  const { metafile, outputFiles } = await build({
    entryPoints: [resolve(ROOT, entry)],
    absWorkingDir: ROOT,
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    platform: 'browser',
    charset: 'utf8',
    mangleProps: new RegExp(`^(?:${SHORTENED.join('|')})$`),
    inject: [ABSENT],
    plugins: [onlyWhatIsUsed, only(rung)],
    metafile: true,
    write: false,
    logLevel: 'silent',
  });
  const [output] = Object.values(metafile.outputs);
  const absent = relative(ROOT, ABSENT);
  const used = Object.keys(metafile.inputs).filter(
    (file) => file !== absent && (output?.inputs[file]?.bytesInOutput ?? 0) > 0,
  );
  const imported = (output?.imports ?? []).map(({ path }) => path);
  const users = imported.map((path) => {
    const names = used.filter((file) =>
      metafile.inputs[file]!.imports.some((one) => one.path === path),
    );
    return `${path} is imported by ${names.join(', ')}`;
  });
  if ((output?.inputs[absent]?.bytesInOutput ?? 0) > 0) {
    const names = used.filter((file) =>
      NODES.test(readFileSync(resolve(ROOT, file), 'utf8')),
    );
    users.push(`Buffer or process is used by ${names.join(', ')}`);
  }
  if (users.length > 0)
    throw new Error(`a browser lacks what ${entry} needs: ${users.join('; ')}`);
  return outputFiles[0]!.text;
}

/** For every chapter of the ladder, by the names of their rungs. */
export async function playerScripts(): Promise<Map<string, string>> {
  const rungs = Object.values(SCENES).map(({ rung }) => rung);
  const scripts = await Promise.all(rungs.map((rung) => browserScript(rung)));
  return new Map(rungs.map((rung, index) => [rung, scripts[index]!]));
}
