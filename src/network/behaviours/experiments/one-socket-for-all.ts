import { experiment } from '../experiment.ts';
import { some } from '../words.ts';

const CLIENTS = 5;

export const oneSocketForAll = experiment({
  name: 'one-socket-for-all',
  question:
    'A server talks to five clients at the same time. How many sockets does it need?',
  answers: {
    one: 'one, over UDP and over TCP',
    six: 'UDP: one; TCP: six',
    five: 'UDP: one; TCP: five',
    each: 'five, over both',
  },
  expected: 'six',

  async run(lab) {
    const receiver = await lab.datagramSocket();
    const datagramClients = [];
    for (let k = 0; k < CLIENTS; k += 1) {
      const client = await lab.datagramSocket();
      await client.sendto(Buffer.from(`${k}`), receiver.address);
      datagramClients.push(client);
    }
    for (let k = 0; k < CLIENTS; k += 1) {
      const { data, address } = await receiver.recvfrom(10);
      await receiver.sendto(data, address);
    }
    let udpAnswers = 0;
    for (const client of datagramClients) {
      udpAnswers += (await client.recvfrom(10)).data.length;
    }

    const sockets = new Set<unknown>();
    const door = await lab.welcomingSocket();
    sockets.add(door);
    const clients = [];
    for (let k = 0; k < CLIENTS; k += 1) {
      const client = await lab.connectedTo(door);
      await client.sendall(Buffer.from(`${k}`));
      clients.push(client);
      sockets.add((await lab.accept(door)).connectionSocket);
    }
    let tcpAnswers = 0;
    for (const socket of sockets) {
      if (socket === door) continue;
      const connection = socket as (typeof clients)[number];
      await connection.sendall(await connection.recv(10));
    }
    for (const client of clients) tcpAnswers += (await client.recv(10)).length;

    const all = udpAnswers === CLIENTS && tcpAnswers === CLIENTS;
    return {
      udp: {
        told: `1 socket gave ${some(udpAnswers, 'answer')}, each to its client's address`,
        measured: { sockets: 1, answers: udpAnswers },
      },
      tcp: {
        told: `${sockets.size} sockets gave ${some(tcpAnswers, 'answer')}: 1 welcomes, ${sockets.size - 1} talk`,
        measured: { sockets: sockets.size, answers: tcpAnswers },
      },
      answer: !all
        ? undefined
        : ({ 1: 'one', 5: 'five', 6: 'six' } as const)[sockets.size as 1 | 5 | 6],
    };
  },

  because:
    'A UDP server has one letter box for everybody, and answers to the address on each letter; it must keep track of its clients itself. Over TCP, accept returns a new socket for every connection, while the welcoming socket keeps welcoming and never carries data. So a TCP server has to serve several sockets at once, and to notice when one of them ends.',
  sources: ['accept(2)', 'tcp(7)', 'udp(7)'],
  read: [
    'src/tcp/welcoming-socket.ts#The welcoming socket never carries data',
    'examples/02-tcp-uppercase/server.ts',
    'examples/01-udp-uppercase/server.ts',
  ],
});
