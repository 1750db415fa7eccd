/**
 * Who is who: the addresses of two connections.
 *
 * Shows:    The server's address is the same for every client and for as long
 *           as it runs. Connections are told apart by the client's own port.
 * Lecture:  The server's address is constant: P8 in docs/lectures.md.
 * Run:      npx tsx examples/02-tcp-uppercase/addresses.ts
 * Partner:  npx tsx examples/02-tcp-uppercase/server.ts      (start it first)
 * See:
 *   first:  127.0.0.1:<port> to 127.0.0.1:<port>
 *   second: 127.0.0.1:<port> to 127.0.0.1:<port>
 *   same server: yes, same client: no
 * Exercise: Open a third connection here. Which of its two hosts and two ports
 *           is new?
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import { fail, program } from '../program.ts';

const { host, port } = program();

const first = connect(port, host).on('error', fail);
const second = connect(port, host).on('error', fail);
await Promise.all([once(first, 'connect'), once(second, 'connect')]);

// An address is a host and a port. A connection has one at each end.
const here = [first, second].map((s) => `${s.localAddress}:${s.localPort}`);
const there = [first, second].map((s) => `${s.remoteAddress}:${s.remotePort}`);
console.log(`first:  ${here[0]} to ${there[0]}`);
console.log(`second: ${here[1]} to ${there[1]}`);

const same = (pair: string[]): string => (pair[0] === pair[1] ? 'yes' : 'no');
console.log(`same server: ${same(there)}, same client: ${same(here)}`);

first.end();
second.end();
