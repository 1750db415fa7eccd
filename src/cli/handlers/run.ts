/** What `socketlab run` does: its processes side by side, or one role in the foreground. */
import { LECTURE_PORT, MisuseError } from '../../common/index.ts';
import { freePort } from '../../common/process/index.ts';
import { ownTerminal, type Terminal, tellUser } from '../../common/terminal/index.ts';
import {
  chooseLesson,
  chooseRole,
  findLessons,
  type Lesson,
  onEngine,
  playInForeground,
  showLesson,
} from '../../lessons/index.ts';
import {
  describeLink,
  type LinkOptions,
  openRelays,
  parseLink,
  type Relays,
  withSeed,
} from '../../network/link/index.ts';
import { beginRecording } from '../../trace/index.ts';
import { enterPressed } from '../line/keyboard.ts';
import { onInterrupt } from '../line/interrupt.ts';
import { drawIt } from '../line/program-name.ts';
import { planPicture } from './diagram.ts';

export interface RunArguments {
  lesson: string | undefined;
  say: string[] | undefined;
  only: string | undefined;
  port: number | undefined;
  bidders: number | undefined;
  trace: string | undefined;
  diagram: string | undefined;
  through: string | undefined;
  engine: string | undefined;
  pause: boolean;
  exercises: boolean;
}

export async function run(given: RunArguments): Promise<void> {
  const { lesson: wanted, say, only, port, bidders, diagram, engine, ...rest } = given;
  const through = rest.through === undefined ? undefined : parseLink(rest.through);
  const watched = rest.trace !== undefined || diagram !== undefined;
  const chosenLesson = chooseLesson(findLessons(undefined, bidders), wanted ?? '');
  const lesson = engine === undefined ? chosenLesson : onEngine(chosenLesson, engine);
  if (engine === 'native' && watched) {
    const why =
      "--trace and --diagram watch Node's sockets, and the native engine has its own: choose one";
    throw new MisuseError('ERR_BAD_ARGUMENT', why);
  }
  checkBidders(bidders, lesson);
  if (only !== undefined) {
    checkAlone(given);
    const role = chooseRole(lesson, only);
    process.exitCode = await playInForeground(role, port ?? LECTURE_PORT);
    return;
  }
  const signal = onInterrupt();
  const picture = diagram === undefined ? undefined : planPicture(diagram);
  const trace = rest.trace ?? picture?.trace;
  const terminal = ownTerminal();
  const chosen = port ?? (await freePort());
  if (port === undefined && chosen !== LECTURE_PORT) {
    terminal.write(`Port ${LECTURE_PORT} is taken, so this run uses ${chosen}.\n\n`);
  }
  const recording = trace === undefined ? undefined : beginRecording(trace);
  const relays = through && (await putBefore(chosen, through, terminal));
  try {
    const serverPort = relays && chosen + 1;
    const done = await showLesson(lesson, terminal, {
      port: chosen,
      serverPort,
      say,
      signal,
      env: recording?.env,
      exercises: given.exercises,
      betweenScenes: given.pause ? pausing(terminal, signal) : undefined,
    });
    if (!done && !signal.aborted) process.exitCode ||= 1;
    for (const line of relays?.summary() ?? []) terminal.write(`${line}\n`);
  } finally {
    await relays?.close();
  }
  if (recording) {
    const { events, told } = recording.save(['socketlab', 'run', lesson.id]);
    if (rest.trace !== undefined) tellUser(told);
    const next = events > 0 && rest.trace !== undefined ? [drawIt(rest.trace)] : [];
    for (const line of (await picture?.draw(trace!)) ?? next) tellUser(line);
  }
}

/** Waits for Enter before each scene but the first, where there is a keyboard for it. */
function pausing(
  { write }: Terminal,
  signal: AbortSignal,
): (() => Promise<void>) | undefined {
  if (!process.stdin.isTTY) {
    tellUser('--pause needs a terminal to press Enter in: the scenes go on without it');
    return undefined;
  }
  return async () => {
    write('\nPress Enter for the next scene. ');
    await enterPressed(process.stdin, signal);
  };
}

/** @throws {MisuseError} ERR_BAD_ARGUMENT for options that are about more than one role */
function checkAlone(given: RunArguments): void {
  const { diagram, exercises, pause, say, through, trace } = given;
  const clashes = [
    [
      trace ?? diagram,
      '--trace and --diagram watch all roles together, and --only runs one',
    ],
    [through, '--through needs both ends, and --only runs one'],
    [say, '--say types for you, and --only leaves the keyboard to you'],
    [
      pause || exercises || undefined,
      '--pause and --exercises are about scenes, and --only runs one role',
    ],
  ] as const;
  const clash = clashes.find(([option]) => option !== undefined);
  if (!clash) return;
  throw new MisuseError('ERR_BAD_ARGUMENT', `${clash[1]}: choose one`);
}

/** The clients' port is the link's; the server listens at the next. */
async function putBefore(
  port: number,
  link: LinkOptions,
  { write }: Terminal,
): Promise<Relays> {
  const relays = await openRelays({ listen: { port }, to: { port: port + 1 }, link });
  write(`Between server and client: ${describeLink(withSeed(link))}\n\n`);
  return relays;
}

function checkBidders(bidders: number | undefined, { id, largestCrowd }: Lesson): void {
  if (bidders === undefined) return;
  if (largestCrowd === 0) {
    throw new MisuseError('ERR_BAD_ARGUMENT', `lesson ${id} has no bidders`);
  }
  if (Number.isInteger(bidders) && bidders >= 1 && bidders <= largestCrowd) return;
  const why = `--bidders: a whole number from 1 to ${largestCrowd}, not ${bidders}`;
  throw new MisuseError('ERR_BAD_ARGUMENT', why);
}
