/** Who is told what about peers, by the test's own clock. */
import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type OptionNames, ZmqError } from '../../../../src/zeromq/base/errors.ts';
import { Peers } from '../../../../src/zeromq/netcat/peers.ts';
import { type AnySocket, openSocket } from '../../../../src/zeromq/netcat/sockets.ts';

const ADDRESS = 'tcp://127.0.0.1:5555';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** The peers of a socket that only has events. */
function peersOf(connect: readonly string[] = [ADDRESS]) {
  const events = new EventEmitter();
  const told: string[] = [];
  const io = {
    note: (text: string) => void told.push(`note: ${text}`),
    complain: (error: unknown) => void told.push(`error: ${(error as Error).message}`),
  };
  const socket = { events } as unknown as AnySocket;
  const peers = new Peers(socket, { type: 'req', connect }, io);
  const refused = (why: string, address = ADDRESS): void => {
    events.emit('handshake:error:protocol', { address, error: new Error(why) });
  };
  return { peers, events, told, refused };
}

describe('nobody', () => {
  it('is told of once, after three seconds', () => {
    const { told } = peersOf();
    vi.advanceTimersByTime(2999);
    expect(told).toEqual([]);
    vi.advanceTimersByTime(60_000);
    expect(told).toEqual([
      `note: nobody has answered at ${ADDRESS} yet: req keeps trying`,
    ]);
  });

  it('is missed where somebody has been there, or nobody is called', () => {
    const { events, told } = peersOf();
    events.emit('handshake', {});
    const uncalled = peersOf([]);
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(60_000);
    expect([...told, ...uncalled.told]).toEqual([]);
  });
});

describe('a call that fails', () => {
  it('is told of once for each reason, and at once', () => {
    const { events, told } = peersOf();
    const error = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5555'), {
      code: 'ECONNREFUSED',
      syscall: 'connect',
      address: '127.0.0.1',
      port: 5555,
    });
    for (let again = 0; again < 3; again += 1) events.emit('close', { error });
    events.emit('close', {});
    const unknown = Object.assign(new Error('getaddrinfo ENOTFOUND x'), {
      code: 'ENOTFOUND',
      hostname: 'x',
    });
    events.emit('close', { error: unknown });
    expect(told).toEqual([
      'note: req keeps trying: nothing is listening at 127.0.0.1:5555. ' +
        'Start the server first, or check --connect (ECONNREFUSED)',
      "note: req keeps trying: no host is called 'x'. Check --connect (ENOTFOUND)",
    ]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('who refuses', () => {
  it('is told of once for each reason: an error where we call, a note where we are called', () => {
    const { refused, told } = peersOf();
    for (let again = 0; again < 3; again += 1) refused('no REP');
    refused('no version');
    refused('no REP', 'tcp://127.0.0.1:6666');
    expect(told).toEqual([
      `error: ${ADDRESS}: no REP`,
      `error: ${ADDRESS}: no version`,
      'note: tcp://127.0.0.1:6666: no REP',
    ]);
  });

  it('is told of ten times, and not for ever', () => {
    const { refused, told } = peersOf();
    for (let stranger = 0; stranger < 1000; stranger += 1)
      refused(`stranger ${stranger}`);
    expect(told).toHaveLength(10);
  });

  it('is told of by its own reason, where there is one behind it', () => {
    const { events, told } = peersOf();
    const error = new Error('refused', { cause: new Error('not on the list') });
    events.emit('handshake:error:auth', { address: ADDRESS, error });
    expect(told).toEqual([`error: ${ADDRESS}: not on the list`]);
  });
});

describe('to have met somebody', () => {
  it('is waited for until it is so, or the time has passed', async () => {
    const { events, peers } = peersOf();
    const soon = peers.met(500);
    vi.advanceTimersByTime(500);
    expect(await soon).toBe(false);
    const later = peers.met(undefined);
    events.emit('handshake', {});
    expect(await later).toBe(true);
    expect(await peers.met(500)).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('leaves no clock running', async () => {
    const { peers, refused } = peersOf();
    const met = peers.met(60_000);
    refused('no REP');
    expect(await met).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });
});

it('a hint names the options of the command line, if it has them', () => {
  const { events, told } = peersOf();
  const refused = (about: 'wssTrustPem' | 'wssHostname'): ZmqError =>
    new ZmqError('EACCES', {
      message: 'Refused',
      hint: (nameOf) => `Give ${nameOf(about) ?? 'its name'}`,
    });
  expect(refused('wssHostname').hint).toBe('Give wssHostname');
  for (const about of ['wssTrustPem', 'wssHostname'] as const) {
    events.emit('close', { error: refused(about) });
  }
  expect(told).toEqual([
    'note: req keeps trying: Refused. Give --ca',
    'note: req keeps trying: Refused. Give its name',
  ]);
});

it('so does one about an address to bind', async () => {
  const hint = (nameOf: OptionNames): string =>
    `${nameOf('wssCertPem')} or ${nameOf('wssKeyPem')} is wrong`;
  const bind = (): Promise<void> => Promise.reject(new ZmqError('EINVAL', { hint }));
  const opened = openSocket({ bind } as unknown as AnySocket, {
    bind: ['wss://*:1'],
    connect: [],
  });
  await expect(opened).rejects.toThrow('Invalid argument. --cert or --key is wrong');
});
