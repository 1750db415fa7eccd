/**
 * Several TCP connections over one link at the same time, each with the same amount to carry.
 *
 *   sender 1 ══╗             ╔══► receiver 1
 *   sender 2 ══╬══► relay ══►╬══► receiver 2         sendall once, recv until the end
 *   …          ╝  one queue  ╚    …
 *
 * The receivers' clock says when bytes were read; the relay's model, what packets it took.
 */
import { ConnectionSocket, WelcomingSocket } from '../../../tcp/index.ts';
import type { InetAddress } from '../../../common/index.ts';
import { linkOf, openStreamRelay } from '../../link/index.ts';
import { doneOrSilent, type LaneRun, untilTrue } from '../lanes/lane.ts';
import { patienceWith } from '../lanes/stream.ts';
import { type BulkPlan, PACKET } from './plan.ts';
import type { BulkRecord, Reading, Sending } from './record.ts';

const READ_SIZE = 65_536;

/** @param longest milliseconds that it may take while something arrives now and then */
export async function realTcp(
  plan: BulkPlan,
  run: LaneRun,
  longest: number,
): Promise<BulkRecord> {
  const { bytes, link, streams } = plan;
  const welcoming = new WelcomingSocket({ noDelay: true });
  await welcoming.bind({ port: 0 });
  await welcoming.listen(streams);
  const sendings: Sending[] = [];
  const relay = plan.kernel
    ? undefined
    : await openStreamRelay({
        listen: { port: 0 },
        to: welcoming.address as InetAddress,
        link: { ...link, segment: PACKET },
        onFate: ({ attempt, direction, line, offset, outcome, size, time, window }) => {
          if (direction !== 'there') return;
          sendings.push({
            at: time,
            stream: line,
            offset,
            size,
            attempt,
            outcome,
            window,
          });
        },
      });
  const pairs: { near: ConnectionSocket; far: ConnectionSocket }[] = [];
  const close = (): Promise<unknown> =>
    Promise.all([
      relay?.close(),
      ...pairs.flatMap(({ far, near }) => [near.close(), far.close()]),
      welcoming.close(),
    ]);
  const onAbort = (): void => void close();
  run.signal.addEventListener('abort', onAbort, { once: true });
  try {
    let setUp = 0;
    // One after the other, so that the relay's line n is stream n.
    for (let stream = 0; stream < streams; stream += 1) {
      const begun = performance.now();
      const near = new ConnectionSocket({ noDelay: true });
      await near.connect(relay?.address ?? welcoming.address, { signal: run.signal });
      const far = (await welcoming.accept({ signal: run.signal })).connectionSocket;
      pairs.push({ near, far });
      setUp = Math.max(setUp, performance.now() - begun);
    }
    // The relay holds back the first bytes for a round trip: ../lanes/stream.ts.
    if (relay) {
      const { there, back } = linkOf(link);
      const over = performance.now() + there.delay + back.delay;
      await untilTrue(() => performance.now() >= over, run.signal);
      setUp = there.delay + back.delay;
    }
    const start = performance.now();
    const readings: Reading[] = [];
    const content = Buffer.alloc(bytes);
    const carried = pairs.map(async ({ near, far }, stream) => {
      near
        .sendall(content)
        .then(() => near.shutdown())
        .catch(() => {}); // the reader hears of it
      let read = 0;
      for (;;) {
        const { length } = await far.recv(READ_SIZE);
        if (length === 0) return;
        read += length;
        readings.push({ at: performance.now() - start, stream, bytes: read });
        run.onSent(length);
      }
    });
    const howMany = (): number => readings.length;
    const all = Promise.all(carried);
    all.catch(() => {});
    const patience = patienceWith(link);
    const finished = await doneOrSilent(all, howMany, patience, run.signal, longest);
    const first = sendings[0]?.at ?? 0;
    for (const one of sendings) one.at -= first;
    return {
      lane: 'tcp',
      sendings: relay && [...sendings],
      readings: [...readings],
      acknowledgements: relay?.statistics.there.acknowledgements,
      setUp,
      finished,
      modelled: relay !== undefined,
    };
  } finally {
    run.signal.removeEventListener('abort', onAbort);
    await close();
  }
}
