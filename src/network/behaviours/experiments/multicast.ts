import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { ConnectionSocket } from '../../../tcp/index.ts';
import { experiment, NotHere, whichHolds } from '../experiment.ts';
import { codeOf, type Lab } from '../lab.ts';
import { some } from '../words.ts';

const HERE = '127.0.0.1';

export const multicast = experiment({
  name: 'multicast',
  question:
    'Three sockets are bound to one port; two of them have joined a multicast group. One datagram is sent to the group. Who gets it?',
  answers: {
    members: 'the two members get a copy each; TCP has no groups',
    one: 'one of the members; TCP has no groups',
    tcp: 'the two members, over UDP and over TCP',
    all: 'all three get a copy each; TCP has no groups',
  },
  expected: 'all',

  async run(lab) {
    const port = await lab.freePort();
    // Random in the range for private use (RFC 2365), so that two runs do not meet.
    const group = `239.255.${anyByte()}.${anyByte()}`;
    const members = [await waiting(lab, port), await waiting(lab, port)];
    const outsider = await waiting(lab, port);
    const overheard = lab.later(once(outsider, 'message'));
    for (const member of members) join(member, group);
    const heard = lab.later(
      Promise.all(members.map((member) => once(member, 'message'))),
    );

    const sender = lab.keep(createSocket('udp4')).bind(0, HERE);
    await once(sender, 'listening');
    sender.setMulticastInterface(HERE);
    sender.setMulticastTTL(0); // it does not leave this machine
    const sent = await codeOf(send(sender, port, group));
    if (sent !== 'done')
      throw new NotHere(`this machine has no route to a multicast group (${sent})`);
    const nobody = await lab.stillPending(
      heard,
      1000,
      'on one machine a packet takes less than a millisecond',
    );
    if (nobody)
      throw new NotHere(
        'no datagram to a group arrives here: a firewall blocks it, or loopback has no multicast',
      );

    const outsiders = (await lab.stillPending(
      overheard,
      200,
      'the members have received theirs',
    ))
      ? 0
      : 1;

    const client = lab.keep(new ConnectionSocket());
    const tcp = await codeOf(client.connect({ host: group, port }));
    return {
      udp: {
        told: `1 call reached ${some(members.length, 'member')} and ${some(outsiders, 'outsider')}`,
        measured: { members: members.length, outsiders },
      },
      tcp: { told: `connect: ${tcp}`, measured: { connect: tcp } },
      answer: whichHolds({ tcp: tcp === 'done', all: outsiders > 0, members: true }),
    };
  },

  because:
    "A group is an address that belongs to no machine and that many sockets can join. The sender sends once and does not know who is there. On Linux the whole machine joins: a socket bound to all addresses gets datagrams for any group that a socket of the machine has joined (IP_MULTICAST_ALL). To get only its own groups, a program binds to the group's address, or checks the destination. Acknowledgements from many receivers would overwhelm a sender, so there is no TCP for groups; reliable multicast is built on datagrams (PGM).",
  sources: [
    'ip(7), IP_ADD_MEMBERSHIP, IP_MULTICAST_ALL',
    'RFC 1112',
    'RFC 2365',
    'RFC 3208',
  ],
  read: [
    'src/network/behaviours/experiments/multicast.ts',
    'src/network/behaviours/experiments/broadcast.ts',
  ],
  differs: {
    win32: 'On Windows only the members get it, and a firewall may block it.',
    darwin: 'On macOS only the members get it.',
    freebsd: 'On FreeBSD only the members get it.',
  },
});

async function waiting(lab: Lab, port: number): Promise<Socket> {
  const socket = lab.keep(createSocket({ type: 'udp4', reuseAddr: true }));
  await once(socket.bind(port), 'listening');
  return socket;
}

function join(member: Socket, group: string): void {
  try {
    member.addMembership(group, HERE);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new NotHere(`no program on this machine can join a group (${code})`);
  }
}

async function send(sender: Socket, port: number, group: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    sender.send('to all', port, group, (error) => (error ? reject(error) : resolve()));
  });
}

function anyByte(): number {
  return Math.floor(Math.random() * 256);
}
