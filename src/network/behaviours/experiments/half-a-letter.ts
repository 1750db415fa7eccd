import { experiment } from '../experiment.ts';

const TEXT = Buffer.from('Ståle'); // six bytes: S t c3 a5 l e

export const halfALetter = experiment({
  name: 'half-a-letter',
  question:
    "'Ståle' is sent as UTF-8, received three bytes at a time, and each piece is turned into text. What comes out?",
  answers: {
    fine: 'Stå and le: receiving three bytes gives three letters',
    broken: 'St\u{fffd}: the å is broken, over both; over TCP its rest comes next',
    stream: 'over UDP Stå, over TCP a broken letter',
  },
  expected: 'broken',

  async run(lab) {
    const receiver = await lab.datagramSocket();
    const sender = await lab.datagramSocket();
    await sender.sendto(TEXT, receiver.address);
    const udp = [(await receiver.recvfrom(3)).data.toString()];

    const { client, server } = await lab.connection();
    await client.sendall(TEXT);
    const pieces = [await server.recvExactly(3), await server.recvExactly(3)];
    const tcp = pieces.map((piece) => piece.toString());
    const joined = Buffer.concat(pieces).toString();

    const [udpBroken, tcpBroken] = [udp, tcp].map(([text]) => text!.includes('\u{fffd}'));
    const broken = udpBroken ? 'broken' : 'stream';
    return {
      udp: { told: `${udp[0]}, and the rest is lost`, measured: { received: udp } },
      tcp: {
        told: `${tcp.join(', then ')}; bytes joined first, then decoded: ${joined}`,
        measured: { received: tcp, joined },
      },
      answer: tcpBroken ? broken : 'fine',
    };
  },

  because:
    'Sockets count bytes, and å takes two in UTF-8. A receive call cuts where its buffer ends, even in the middle of a letter. (Node itself receives a datagram whole; our socket cuts it as the system call would.) So decode bytes into text only when the whole message is there, or use a decoder that keeps an unfinished letter for the next piece.',
  sources: ['RFC 3629 §3', 'recv(2)'],
  read: [
    'src/common/utf8.ts#export function wholeCharacters(',
    'src/tcp/connection-socket.ts#async recvText(',
    'examples/01-udp-uppercase/text-is-bytes.ts',
  ],
});
