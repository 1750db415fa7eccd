import { experiment, whichHolds } from '../experiment.ts';
import { codeOf, nextOn } from '../lab.ts';

const HELLO = Buffer.from('hello');

export const killedPeer = experiment({
  name: 'killed-peer',
  question:
    'A server that has answered is killed with kill -9. Its client is waiting for more. What does the client see?',
  answers: {
    error: 'an error, over UDP and over TCP',
    end: 'UDP: nothing; TCP: the end of the stream, as if the server had finished',
    tcp: 'UDP: nothing; TCP: an error (ECONNRESET)',
    nothing: 'nothing, over both: it had no time to say goodbye',
  },
  expected: 'end',

  programs: {
    async server(lab, parent) {
      const datagrams = await lab.datagramSocket();
      const door = await lab.welcomingSocket();
      await parent.say({ udp: datagrams.address, tcp: door.address });
      const { address } = await datagrams.recvfrom(5);
      await datagrams.sendto(HELLO, address);
      const { connectionSocket } = await lab.accept(door);
      await connectionSocket.recvExactly(5);
      await connectionSocket.sendall(HELLO);
      await connectionSocket.recv(1); // for ever
    },
  },

  async run(lab) {
    const program = lab.program('server');
    const server = await program.heard<Record<'udp' | 'tcp', { port: number }>>();
    const sender = await lab.datagramSocket();
    await sender.sendto(HELLO, server.udp);
    await sender.recvfrom(5);
    const client = await lab.connectedTo({ address: server.tcp });
    await client.sendall(HELLO);
    await client.recvExactly(5);

    const datagram = codeOf(sender.recvfrom(5));
    const piece = nextOn(client);
    await program.kill();
    const overTcp = await piece;
    const silent = await lab.stillPending(
      datagram,
      300,
      'the process is gone, and over TCP its end has already arrived',
    );
    const overUdp = silent ? 'nothing' : await datagram;

    return {
      udp: {
        told: `recvfrom: ${overUdp}, it keeps waiting`,
        measured: { recvfrom: overUdp },
      },
      tcp: { told: `recv: ${overTcp}`, measured: { recv: overTcp } },
      answer: whichHolds({
        end: overTcp === 'the end of the stream' && silent,
        tcp: overTcp === 'ECONNRESET' && silent,
        error: overTcp === 'ECONNRESET',
      }),
    };
  },

  because:
    'The process is dead, but the kernel is running, and closes what the process left open as if it had called close: TCP sends its goodbye (FIN). So a clean end does not mean that everything was sent; a protocol must say when a message is complete, with a length or a closing line. UDP has no goodbye. (If bytes had been left unread at the server, the client would have seen ECONNRESET: see unread-then-closed. If the machine had died, it would have seen nothing at all.)',
  sources: ['RFC 9293 §3.6', 'exit(2)', 'RFC 2525 §2.17'],
  read: ['examples/06-nobody-there/left-behind.ts', 'src/common/errors.ts#ERR_FRAME_CUT'],
  differs: {
    win32: 'Windows usually resets the connections of a killed process: ECONNRESET.',
  },
});
