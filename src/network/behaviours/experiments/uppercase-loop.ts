import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { experiment, whichHolds } from '../experiment.ts';
import type { Lab } from '../lab.ts';
import { count } from '../words.ts';

/** Then we stop it. */
const ENOUGH = 1000;
const SHORT = 'on one machine a packet takes less than a millisecond';

export const uppercaseLoop = experiment({
  name: 'uppercase-loop',
  question:
    'Two uppercase servers are running. The first receives a datagram with a forged source address, that of the second server. How many datagrams follow?',
  answers: {
    none: 'none: a server answers only clients',
    one: 'one: the answer, which the second server drops',
    two: 'two: the answer, and the answer to that',
    endless: 'UDP: they answer each other without end; TCP: nothing of the kind',
  },
  expected: 'endless',

  runs: 'alone',

  async run(lab) {
    const simple = await loop(lab, () => true);
    const ended = await lab.stillPending(simple.enough, 20_000, SHORT);
    const followed = simple.stop();

    // Text in capitals may be an answer, and an answer must not be answered.
    const careful = await loop(lab, (text) => text !== text.toUpperCase());
    await lab.stillPending(careful.enough, 100, SHORT);
    const cured = careful.stop();

    const doors = [await lab.welcomingSocket(), await lab.welcomingSocket()];
    const client = await lab.connectedTo(doors[0]!);
    const { address } = await lab.accept(doors[0]!);
    const honest = JSON.stringify(address) === JSON.stringify(client.address);
    return {
      udp: {
        told: `${ended ? '' : 'stopped after '}${count(followed)}; if they do not answer capitals: ${cured}`,
        measured: { followed, followedWithoutCapitals: cured },
      },
      tcp: {
        told: `a connection shows who made it: ${honest ? 'yes' : 'no'}`,
        measured: { addressIsTrue: honest },
      },
      answer: whichHolds({
        endless: followed >= ENOUGH && honest,
        none: followed === 0,
        one: followed === 1,
        two: followed === 2,
      }),
    };
  },

  because:
    'A UDP server believes the source address of a datagram, and anybody can forge one. So one packet starts a loop that loads both machines until somebody stops a server or a packet is lost. It has been done with the echo and chargen services, and in 2024 DNS, NTP and TFTP servers were found that can be used in this way. There are several cures: mark replies as such, and never answer them (DNS has a bit for that); do not answer the ports of well-known servers; limit the answers to one address; and let no forged packet out of a network. Over TCP, the forger would have to acknowledge a number that was sent to the address it has forged.',
  sources: [
    'CVE-1999-0103',
    'CVE-2024-2169',
    'RFC 1035 §4.1.1, QR',
    'RFC 2827',
    'RFC 9293 §3.4.1',
  ],
  read: [
    'examples/01-udp-uppercase/server.ts',
    'src/network/behaviours/experiments/strangers.ts',
  ],
});

/** Two servers, and the first datagram from one to the other. */
async function loop(
  lab: Lab,
  isAnswered: (text: string) => boolean,
): Promise<{ enough: Promise<void>; stop: () => number }> {
  const servers = [await bound(lab), await bound(lab)] as const;
  let followed = 0;
  let stopped = false;
  const enough = new Promise<void>((resolve) => {
    for (const server of servers) {
      server.on('message', (data, from) => {
        const text = data.toString();
        if (stopped || !isAnswered(text)) return;
        followed += 1;
        if (followed >= ENOUGH) resolve();
        server.send(text.toUpperCase(), from.port, from.address);
      });
    }
  });
  const [first, second] = servers;
  // A raw socket needs root, so the second server's own socket sends it.
  second.send('hello', first.address().port, '127.0.0.1');
  return {
    enough,
    stop: () => {
      stopped = true;
      return followed;
    },
  };
}

async function bound(lab: Lab): Promise<Socket> {
  const socket = lab.keep(createSocket('udp4')).bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}
