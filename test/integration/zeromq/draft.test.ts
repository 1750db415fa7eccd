/** The draft types, ours at both ends and at either, beside the native package's. */
import { createSocket } from 'node:dgram';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import * as native from 'zeromq/draft.js';
import * as draft from '../../../src/zeromq/draft.ts';
import { eventually, PATIENCE } from '../../support/eventually.ts';
import { ownPort } from '../../support/sockets.ts';
import { anyAddress, thrown, type Transport } from '../../support/zeromq-contract.ts';
import { anyGroup, needMulticast } from '../../support/zeromq-groups.ts';

type Types = typeof draft;
const theirs = native as unknown as Types;
const TRANSPORTS = ['tcp', 'ipc', 'ws'] as const;

const WAIT = { receiveTimeout: PATIENCE, sendTimeout: PATIENCE };
const opened: { close(): void }[] = [];
afterEach(() => {
  for (const socket of opened.splice(0)) socket.close();
});

function open<T extends keyof Types>(types: Types, type: T): InstanceType<Types[T]> {
  const socket = new types[type]({ linger: 0 });
  for (const [name, value] of Object.entries(WAIT)) {
    if (name in socket) (socket as unknown as Record<string, number>)[name] = value;
  }
  opened.push(socket);
  return socket as InstanceType<Types[T]>;
}

const PAIRS: [string, Types, Types, readonly Transport[]][] = [
  ['ours, with each other', draft, draft, [...TRANSPORTS, 'inproc']],
  ['ours bound, theirs connected', draft, theirs, TRANSPORTS],
  ['theirs bound, ours connected', theirs, draft, TRANSPORTS],
];

describe.each(PAIRS)('%s', (_, binder, connector, transports) => {
  describe.each(transports)('over %s', (transport) => {
    async function pair<B extends keyof Types, C extends keyof Types>(b: B, c: C) {
      const bound = open(binder, b);
      await bound.bind(anyAddress(transport));
      const connected = open(connector, c);
      connected.connect(bound.lastEndpoint!);
      return [bound, connected] as const;
    }

    it('a server answers each client, in any order, as often as it likes', async () => {
      const [server, ann] = await pair('Server', 'Client');
      const bob = open(connector, 'Client');
      bob.connect(server.lastEndpoint!);
      await ann.send('ann');
      await bob.send('bob');
      const asked = new Map<string, number>();
      while (asked.size < 2) {
        const [question, { routingId }] = await server.receive();
        asked.set(String(question), routingId);
      }
      expect(asked.get('ann')).not.toBe(asked.get('bob'));
      for (const word of ['first', 'second']) {
        for (const name of ['bob', 'ann']) {
          await server.send(`${word} for ${name}`, { routingId: asked.get(name)! });
        }
      }
      for (const [name, client] of [['ann', ann] as const, ['bob', bob] as const]) {
        const answers = [await client.receive(), await client.receive()];
        expect(answers.map(([answer]) => String(answer))).toEqual([
          `first for ${name}`,
          `second for ${name}`,
        ]);
      }
    });

    it('a client that is bound asks servers in turn', async () => {
      const [client, first] = await pair('Client', 'Server');
      const second = open(connector, 'Server');
      second.connect(client.lastEndpoint!);
      const heard = new Map<draft.Server, number>();
      for (const server of [first, second]) {
        void server
          .receive()
          .then(([, { routingId }]) => heard.set(server, routingId))
          .catch(() => {}); // it is missed below
      }
      // A server that is not there yet has no turn.
      await eventually(async () => {
        await client.send('hello');
        expect(heard.size).toBe(2);
      });
      const routingId = heard.get(first)!;
      await first.send('here', { routingId });
      expect(String((await client.receive())[0])).toBe('here');
    });

    it('a gatherer gets all that is scattered', async () => {
      const [gather, scatter] = await pair('Gather', 'Scatter');
      for (let k = 0; k < 500; k += 1) await scatter.send(`task ${k}`);
      for (let k = 0; k < 500; k += 1) {
        expect(String((await gather.receive())[0])).toBe(`task ${k}`);
      }
    });

    it.each([
      ['Radio', 'Dish'],
      ['Dish', 'Radio'],
    ] as const)('%s, bound, and %s: who has joined a group hears it', async (b, c) => {
      const [bound, connected] = await pair(b, c);
      const [radio, dish] = (b === 'Radio' ? [bound, connected] : [connected, bound]) as [
        draft.Radio,
        draft.Dish,
      ];
      dish.join('news', 'sport');
      let began = false;
      const first = dish.receive().finally(() => (began = true));
      await eventually(async () => {
        await radio.send('ignored', { group: 'new' });
        await radio.send('ignored', { group: 'newspaper' });
        await radio.send('begin', { group: 'news' });
        expect(began).toBe(true);
      });
      const [body, { group }] = await first;
      expect([String(body), String(group)]).toEqual(['begin', 'news']);
      await radio.send('goal', { group: 'sport' });
      const heard = async (): Promise<string> => {
        const [message, from] = await dish.receive();
        return `${String(from.group)}: ${String(message)}`;
      };
      let next = await heard();
      while (next === 'news: begin') next = await heard();
      expect(next).toBe('sport: goal');
      dish.leave('news');
      // Until RADIO has heard of it, DISH drops what still comes.
      for (let k = 0; k < 20; k += 1) await radio.send('gone', { group: 'news' });
      await radio.send('end', { group: 'sport' });
      expect(await heard()).toBe('sport: end');
    });

    it('a group ends before its first zero byte', async () => {
      const [radio, dish] = await pair('Radio', 'Dish');
      dish.join('news\0paper');
      let began = false;
      const first = dish.receive().finally(() => (began = true));
      await eventually(async () => {
        await radio.send('ignored', { group: 'newspaper' });
        await radio.send('begin', { group: 'news\0reel' });
        expect(began).toBe(true);
      });
      const [body, { group }] = await first;
      expect([String(body), String(group)]).toEqual(['begin', 'news']);
      expect(() => dish.leave('new')).toThrow('Invalid argument');
      dish.leave('news\0');
    });
  });
});

describe('ours', () => {
  it.each<[string, unknown, string]>([
    ['no message', undefined, 'Message must be present'],
    ['no part', [], 'Message must have at least one part'],
  ])('say so of %s, as other sockets do', async (_, message, why) => {
    const error = { name: 'TypeError', message: why };
    const send = (type: 'Server' | 'Radio', options: object): unknown =>
      open(draft, type).send(message as string, options as never);
    expect(await thrown(() => send('Server', { routingId: 1 }))).toMatchObject(error);
    expect(await thrown(() => send('Radio', { group: 'a' }))).toMatchObject(error);
  });

  it('say what is wrong as theirs do', async () => {
    const slips: [string, (types: Types) => unknown][] = [
      [
        'a client that is not there',
        (types) => open(types, 'Server').send('x', { routingId: 5 }),
      ],
      [
        'several parts',
        (types) => {
          const client = open(types, 'Client');
          client.sendTimeout = 0; // theirs looks at the parts when the time is up
          return client.send(['a', 'b'] as never);
        },
      ],
      ['no options', (types) => open(types, 'Server').send('x', undefined as never)],
      ['no group', (types) => open(types, 'Radio').send('x', undefined as never)],
      ['a group twice', (types) => open(types, 'Dish').join('a', 'a')],
      ['a group that it is not in', (types) => open(types, 'Dish').leave('a')],
      ['a group that is too long', (types) => open(types, 'Dish').join('x'.repeat(256))],
    ];
    for (const [what, slip] of slips) {
      const [own, their] = [
        await thrown(() => slip(draft)),
        await thrown(() => slip(theirs)),
      ];
      const said = (error: unknown) => {
        const { name, code, message } = error as NodeJS.ErrnoException;
        return code === undefined ? { what, name, message } : { what, code };
      };
      expect(said(own)).toEqual(said(their));
    }
  });

  it('are of the types, and have the options, of theirs', () => {
    for (const name of Object.keys(draft) as (keyof Types)[]) {
      const [own, their] = [open(draft, name), open(theirs, name)];
      expect([name, own.type]).toEqual([name, their.type]);
    }
  });

  it('iterate until they are closed', async () => {
    const [server, client] = [open(draft, 'Server'), open(draft, 'Client')];
    await server.bind(anyAddress('tcp'));
    client.connect(server.lastEndpoint!);
    for (const word of ['one', 'two']) await client.send(word);
    const heard: string[] = [];
    for await (const [word, { routingId }] of server) {
      heard.push(String(word));
      await server.send('seen', { routingId });
      if (heard.length === 2) server.close();
    }
    expect(heard).toEqual(['one', 'two']);
  });

  it('wait while a client has no room, and lose nothing', async () => {
    const [server, client] = [open(draft, 'Server'), open(draft, 'Client')];
    server.sendHighWaterMark = 5;
    client.receiveHighWaterMark = 5;
    await server.bind(anyAddress('inproc'));
    client.connect(server.lastEndpoint!);
    await client.send('hello');
    const [, { routingId }] = await server.receive();
    const sent = (async () => {
      for (let k = 0; k < 100; k += 1) await server.send(String(k), { routingId });
    })();
    for (let k = 0; k < 100; k += 1) {
      expect(String((await client.receive())[0])).toBe(String(k));
    }
    await sent;
  });
});

/** libzmq opens a dish's port some time after its bind: until then, all that is sent is lost. */
async function greet(radio: draft.Radio, dish: draft.Dish, group: string): Promise<void> {
  const heard = dish.receive().then(() => true);
  do await radio.send('hello', { group });
  while (!(await Promise.race([heard, pause(50, false)])));
}

describe.each(
  PAIRS.map(([name, binder, connector]) => [name, binder, connector] as const),
)('%s', (_, binder, connector) => {
  it('over udp a dish gets what a radio sends to its groups', async () => {
    const address = `udp://127.0.0.1:${await ownPort()}`;
    const dish = open(binder, 'Dish');
    await dish.bind(address);
    dish.join('here', 'there');
    const radio = open(connector, 'Radio');
    radio.connect(address);
    await greet(radio, dish, 'here');
    const [body, empty] = [Buffer.alloc(5000, 'x'), Buffer.alloc(0)];
    const wanted: [Buffer, string][] = [
      [body, 'here'],
      [empty, 'there'],
      [Buffer.from('last'), 'here'],
    ];
    for (const [message, group] of wanted) {
      await radio.send('for nobody', { group: 'elsewhere' });
      await radio.send(message, { group });
    }
    for (const [message, group] of wanted) {
      let [got, options] = await dish.receive();
      while (String(got) === 'hello') [got, options] = await dish.receive();
      expect(got.equals(message)).toBe(true);
      expect(String(options.group)).toBe(group);
    }
  });
});

/**
 * libzmq opens the port some time after its bind: until then, what is sent is lost. It ends an
 * address with a zero byte.
 */
async function echoed(from: draft.Datagram, to: string, body: string): Promise<string[]> {
  const heard = from.receive();
  const answer = heard.then((parts) =>
    parts.map((part) => String(part).replace('\0', '')),
  );
  do await from.send([to, body]);
  while (!(await Promise.race([heard.then(() => true), pause(50, false)])));
  return answer;
}

describe.each(
  PAIRS.map(([name, binder, connector]) => [name, binder, connector] as const),
)('%s', (_, first, second) => {
  it('over udp a datagram is answered where it came from', async () => {
    const places = [`127.0.0.1:${await ownPort()}`, `127.0.0.1:${await ownPort()}`];
    const asks = open(first, 'Datagram');
    const answers = open(second, 'Datagram');
    await asks.bind(`udp://${places[0]}`);
    await answers.bind(`udp://${places[1]}`);
    void (async () => {
      for await (const [from, body] of answers)
        await answers.send([from, `re: ${String(body)}`]);
    })().catch(() => {}); // it is missed below
    expect(await echoed(asks, places[1]!, 'hello')).toEqual([places[1], 're: hello']);
  });
});

describe('Datagram, ours', () => {
  it('speaks with a plain UDP socket, and is bound anew after unbind', async () => {
    const datagram = open(draft, 'Datagram');
    const plain = createSocket('udp4');
    opened.push(plain);
    await new Promise<void>((resolve) => {
      plain.bind(0, '127.0.0.1', resolve);
    });
    const place = `127.0.0.1:${plain.address().port}`;
    for (const body of ['hello', '', 'x'.repeat(20_000)]) {
      await datagram.bind('udp://127.0.0.1:*');
      const heard = new Promise<string>((resolve) => {
        plain.once('message', (bytes, { port }) => {
          plain.send(bytes, port, '127.0.0.1');
          resolve(bytes.toString());
        });
      });
      await datagram.send([place, body]);
      expect(await heard).toBe(body);
      expect((await datagram.receive()).map(String)).toEqual([place, body]);
      await datagram.unbind(datagram.lastEndpoint!);
    }
  });

  it('refuses what is not a datagram, a second port, and other transports', async () => {
    const datagram = open(draft, 'Datagram');
    await datagram.bind('udp://127.0.0.1:*');
    const slips: [unknown, string][] = [
      ['alone', 'EINVAL'],
      [['127.0.0.1:5', 'a', 'b'], 'EINVAL'],
      [['localhost:5', 'a'], 'EINVAL'],
      [['127.0.0.1:0', 'a'], 'EINVAL'],
      [['127.0.0.256:5', 'a'], 'EINVAL'],
      [['127.0.0.1:65536', 'a'], 'EINVAL'],
    ];
    for (const [message, code] of slips) {
      expect(
        await thrown(() => datagram.send(message as [string, string])),
      ).toMatchObject({ code });
    }
    expect(await thrown(() => datagram.bind('udp://127.0.0.1:*'))).toMatchObject({
      code: 'EINVAL',
      hint: 'A Datagram can be bound only once: use another one',
    });
    for (const address of [
      'tcp://127.0.0.1:*',
      'inproc://here',
      'epgm://239.192.1.1:5555',
    ]) {
      const error = await thrown(() => open(draft, 'Datagram').bind(address));
      expect(error).toMatchObject({ code: 'ENOCOMPATPROTO' });
    }
    const connected = await thrown(() => datagram.connect('udp://127.0.0.1:5555'));
    expect(connected).toMatchObject({ code: 'ENOCOMPATPROTO' });
  });

  it('counts what it drops while it is not bound', async () => {
    const datagram = open(draft, 'Datagram');
    await datagram.send(['127.0.0.1:5555', 'nobody']);
    expect(datagram.dropped).toBe(1);
  });
});

describe('udp, ours', () => {
  it('one datagram to a group reaches all dishes of it', async (context) => {
    await needMulticast(context);
    const { group, port } = await anyGroup();
    const address = `udp://127.0.0.1;${group}:${port}`;
    const dishes = [open(draft, 'Dish'), open(draft, 'Dish')];
    for (const dish of dishes) {
      await dish.bind(address);
      dish.join('news');
    }
    const radio = open(draft, 'Radio');
    radio.connect(address);
    await radio.send('to all', { group: 'news' });
    for (const dish of dishes) expect(String((await dish.receive())[0])).toBe('to all');
  });

  it('what is sent arrives although the radio closes, and the port is told', async () => {
    const dish = open(draft, 'Dish');
    await dish.bind('udp://127.0.0.1:*');
    dish.join('a');
    const radio = new draft.Radio();
    radio.connect(dish.lastEndpoint!);
    await radio.send('last words', { group: 'a' });
    radio.close();
    expect(String((await dish.receive())[0])).toBe('last words');
  });

  it('says so when a datagram is too long', async () => {
    const dish = open(draft, 'Dish');
    await dish.bind('udp://127.0.0.1:*');
    const radio = open(draft, 'Radio');
    const told = new Promise((resolve) => {
      radio.events.on('disconnect', ({ error }) => resolve(error));
    });
    radio.connect(dish.lastEndpoint!);
    await radio.send(Buffer.alloc(100_000), { group: 'a' });
    expect(await told).toMatchObject({ code: 'EMSGSIZE' });
  });

  it('datagrams of strangers are dropped', async () => {
    const dish = open(draft, 'Dish');
    await dish.bind('udp://127.0.0.1:*');
    dish.join('a');
    const port = Number(dish.lastEndpoint!.split(':').at(-1));
    const stranger = createSocket('udp4');
    for (const bytes of ['', '\xff', '\x05abc', '\x01b!', '\x01a']) {
      stranger.send(Buffer.from(bytes, 'latin1'), port, '127.0.0.1');
    }
    stranger.send(Buffer.from('\x01agood'), port, '127.0.0.1', () => stranger.close());
    expect(String((await dish.receive())[0])).toBe('');
    expect(String((await dish.receive())[0])).toBe('good');
  });

  it('a radio connects, a dish binds, and nobody else does', async () => {
    const udp = 'udp://127.0.0.1:5555';
    const error = expect.objectContaining({ code: 'ENOCOMPATPROTO' }) as Error;
    await expect(open(draft, 'Radio').bind(udp)).rejects.toEqual(error);
    expect(() => open(draft, 'Dish').connect(udp)).toThrow(error);
    expect(() => open(draft, 'Client').connect(udp)).toThrow(error);
    expect(() => open(draft, 'Radio').connect('udp://127.0.0.1:*')).toThrow('Invalid');
  });
});
