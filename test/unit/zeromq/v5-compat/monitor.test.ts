/** The events of a monitored socket of version 5. */
import { expect, it, onTestFinished, vi } from 'vitest';
import * as zmq from '../../../../src/zeromq/v5-compat/index.ts';
import { eventually } from '../../../support/eventually.ts';
import { bound, called, next, useSockets } from '../../../support/zeromq-v5.ts';

const open = useSockets();
const EVENTS = ['listen', 'accept', 'connect', 'disconnect', 'close', 'bind_error'];

function watched(socket: zmq.Socket): string[] {
  const told: string[] = [];
  for (const event of EVENTS) socket.on(event, () => told.push(event));
  return told;
}

it('have an address, and values where there are some', async () => {
  const [rep, other, req] = [open(zmq, 'rep'), open(zmq, 'rep'), open(zmq, 'req')];
  const [listening, accepted] = [next(rep, 'listen'), next(rep, 'accept')];
  expect(rep.monitor()).toBe(rep);
  const address = await bound(rep);
  expect(await listening).toEqual([undefined, address, undefined]);

  const failed = next(other.monitor(), 'bind_error');
  const error = await called((callback) => other.bind(address, callback));
  const [errno, where, why] = await failed;
  expect(error).toMatchObject({ code: 'EADDRINUSE', errno });
  expect([address.endsWith(String(where)), why]).toEqual([true, error]);

  const [connecting, connected] = [
    next(req.monitor(), 'connect_delay'),
    next(req, 'connect'),
  ];
  req.connect(address);
  expect(await connecting).toEqual([undefined, address, undefined]);
  expect(await connected).toEqual([undefined, address, undefined]);
  expect(await accepted).toMatchObject([undefined, address, undefined]);

  const [gone, retrying] = [next(req, 'disconnect'), next(req, 'connect_retry')];
  rep.close();
  expect(await gone).toEqual([undefined, address, undefined]);
  expect(await retrying).toEqual([expect.any(Number), address, undefined]);
});

it('come once, however often the socket is monitored, until unmonitor()', async () => {
  const warn = vi.spyOn(process, 'emitWarning').mockReturnValue();
  onTestFinished(() => warn.mockRestore());
  const pull = open(zmq, 'pull');
  const told = watched(pull);
  pull.monitor().monitor(10, 0);
  expect(warn).toHaveBeenCalledWith(expect.stringContaining('takes no arguments'));
  const address = await bound(pull);
  await eventually(() => expect(told).toEqual(['listen']));
  expect(pull.unmonitor()).toBe(pull);
  const push = open(zmq, 'push');
  push.connect(address);
  push.send('a');
  await next(pull);
  expect(told).toEqual(['listen']);
});

it('none come where nobody has asked', async () => {
  const pull = open(zmq, 'pull');
  const told = watched(pull);
  const push = open(zmq, 'push');
  push.connect(await bound(pull));
  push.send('a');
  await next(pull);
  expect(told).toEqual([]);
});
