import { median } from '../../../common/index.ts';
import { experiment, whichHolds } from '../experiment.ts';
import type { Lab } from '../lab.ts';
import { ms, rounded } from '../words.ts';

const ROUNDS = 7;
const [HEAD, BODY, ANSWER] = ['head:', 'body.', 'done!'].map((text) => Buffer.from(text));
const SIZE = 5;
/** The shortest delay of a delayed acknowledgement on Linux: 40 ms, less some slack. */
const DELAYED = 25;

export const nagle = experiment({
  name: 'nagle',
  question:
    'A client sends a question in two small writes and waits for the answer, again and again, on one machine. How long does each round take?',
  answers: {
    fast: 'far less than 5 ms, over both',
    always: 'UDP: far less than 5 ms; TCP: about 40 ms, with or without TCP_NODELAY',
    slow: 'UDP: far less than 5 ms; TCP: about 40 ms, unless TCP_NODELAY is set',
  },
  expected: 'slow',
  runs: 'alone',

  async run(lab) {
    const udp = median(await datagramRounds(lab));
    const usual = median(await streamRounds(lab, false));
    const noDelay = median(await streamRounds(lab, true));

    const slow = usual > DELAYED && udp < DELAYED;
    return {
      udp: { told: `${ms(udp)} a round`, measured: { medianMs: rounded(udp) } },
      tcp: {
        told: `${ms(usual)} a round, with TCP_NODELAY ${ms(noDelay)}`,
        measured: { medianMs: rounded(usual), noDelayMedianMs: rounded(noDelay) },
      },
      answer: whichHolds({
        slow: slow && noDelay < DELAYED,
        always: slow,
        fast: usual < DELAYED && udp < DELAYED,
      }),
    };
  },

  because:
    'Two good ideas wait for each other. The sender holds back a small packet until earlier data is acknowledged (Nagle). The receiver holds back its acknowledgement, to send it along with an answer (delayed ACK), but the server cannot answer before the second half has arrived. On Linux a timer of 40 ms ends the wait. Send the question in one write, or set TCP_NODELAY. UDP does neither.',
  sources: ['RFC 896', 'RFC 1122 §4.2.3.2, §4.2.3.4', 'tcp(7), TCP_NODELAY'],
  read: [
    'src/tcp/connection-socket.ts#this.#socket.setNoDelay(options.noDelay ?? false)',
    'src/framing/frame-writer.ts',
  ],
  differs: {
    win32:
      'Windows delays acknowledgements by up to 200 ms, and on one machine often not at all.',
    darwin:
      'macOS delays acknowledgements by up to 100 ms, and on one machine often not at all.',
  },
});

async function datagramRounds(lab: Lab): Promise<number[]> {
  const server = await lab.datagramSocket();
  const client = await lab.datagramSocket();
  return timed(async () => {
    await client.sendto(HEAD!, server.address);
    await client.sendto(BODY!, server.address);
    await server.recvfrom(SIZE);
    await server.recvfrom(SIZE);
    await server.sendto(ANSWER!, client.address);
    await client.recvfrom(SIZE);
  });
}

async function streamRounds(lab: Lab, noDelay: boolean): Promise<number[]> {
  const { client, server } = await lab.connection({ noDelay });
  return timed(async () => {
    await client.sendall(HEAD!);
    await client.sendall(BODY!);
    await server.recvExactly(2 * SIZE);
    await server.sendall(ANSWER!);
    await client.recvExactly(SIZE);
  });
}

async function timed(round: () => Promise<void>): Promise<number[]> {
  const times: number[] = [];
  for (let k = 0; k < ROUNDS; k += 1) {
    const start = performance.now();
    await round();
    times.push(performance.now() - start);
  }
  return times;
}
