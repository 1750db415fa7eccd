/** All experiments, in the order in which a beginner should meet them. */
import { MisuseError, slipsBetween } from '../../common/index.ts';
import type { Experiment } from './experiment.ts';
import { allAddresses } from './experiments/all-addresses.ts';
import { backlog } from './experiments/backlog.ts';
import { boundaries } from './experiments/boundaries.ts';
import { broadcast } from './experiments/broadcast.ts';
import { checksum } from './experiments/checksum.ts';
import { clientFirst } from './experiments/client-first.ts';
import { closeAtOnce } from './experiments/close-at-once.ts';
import { closedWindow } from './experiments/closed-window.ts';
import { coalescing } from './experiments/coalescing.ts';
import { connectedFilter } from './experiments/connected-filter.ts';
import { crashedAndBack } from './experiments/crashed-and-back.ts';
import { dualStack } from './experiments/dual-stack.ts';
import { duplicates } from './experiments/duplicates.ts';
import { emptyMessage } from './experiments/empty-message.ts';
import { fragments } from './experiments/fragments.ts';
import { fullBuffer } from './experiments/full-buffer.ts';
import { halfALetter } from './experiments/half-a-letter.ts';
import { halfClose } from './experiments/half-close.ts';
import { headOfLine } from './experiments/head-of-line.ts';
import { keepAlive } from './experiments/keep-alive.ts';
import { killedPeer } from './experiments/killed-peer.ts';
import { largestMessage } from './experiments/largest-message.ts';
import { lateAnswer } from './experiments/late-answer.ts';
import { loss } from './experiments/loss.ts';
import { multicast } from './experiments/multicast.ts';
import { nagle } from './experiments/nagle.ts';
import { noRoute } from './experiments/no-route.ts';
import { nobodyAnswers } from './experiments/nobody-answers.ts';
import { nobodyThere } from './experiments/nobody-there.ts';
import { nobodyThereConnected } from './experiments/nobody-there-connected.ts';
import { nobodyThereUnheard } from './experiments/nobody-there-unheard.ts';
import { oneAtATime } from './experiments/one-at-a-time.ts';
import { oneSocketForAll } from './experiments/one-socket-for-all.ts';
import { order } from './experiments/order.ts';
import { ownPorts } from './experiments/own-ports.ts';
import { packetsPerEcho } from './experiments/packets-per-echo.ts';
import { reset } from './experiments/reset.ts';
import { resetBeforeAccept } from './experiments/reset-before-accept.ts';
import { restart } from './experiments/restart.ts';
import { reusePort } from './experiments/reuse-port.ts';
import { reusedPort } from './experiments/reused-port.ts';
import { samePort } from './experiments/same-port.ts';
import { sendAfterClose } from './experiments/send-after-close.ts';
import { sentIsNotRead } from './experiments/sent-is-not-read.ts';
import { serverFirstWord } from './experiments/server-first-word.ts';
import { setUpCost } from './experiments/set-up-cost.ts';
import { sharedPort } from './experiments/shared-port.ts';
import { silentPeer } from './experiments/silent-peer.ts';
import { smallBuffer } from './experiments/small-buffer.ts';
import { smallDatagrams } from './experiments/small-datagrams.ts';
import { splitting } from './experiments/splitting.ts';
import { strangers } from './experiments/strangers.ts';
import { timeWait } from './experiments/time-wait.ts';
import { twoBinders } from './experiments/two-binders.ts';
import { twoFamilies } from './experiments/two-families.ts';
import { unacknowledged } from './experiments/unacknowledged.ts';
import { unreadThenClosed } from './experiments/unread-then-closed.ts';
import { uppercaseLoop } from './experiments/uppercase-loop.ts';
import { writeReturnsFalse } from './experiments/write-returns-false.ts';

interface Chapter {
  title: string;
  experiments: readonly Experiment[];
}

const CHAPTERS: readonly Chapter[] = [
  {
    title: 'Messages and streams',
    experiments: [
      coalescing,
      boundaries,
      splitting,
      smallBuffer,
      halfALetter,
      largestMessage,
      fragments,
      emptyMessage,
    ],
  },
  {
    title: 'Who is there?',
    experiments: [
      nobodyThere,
      nobodyThereConnected,
      nobodyThereUnheard,
      nobodyAnswers,
      noRoute,
      clientFirst,
      serverFirstWord,
      silentPeer,
      sentIsNotRead,
    ],
  },
  { title: 'What it costs', experiments: [packetsPerEcho, setUpCost, nagle] },
  {
    title: 'A receiver that is too slow',
    experiments: [fullBuffer, smallDatagrams, writeReturnsFalse, closedWindow, backlog],
  },
  { title: 'A bad link', experiments: [loss, headOfLine, order, duplicates, checksum] },
  {
    title: 'Goodbyes',
    experiments: [
      killedPeer,
      unacknowledged,
      crashedAndBack,
      reset,
      resetBeforeAccept,
      unreadThenClosed,
      sendAfterClose,
      halfClose,
      lateAnswer,
      closeAtOnce,
      keepAlive,
    ],
  },
  {
    title: 'Ports and peers',
    experiments: [
      samePort,
      twoBinders,
      allAddresses,
      sharedPort,
      reusePort,
      restart,
      timeWait,
      reusedPort,
      ownPorts,
      oneSocketForAll,
      oneAtATime,
      strangers,
      uppercaseLoop,
      connectedFilter,
    ],
  },
  {
    title: 'Families and groups',
    experiments: [twoFamilies, dualStack, broadcast, multicast],
  },
];

export const EXPERIMENTS: readonly Experiment[] = CHAPTERS.flatMap(
  ({ experiments }) => experiments,
);

/** Groups things by the chapter of their experiment, and leaves out empty chapters. */
export function byChapter<T>(
  things: readonly T[],
  experimentOf: (thing: T) => Experiment,
): { title: string; things: T[] }[] {
  return CHAPTERS.map(({ title, experiments }) => ({
    title,
    things: things.filter((thing) => experiments.includes(experimentOf(thing))),
  })).filter(({ things }) => things.length > 0);
}

/** A name with up to this many wrong letters still gets a suggestion. */
const SLIPS = 3;

/**
 * The experiments with these names, in this order; all experiments if there is no name.
 * @throws {MisuseError} ERR_UNKNOWN_BEHAVIOUR with suggestions
 */
export function chooseExperiments(names: readonly string[]): readonly Experiment[] {
  if (names.length === 0) return EXPERIMENTS;
  return [...new Set(names)].map((wanted) => {
    const found = EXPERIMENTS.find(({ name }) => name === wanted);
    if (found) return found;
    const meant = suggestions(wanted);
    throw new MisuseError(
      'ERR_UNKNOWN_BEHAVIOUR',
      `there is no behaviour '${wanted}'. ` +
        (meant.length > 0
          ? `Did you mean ${meant.join(', or ')}?`
          : 'socketlab behaviours --list shows all of them'),
    );
  });
}

/** At most three names that contain the word, share a part with it, or are close to it. */
function suggestions(wanted: string): string[] {
  const words = new Set(wanted.toLowerCase().split(/[^a-z]+/));
  return EXPERIMENTS.map(({ name }) => {
    const slips = slipsBetween(wanted.toLowerCase(), name);
    const shared = name.split('-').filter((word) => word.length > 2 && words.has(word));
    const holds = wanted.length > 2 && name.includes(wanted.toLowerCase());
    return { name, slips: holds || shared.length > 0 ? Math.min(slips, SLIPS) : slips };
  })
    .filter(({ slips }) => slips <= SLIPS)
    .sort((a, b) => a.slips - b.slips)
    .slice(0, 3)
    .map(({ name }) => name);
}
