/** Port 0 lets the system choose, and the program says what it chose. */
import { Server } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { Programs } from '../../support/programs.ts';

const programs = new Programs();
afterEach(() => programs.stopAll());

/** Node before 20.13 does not tell of servers. */
const tellsOfServers = String(Reflect.get(Server.prototype, 'listen')).includes(
  'netServerListen',
);

it.for([
  ['01-udp-uppercase', 'HELLO'],
  ['02-tcp-uppercase', 'HELLO'],
  ['10-request-reply', 'Echo: Hello'],
] as const)(
  'the server of %s says which port 0 became',
  async ([lesson, answer], context) => {
    if (!tellsOfServers && !lesson.includes('udp')) {
      context.skip('this version of Node does not tell of servers');
    }
    const server = programs.lesson(`${lesson}/server`, '--port', '0');
    await server.printed(/ready/);
    await server.toldEither(/^Port 0 became port \d+$/m);
    const [port] = /(?<=became port )\d+/.exec(server.stderr)!;
    const client = programs.lesson(`${lesson}/client`, '--port', port);
    client.endInput('hello\n');
    await client.printed(answer);
    expect(client.stdout).toContain(answer);
  },
);
