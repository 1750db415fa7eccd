import { experiment } from '../experiment.ts';

export const strangers = experiment({
  name: 'strangers',
  question:
    'Two programs talk to each other. A third sends something to one of them, to the same port. Does it end up among their messages?',
  answers: {
    udp: 'UDP: yes, only its address tells it apart; TCP: no',
    both: 'yes, over UDP and over TCP',
    no: 'no: they are talking to each other, over both',
  },
  expected: 'udp',

  async run(lab) {
    const receiver = await lab.datagramSocket();
    const [friend, stranger] = [await lab.datagramSocket(), await lab.datagramSocket()];
    await friend.sendto(Buffer.from('1'), receiver.address);
    const first = await receiver.recvfrom(10);
    await stranger.sendto(Buffer.from('?'), receiver.address);
    const second = await receiver.recvfrom(10);
    await friend.sendto(Buffer.from('2'), receiver.address);
    const third = await receiver.recvfrom(10);
    const datagrams = [first, second, third];
    const texts = datagrams.map(({ data }) => data.toString());
    const senders = new Set(datagrams.map(({ address }) => address.port)).size;

    const door = await lab.welcomingSocket();
    const client = await lab.connectedTo(door);
    const server = (await lab.accept(door)).connectionSocket;
    await client.sendall(Buffer.from('1'));
    const other = await lab.connectedTo(door);
    await other.sendall(Buffer.from('?'));
    const accepted = (await lab.accept(door)).connectionSocket;
    const apart = (await accepted.recvExactly(1)).toString();
    await client.sendall(Buffer.from('2'));
    const stream = (await server.recvExactly(2)).toString();
    const heardBy = stream === '12' ? 'udp' : 'both';

    return {
      udp: {
        told: `one socket received ${texts.join(' ')} from ${senders} addresses`,
        measured: { received: texts, senders },
      },
      tcp: {
        told: `the connection: ${stream}; the stranger on its own connection: ${apart}`,
        measured: { received: stream, onAnotherConnection: apart },
      },
      answer: texts[1] === '?' ? heardBy : 'no',
    };
  },

  because:
    "A bound UDP socket is a letter box: anybody who knows the address can put something in, and can even forge the sender's address. A program should compare addresses and, if it matters, also exchange a secret. A connection has exactly two ends; a third party needs its own connection, which the server has to accept.",
  sources: ['udp(7)', 'RFC 8085 §6', 'RFC 9293 §3.4.1'],
  read: [
    'src/udp/datagram-socket.ts#Who sent it: the address to answer to',
    'src/tcp/welcoming-socket.ts#first come, first served',
  ],
});
