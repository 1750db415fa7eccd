/** Who holds a port that is taken, in Linux's table and on this machine. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { describe, expect, it } from 'vitest';
import { explain } from '../../../src/common/index.ts';
import { holderIn } from '../../../src/common/port-holder.ts';
import { eventually } from '../../support/eventually.ts';
import { needIPv6 } from '../../support/peers.ts';

const HEAD =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';
const row = (local: string, state: string, inode: number): string =>
  `   4: ${local} 0100007F:E4FC ${state} 00000000:00000000 03:00001708 00000000     0        0 ${inode} 3 0`;

const LISTENING = '0A';
const CONNECTED = '01';
const TIME_WAIT = '06';
const V6_LOOPBACK = '00000000000000000000000001000000';
const V6_ANY = '0'.repeat(32);
const MAPPED = '0000000000000000FFFF00000100007F';

describe('the table of TCP', () => {
  const at = { host: '127.0.0.1', port: 12_345 };
  const holder = (rows: string[], host = at.host): string =>
    holderIn([HEAD, ...rows].join('\n'), { ...at, host });

  it.each<[string, string[], string]>([
    ['a listener', [row('0100007F:3039', LISTENING, 7)], 'listener'],
    ['a listener of every address', [row('00000000:3039', LISTENING, 7)], 'listener'],
    ['a listener of both families', [row(`${V6_ANY}:3039`, LISTENING, 7)], 'listener'],
    ['a connection', [row('0100007F:3039', CONNECTED, 7)], 'connection'],
    ['a connection by IPv6', [row(`${MAPPED}:3039`, CONNECTED, 7)], 'connection'],
    [
      'a connection that has ended',
      [row('0100007F:3039', TIME_WAIT, 0)],
      'ended program',
    ],
    [
      'a listener, and what it left behind',
      [row('0100007F:3039', TIME_WAIT, 0), row('0100007F:3039', LISTENING, 7)],
      'listener',
    ],
    ['another port', [row('0100007F:303A', LISTENING, 7)], 'unknown'],
    ['another address', [row('0200007F:3039', LISTENING, 7)], 'unknown'],
    ['nothing', [], 'unknown'],
  ])('shows %s', (_, rows, expected) => {
    expect(holder(rows)).toBe(expected);
  });

  it('shows whoever is in the way of every address', () => {
    const rows = [row('0200007F:3039', TIME_WAIT, 0)];
    expect(holder(rows, '0.0.0.0')).toBe('ended program');
    expect(holder(rows, '::')).toBe('ended program');
  });

  it('has four digits for a port', () => {
    const table = `${HEAD}\n${row('0100007F:0050', LISTENING, 7)}`;
    expect(holderIn(table, { host: '127.0.0.1', port: 80 })).toBe('listener');
  });

  it('compares the ports alone of IPv6', () => {
    expect(holder([row(`${V6_LOOPBACK}:3039`, LISTENING, 7)], '::1')).toBe('listener');
  });
});

describe('a TCP port that is taken', () => {
  const here = '127.0.0.1';
  const listening = async (host = here): Promise<Server> => {
    const server = createServer().listen(0, host);
    await once(server, 'listening');
    return server;
  };
  const refusal = async (port: number): Promise<string> => {
    const [error] = await once(createServer().listen(port, here), 'error');
    return explain(error);
  };
  const saysWhich = process.platform === 'linux';
  const both = 'another program listens there, or one that has just ended';

  it('says that it is a listener', async () => {
    const server = await listening();
    const { port } = server.address() as AddressInfo;
    const words = saysWhich ? 'another program listens there. Stop it' : both;
    expect(await refusal(port)).toContain(`${here}:${port} is taken: ${words}`);
    server.close();
  });

  it('says that it is a listener, of both families', async (context) => {
    needIPv6(context);
    const server = await listening('::');
    const { port } = server.address() as AddressInfo;
    const words = saysWhich ? 'another program listens there. Stop it' : both;
    expect(await refusal(port)).toContain(words);
    server.close();
  });

  it('says that a connection ends there, and then that it has ended', async () => {
    const server = await listening();
    server.on('connection', (socket) => socket.resume());
    const client = connect((server.address() as AddressInfo).port, here);
    await once(client, 'connect');
    const port = client.localPort!; // the system's choice
    const live = saysWhich
      ? 'another program has a connection from that port'
      : 'is taken';
    expect(await refusal(port)).toContain(live);
    client.resume().end();
    await once(client, 'close');
    const ended = saysWhich
      ? 'a program that has ended had a connection there'
      : 'is taken';
    // Linux writes the table out while it changes: a row may be missing for a moment.
    await eventually(async () => expect(await refusal(port)).toContain(ended));
    server.close();
  });
});
