import { describe, expect, it } from 'vitest';
import { callOf } from '../../../../src/trace/diagram/calls.ts';
import { tellStory } from '../../../../src/trace/diagram/tell.ts';
import { sample, SAMPLES } from './traces.ts';

const UDP = { transport: 'udp', role: 'datagram', side: undefined } as const;
const SERVER = { transport: 'tcp', role: 'connection', side: 'server' } as const;
const CLIENT = { ...SERVER, side: 'client' } as const;
const WELCOMING = { transport: 'tcp', role: 'welcoming', side: undefined } as const;
const event = { process: 1, seq: 1, t: 0, socket: 1 };
const bytes = { bytes: 1, digest: '00000000' };
const at = { file: 'a.js', line: 1 };
const address = { host: '127.0.0.1', port: 1 };
const socket = {
  ...event,
  type: 'socket',
  transport: 'tcp',
  role: 'connection',
} as const;

describe("an event in Node's words and in the lecture's", () => {
  it.each([
    [
      { ...event, ...bytes, type: 'write', offset: 0 },
      CLIENT,
      'socket.write(…)',
      /sendall/,
    ],
    [{ ...event, ...bytes, type: 'read', offset: 0 }, CLIENT, "'data'", /^recv/],
    [{ ...event, ...bytes, type: 'send', to: address }, UDP, 'socket.send(…)', /^sendto/],
    [
      { ...event, ...bytes, type: 'receive', from: address },
      UDP,
      "'message'",
      /^recvfrom/,
    ],
    [
      { ...event, type: 'listen', local: address },
      WELCOMING,
      'server.listen(…)',
      /listen/,
    ],
    [
      { ...event, type: 'accept', local: address, remote: address },
      SERVER,
      "'connection'",
      /accept/,
    ],
    [{ ...event, type: 'shutdown', offset: 0 }, CLIENT, 'socket.end()', /SHUT_WR/],
    [{ ...event, type: 'close' }, WELCOMING, 'server.close()', /close/],
    [{ ...event, type: 'close' }, UDP, 'socket.close()', /close/],
    [{ ...event, type: 'close', reset: true }, CLIENT, /resetAndDestroy/, /SO_LINGER/],
    [{ ...event, type: 'bind', local: address, at }, UDP, 'socket.bind(…)', /^bind/],
    [
      { ...event, type: 'bind', local: address, implicit: true },
      UDP,
      "'listening'",
      /first sendto/,
    ],
    [socket, CLIENT, 'new net.Socket()', /SOCK_STREAM/],
    [socket, SERVER, /connection/, 'accept()'],
    [socket, WELCOMING, 'net.createServer(…)', /SOCK_STREAM/],
    [socket, UDP, 'dgram.createSocket(…)', /SOCK_DGRAM/],
    [socket, { ...CLIENT, transport: 'path' }, 'new net.Socket()', /AF_UNIX/],
  ] as const)('%j of %j', (one, kind, node, lecture) => {
    const call = callOf(one, kind);
    expect(call.node).toEqual(
      typeof node === 'string' ? node : (expect.stringMatching(node) as string),
    );
    expect(call.lecture).toEqual(expect.stringMatching(lecture));
  });

  it('is there for every event of the samples', () => {
    for (const name of SAMPLES) {
      const lanes = { comfortable: 9, most: 9 };
      const [act] = tellStory(sample(name), { limit: 100, lanes }).acts;
      for (const { event: one, lane } of act!.marks) {
        if (!one) continue;
        const call = callOf(
          one,
          act!.lanes.find(({ id }) => id === lane)!,
        );
        expect(call.node).not.toBe('');
        expect(call.lecture).not.toBe('');
      }
    }
  });
});
