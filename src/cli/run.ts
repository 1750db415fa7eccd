/** `socketlab run LESSON`: its processes side by side, or one role in the foreground. */
import { LECTURE_PORT, misuse } from '../common/index.ts';
import type { Terminal } from '../common/terminal/index.ts';
import type { Lesson } from '../lessons/index.ts';
import { onInterrupt } from './line/interrupt.ts';
import { command, flag, number, port, several, text, under } from './line/options.ts';
import { drawIt } from './line/program-name.ts';

export const runCommand = command({
  builder: (yargs) =>
    yargs
      .positional('lesson', {
        type: 'string',
        describe: 'its number or name, as `socketlab list` shows it',
      })
      .options(
        under('How it is run:', {
          say: {
            ...several(
              'the sentence to type at a prompt; repeat it for the next prompt',
              "the lesson's own",
            ),
            requiresArg: false,
            coerce: sayOption,
          },
          only: text('run this role alone, in this terminal', 'all roles'),
          port: port(
            1,
            "the server's port, 1 to 65535",
            `${LECTURE_PORT}, or a free one`,
          ),
          bidders: number('how many bidders the auction of lesson 09 has, 1 to 8', '3'),
          through: text(
            'put a bad link before the server, such as loss=10%,delay=50ms,seed=7',
            'no link',
          ),
          engine: text(
            'the engine for a lesson on ZeroMQ: socketlab or native',
            'socketlab',
          ),
          pause: flag('wait for Enter between the scenes, for a presenter'),
          exercises: flag("show each program's exercise after its scene"),
        }),
      )
      .options(
        under('What is watched:', {
          trace: text('write a trace of all sockets to this file', 'no trace'),
          diagram: text(
            'write a picture of all sockets to this file: .html, .svg, .mmd or .txt',
            'no picture',
          ),
        }),
      )
      .example('$0 run 01 --say "hello there"', 'UDP uppercase with your sentence')
      .example(
        '$0 run 02 --only server',
        'the server here, the client in another terminal',
      )
      .example('$0 run 02 --pause --exercises', 'scene by scene, in front of a class')
      .example('$0 run 10 --engine native', "the same programs, on ZeroMQ's own library")
      .example('$0 run 01 --diagram run.svg', 'with a picture of it'),
  handler: async ({
    lesson: wanted,
    say,
    only,
    port: given,
    bidders,
    diagram,
    ...rest
  }) => {
    const {
      chooseLesson,
      chooseRole,
      findLessons,
      onEngine,
      playInForeground,
      showLesson,
    } = await import('../lessons/index.ts');
    const { describeLink, openRelays, parseLink, withSeed } =
      await import('../network/link/index.ts');
    const { beginRecording } = await import('../trace/index.ts');
    const { RelayTrace } = await import('./relay-trace.ts');
    const { freePort } = await import('../common/process/index.ts');
    const { ownTerminal, tellUser } = await import('../common/terminal/index.ts');

    const { engine, exercises, pause, trace: kept } = rest;
    const through = rest.through === undefined ? undefined : parseLink(rest.through);
    const watched = kept !== undefined || diagram !== undefined;
    const chosen = chooseLesson(findLessons(undefined, bidders), wanted ?? '');
    const lesson = engine === undefined ? chosen : onEngine(chosen, engine);
    refuse(
      engine === 'native' && watched,
      "--trace and --diagram watch Node's sockets, but the native engine has its own",
    );
    checkBidders(bidders, lesson);
    if (only !== undefined) {
      refuse(
        watched,
        '--trace and --diagram watch all roles together, but --only runs one',
      );
      refuse(through !== undefined, '--through needs both ends, but --only runs one');
      refuse(
        say !== undefined,
        '--say types for you, but --only leaves the keyboard to you',
      );
      refuse(
        pause || exercises,
        '--pause and --exercises are about scenes, but --only runs one role',
      );
      process.exitCode = await playInForeground(
        chooseRole(lesson, only),
        given ?? LECTURE_PORT,
      );
      return;
    }
    const signal = onInterrupt();
    const { planPicture } = await import('./picture.ts');
    const picture = diagram === undefined ? undefined : planPicture(diagram);
    const trace = kept ?? picture?.trace;
    const terminal = ownTerminal();
    const ownPort = given ?? (await freePort());
    if (given === undefined && ownPort !== LECTURE_PORT) {
      terminal.write(`Port ${LECTURE_PORT} is taken, so this run uses ${ownPort}.\n\n`);
    }
    const recording = trace === undefined ? undefined : beginRecording(trace);
    // The clients' port is the link's; the server listens at the next.
    const serverPort = through && ownPort + 1;
    const relays =
      through &&
      (await openRelays({
        listen: { port: ownPort },
        to: { port: ownPort + 1 },
        link: through,
        onSeen: (transport, seen) => traced?.see(transport, seen),
      }));
    const note = relays && recording?.log('relay');
    const ends = relays?.streams;
    const traced = note && ends && new RelayTrace(ends, note);
    if (through) {
      terminal.write(`Between server and client: ${describeLink(withSeed(through))}\n\n`);
    }
    try {
      const done = await showLesson(lesson, terminal, {
        port: ownPort,
        serverPort,
        say,
        signal,
        env: recording?.env,
        exercises,
        betweenScenes: pause ? await pausing(terminal, signal) : undefined,
      });
      if (!done && !signal.aborted) process.exitCode ||= 1;
      const summary = relays?.summary() ?? [];
      if (summary.length > 0) terminal.write(`\n${summary.join('\n')}\n`);
    } finally {
      await relays?.close();
      note?.('exit', { code: 0 });
    }
    if (recording) {
      const { events, told } = recording.save(['socketlab', 'run', lesson.id]);
      if (kept !== undefined) tellUser(told);
      const next = events > 0 && kept !== undefined ? [drawIt(kept)] : [];
      for (const line of (await picture?.draw(trace!)) ?? next) tellUser(line);
    }
  },
});

function sayOption(given: string[] | undefined): string[] | undefined {
  if (given?.includes('')) throw misuse('--say takes at least one character');
  return given;
}

/** Waits for Enter before each scene but the first, where there is a keyboard for it. */
async function pausing(
  { write }: Terminal,
  signal: AbortSignal,
): Promise<(() => Promise<void>) | undefined> {
  if (!process.stdin.isTTY) {
    const { tellUser } = await import('../common/terminal/index.ts');
    tellUser('--pause needs a terminal to press Enter in: the scenes go on without it');
    return undefined;
  }
  const { enterPressed } = await import('./line/keyboard.ts');
  return async () => {
    write('\nPress Enter for the next scene. ');
    await enterPressed(process.stdin, signal);
  };
}

/** Two options that do not go together. */
function refuse(both: boolean, why: string): void {
  if (both) throw misuse(`${why}: choose one`);
}

function checkBidders(bidders: number | undefined, { id, largestCrowd }: Lesson): void {
  if (bidders === undefined) return;
  if (largestCrowd === 0) throw misuse(`lesson ${id} has no bidders`);
  if (Number.isInteger(bidders) && bidders >= 1 && bidders <= largestCrowd) return;
  throw misuse(`--bidders: a whole number from 1 to ${largestCrowd}, not ${bidders}`);
}
