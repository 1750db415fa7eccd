/**
 * Whoever breaks the rules of the game, of the protocol or of good manners is told so where
 * there are words for it, and harms nobody else: each time, honest bidders play a game to
 * its end meanwhile. For floods, see hostile-floods.test.ts.
 */
import { describe, expect, it } from 'vitest';
import { playAuction } from '../../../src/auction/index.ts';
import { bidsOf, openTable } from '../../support/auction.ts';
import { accountOf, certainly } from '../../support/auction-accounts.ts';
import {
  FramedPeer,
  type Message,
  TcpPeer,
  UdpPeer,
} from '../../support/auction-peers.ts';
import { besieged, farewellTo, refusal } from '../../support/auction-siege.ts';

/** Seated by the lecture's words, over a connection that stays. */
async function seatedByLecture(port: number, name: string): Promise<TcpPeer> {
  const peer = await TcpPeer.open(port);
  peer.write(name);
  await peer.until((all) => all.toString().endsWith(' '));
  return peer;
}

describe('whoever bids in the name of another', () => {
  it('is refused at every door', async () => {
    await besieged(
      async ({ port }) => {
        const eve = await FramedPeer.open(port);
        expect(await eve.join('eve')).toMatchObject({ type: 'welcome' });
        const bid = { type: 'bid', round: 0, amount: 900 };
        expect(await eve.ask({ ...bid, name: 'ann' })).toEqual(refusal('wrong-name'));
        const nobody = await FramedPeer.open(port);
        expect(await nobody.ask({ ...bid, name: 'ann' })).toEqual(refusal('not-seated'));
        expect(await nobody.ask({ ...bid, token: 'ann' })).toEqual(
          refusal('wrong-token'),
        );
        const udp = await UdpPeer.open(port);
        expect(await udp.ask({ ...bid, name: 'bob' })).toEqual(refusal('not-seated'));
        expect(await udp.ask({ ...bid, token: 'x' })).toEqual(refusal('wrong-token'));
        expect(await farewellTo(port, 'ann 900')).toMatch(/^refused: join first/);
        await seatedByLecture(port, 'lea');
        expect(await farewellTo(port, 'lea 900')).toBe(
          'refused: another connection has that name\n',
        );
      },
      { guests: 2 },
    );
  });
});

describe('a name', () => {
  it('is given once, whatever door the next one comes through', async () => {
    await besieged(
      async ({ port }) => {
        const eve = await FramedPeer.open(port);
        expect(await eve.join('ann')).toEqual(refusal('name-taken'));
        const attempt = 'a guess of the attempt';
        expect(await eve.join('bob', { attempt })).toEqual(refusal('name-taken'));
        expect(await eve.join('eve')).toMatchObject({ type: 'welcome' });
        expect(await eve.join('eva')).toEqual(refusal('name-taken'));
        expect(await eve.join('eve')).toEqual(refusal('name-taken'));
        const udp = await UdpPeer.open(port);
        expect(await udp.join('cid')).toEqual(refusal('name-taken'));
        await seatedByLecture(port, 'lea');
        for (const name of ['ann', 'eve', 'lea']) {
          expect(await farewellTo(port, name)).toMatch(/^refused: \w+ [^\n]+\n$/);
        }
      },
      { guests: 2 },
    );
  });

  it('is one word that can be seen, or refused', async () => {
    const names = [
      'eve adams',
      'eve\tadams',
      '',
      ' ',
      'eve\nadams',
      'eve\u0007', // rings
      '\u001B[2J', // clears the screen
      'eve\0',
      '\u202Enna', // turns the writing round
      'a\u2066nn',
      'an\u200Bn', // a space of no width
      'an\u200Dn',
      '\u3164', // a letter that nobody sees
      'ann\uFE0F',
      '\uFEFFann',
      'e\u0301ve', // spelled in another way
      '\uD83D', // half a character
      'e'.repeat(33),
      'e'.repeat(4000),
    ];
    await besieged(
      async ({ auctioneer, port }) => {
        const [framed, udp] = [await FramedPeer.open(port), await UdpPeer.open(port)];
        for (const name of names) {
          expect(await framed.join(name)).toEqual(refusal('bad-name'));
          expect(await udp.ask({ type: 'join', version: 1, name })).toEqual(
            refusal('bad-name'),
          );
          // These cannot be sent, or are another message, in the lecture's words.
          if (['', '\uD83D'].includes(name)) continue;
          expect(await farewellTo(port, name)).toMatch(/^refused: [^\n]+\n$/);
        }
        expect(auctioneer.auction.bidders.size).toBe(3);
      },
      { guests: 1 },
    );
  });

  it('of a megabyte is refused before it is read', async () => {
    await besieged(
      async ({ port }) => {
        const name = 'e'.repeat(1_000_000);
        const framed = await FramedPeer.open(port);
        framed.send({ type: 'join', version: 1, name });
        expect(await framed.farewell()).toEqual(refusal('too-long'));
        expect(await farewellTo(port, name)).toMatch(/^refused: .*at most 5024/);
        const udp = await UdpPeer.open(port);
        udp.send({ type: 'join', version: 1, name: 'e'.repeat(8000) });
        expect(await udp.complaint()).toEqual(refusal('too-long'));
      },
      { guests: 1 },
    );
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'is a name like any other, if it is %s',
    async (name) => {
      const { auctioneer, port } = await openTable({ game: { bidders: 2, items: 9 } });
      const games = [name, 'ann'].map((one, seat) =>
        playAuction({ name: one, port, decide: certainly('js', seat, 2) }),
      );
      for (const { ledger } of await Promise.all(games)) {
        expect(accountOf(ledger)).toEqual(accountOf(auctioneer.auction.ledger));
        expect(ledger.bidders.get(name)).toMatchObject({ name });
      }
    },
  );
});

describe('a bid', () => {
  /** As they stand in the message; the last two are numbers in no JSON. */
  const amounts = [
    ['-1', 'bad-amount'],
    ['-0.5', 'bad-amount'],
    ['1.5', 'bad-amount'],
    ['1e300', 'bad-amount'],
    ['1e309', 'bad-amount'],
    ['9007199254740993', 'bad-amount'],
    ['901', 'too-poor'],
    ['"5"', 'bad-amount'],
    ['null', 'bad-amount'],
    ['true', 'bad-amount'],
    ['[5]', 'bad-amount'],
    ['{"valueOf":5}', 'bad-amount'],
    ['NaN', 'bad-message'],
    ['Infinity', 'bad-message'],
  ] as const;

  it('of a bad amount is refused, and a good one may follow', async () => {
    await besieged(
      async ({ auctioneer, events, port }) => {
        const [eve, udp] = [await FramedPeer.open(port), await UdpPeer.open(port)];
        const lea = await seatedByLecture(port, 'lea');
        await eve.join('eve');
        // The last seat: the first round has begun.
        const { token } = await udp.join('uma');
        const names = ['eve', 'uma', 'lea'];
        const answered = (): string[] => [...auctioneer.auction.answers.keys()];
        for (const [amount, code] of amounts) {
          const text = `{"type":"bid","round":0,"amount":${amount}}`;
          const before = eve.told.length;
          eve.send(text);
          await eve.tcp.until(() => eve.told.slice(before).some(isAnswer));
          expect(eve.told.slice(before).find(isAnswer)).toEqual(refusal(code));
          if (code === 'bad-message') continue;
          const bid = JSON.parse(text) as object;
          // What JSON makes of it here is what the wire brings there; 1e309 becomes null.
          expect(await udp.ask({ ...bid, token })).toEqual(refusal(code));
        }
        expect(answered()).not.toEqual(expect.arrayContaining(names));
        lea.write('lea NaN');
        await lea.until((all) => all.toString().endsWith('bid received'));
        const good = { type: 'bid', round: 0, amount: 5 };
        expect(await eve.ask(good)).toMatchObject({ type: 'accepted', amount: 5 });
        expect(await udp.ask({ ...good, token })).toMatchObject({ type: 'accepted' });
        expect(bidsOf('eve', events)).toEqual([
          { type: 'bid', round: 0, name: 'eve', amount: 5 },
        ]);
        expect(bidsOf('lea', events)).toEqual([]);
        for (const peer of [eve, lea]) peer.leave();
      },
      { guests: 3, game: { items: 1, secondsPerRound: 600 }, times: { silence: 1000 } },
    );
  });

  it('for another round than the one that goes on is refused, and counts in none', async () => {
    await besieged(
      async ({ events, port }) => {
        const eve = await FramedPeer.open(port);
        const { token } = await eve.join('eve');
        const udp = await UdpPeer.open(port);
        await eve.ask({ type: 'pass', round: 0 });
        await eve.find(({ type, round }) => type === 'round' && round === 1);
        for (const round of [0, 5, 11, 1e6, Number.MAX_SAFE_INTEGER]) {
          const bid = { type: 'bid', round, amount: 7 };
          expect(await eve.ask(bid)).toEqual(refusal('wrong-round'));
          expect(await udp.ask({ ...bid, token })).toEqual(refusal('wrong-round'));
        }
        for (const round of [-1, 0.5, 1e300, '0', null]) {
          const bid = { type: 'bid', round, amount: 7 };
          expect(await eve.ask(bid)).toEqual(refusal('bad-message'));
          expect(await udp.ask({ ...bid, token })).toEqual(refusal('bad-message'));
        }
        expect(bidsOf('eve', events)).toEqual([]);
        eve.passOn();
      },
      { guests: 1, game: { secondsPerRound: 600 } },
    );
  });

  it('that is repeated counts once; one that says something else is refused', async () => {
    await besieged(
      async ({ events, port }) => {
        const eve = await FramedPeer.open(port);
        const { token } = await eve.join('eve');
        const udp = await UdpPeer.open(port);
        const bid = { type: 'bid', round: 0, amount: 7 };
        for (let time = 0; time < 3; time += 1) {
          expect(await eve.ask(bid)).toMatchObject({ type: 'accepted', amount: 7 });
          expect(await udp.ask({ ...bid, token })).toMatchObject({ type: 'accepted' });
        }
        await eve.find(({ type, round }) => type === 'round' && round === 1);
        // Its acknowledgement may have been lost, whatever has happened since.
        expect(await udp.ask({ ...bid, token })).toMatchObject({ type: 'accepted' });
        expect(await eve.ask({ ...bid, amount: 8 })).toEqual(refusal('wrong-round'));
        expect(await eve.ask({ type: 'pass', round: 0 })).toEqual(refusal('wrong-round'));
        expect(bidsOf('eve', events)).toHaveLength(1);
        eve.passOn();
      },
      { guests: 1, game: { secondsPerRound: 600 } },
    );
  });
});

describe('a wrong token or code', () => {
  it('opens no seat, and costs the connection', async () => {
    await besieged(async ({ port }) => {
      for (const token of ['', 'guess', 'f'.repeat(32)]) {
        const eve = await FramedPeer.open(port);
        expect(await eve.join('ann', { token })).toEqual(refusal('wrong-token'));
        expect(await eve.tcp.ended).toBe('end');
        const udp = await UdpPeer.open(port);
        expect(await udp.join('ann', { token })).toEqual(refusal('wrong-token'));
        expect(await udp.ask({ type: 'news', after: 0, token })).toEqual(
          refusal('wrong-token'),
        );
      }
    });
  });

  it('is asked for at every door', async () => {
    await besieged(
      async ({ port }) => {
        for (const code of [undefined, '', 'K7RX', 'K7RT ']) {
          const eve = await FramedPeer.open(port);
          expect(await eve.join('eve', { code })).toEqual(refusal('wrong-code'));
          expect(await eve.tcp.ended).toBe('end');
          const spy = await FramedPeer.open(port);
          expect(await spy.ask({ type: 'watch', version: 1, code })).toEqual(
            refusal('wrong-code'),
          );
          const udp = await UdpPeer.open(port);
          expect(await udp.join('eve', { code })).toEqual(refusal('wrong-code'));
        }
        for (const words of ['eve', 'k7rt-eve', 'K7RTeve']) {
          expect(await farewellTo(port, words)).toMatch(/^refused: .*join code/);
        }
        await seatedByLecture(port, 'K7RT-lea');
      },
      { guests: 1, code: 'K7RT' },
    );
  });
});

describe('a token', () => {
  it('is the key to the seat, wherever one comes from; an address is none', async () => {
    await besieged(
      async ({ events, port }) => {
        const [eve, other, thief] = [
          await UdpPeer.open(port),
          await UdpPeer.open(port),
          await UdpPeer.open(port),
        ];
        const { token } = await eve.join('eve');
        const bid = { type: 'bid', round: 0, amount: 3 };
        expect(await eve.ask(bid)).toEqual(refusal('not-seated'));
        expect(await thief.join('eve')).toMatchObject({ type: 'welcome', token });
        const attempt = 'another attempt';
        expect(await thief.join('eve', { attempt })).toEqual(refusal('name-taken'));
        expect(await other.ask({ ...bid, token })).toMatchObject({ type: 'accepted' });
        expect(bidsOf('eve', events)).toHaveLength(1);
      },
      // One round, which her bid ends: it does not depend on the time that she takes.
      { guests: 1, game: { items: 1, secondsPerRound: 600 } },
    );
  });
});

describe('a speaker of another language', () => {
  it.each<[string, string | Uint8Array, RegExp]>([
    ['a browser', 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n', /^refused: join first/],
    ['TLS', Uint8Array.from([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3]), /^refused: /],
    ['SSH', 'SSH-2.0-OpenSSH_9.2\r\n', /^refused: /],
  ])('is let go cleanly: %s', async (_, words, answer) => {
    await besieged(async ({ port }) => {
      expect(await farewellTo(port, words)).toMatch(answer);
    });
  });

  it('is told that no game is here in the lecture’s words, where there is none', async () => {
    await besieged(
      async ({ port }) => {
        expect(await farewellTo(port, 'lea')).toMatch(/^refused: .*expect a buyer/);
      },
      { game: { unsold: 'to-nobody' } },
    );
  });

  it('may make twenty mistakes in JSON, and is told of each', async () => {
    await besieged(async ({ port }) => {
      const eve = await FramedPeer.open(port);
      for (let time = 0; time < 25; time += 1) eve.send(`mistake ${time}`);
      expect(await eve.farewell()).toEqual(refusal('bad-message'));
      expect(eve.told).toHaveLength(20);
      expect(await (await FramedPeer.open(port)).ask({ type: 'marry' })).toEqual(
        refusal('bad-message'),
      );
    });
  });

  it('of another version is told which one is spoken here', async () => {
    await besieged(async ({ port }) => {
      const eve = await FramedPeer.open(port);
      expect(await eve.ask({ type: 'join', version: 2, name: 'eve' })).toMatchObject({
        code: 'wrong-version',
        reason: expect.stringContaining('version 1') as string,
      });
    });
  });
});

describe("two of the lecture's messages in one segment", () => {
  it('are taken for one, which is no bid, and everybody plays on', async () => {
    await besieged(
      async ({ auctioneer, events, port }) => {
        const lea = await seatedByLecture(port, 'lea');
        // The last seat is hers: the game has begun.
        lea.write('lea 5lea');
        await lea.until((all) => all.toString().endsWith('bid received'));
        expect(bidsOf('lea', events)).toEqual([]);
        expect(auctioneer.auction.phase).toBe('bidding');
        // She is none the worse for it: the result comes, and so does the next round.
        lea.write('lea');
        await lea.until((all) => /\w has bought \w+ for \d+$/.test(all.toString()));
        lea.write('lea 6');
        await lea.until((all) => all.toString().endsWith('bid received'));
        expect(await farewellTo(port, 'leolea')).toMatch(/^refused: /);
        lea.leave();
      },
      { guests: 1, game: { items: 2, secondsPerRound: 600 } },
    );
  });
});

describe('half a message', () => {
  const times = { speak: 150 };

  it('that is not finished is given up, with a word', async () => {
    await besieged(
      async ({ port }) => {
        const half = await FramedPeer.open(port);
        half.tcp.write(Uint8Array.from([0, 0, 0, 50, 0x7b]));
        expect(await half.farewell()).toEqual(refusal('too-slow'));
        expect(await half.tcp.ended).toBe('end');
        const silent = await TcpPeer.open(port);
        expect(await silent.ended).toBe('end');
        expect(silent.received.toString()).toMatch(/^refused: you have said nothing/);
      },
      { times },
    );
  });

  it('that comes byte by byte, a little before it is given up, is given up all the same', async () => {
    await besieged(
      async ({ port }) => {
        const slow = await FramedPeer.open(port);
        slow.tcp.write(Uint8Array.from([0, 0, 15, 0]));
        let sent = 0;
        const timer = setInterval(() => {
          slow.tcp.write('x');
          sent += 1;
        }, 40);
        try {
          expect(await slow.farewell()).toEqual(refusal('too-slow'));
          expect(sent).toBeLessThan(30);
        } finally {
          clearInterval(timer);
        }
      },
      { times },
    );
  });

  it('of a seated bidder is given up, too, but may think for as long as they like', async () => {
    await besieged(
      async ({ port }) => {
        const [eve, eva] = [await FramedPeer.open(port), await FramedPeer.open(port)];
        await eve.join('eve');
        await eva.join('eva');
        eva.tcp.write(Uint8Array.from([0, 0, 0, 50, 0x7b]));
        expect(await eva.farewell()).toEqual(refusal('too-slow'));
        // Later than eva was given up, and nothing was said since earlier.
        expect(await eve.ask({ type: 'news', after: 0 })).toMatchObject({ type: 'news' });
      },
      { guests: 2, times },
    );
  });
});

describe('the last words', () => {
  it('reach even one who was still talking, and listens only later', async () => {
    // With a seat that is still free, nobody goes home meanwhile.
    await besieged(
      async ({ auctioneer, port }) => {
        const { connections } = auctioneer.statistics;
        const bare = await TcpPeer.open(port);
        const framed = await FramedPeer.open(port);
        const now = (): number => auctioneer.statistics.connections;
        await expect.poll(now).toBe(connections + 2);
        for (const [peer, first] of [
          [bare, 'e'],
          [framed.tcp, Uint8Array.from([0, 0x10, 0, 0])],
        ] as const) {
          peer.socket.pause();
          // Far more than one read takes: closed over it, the connection would be reset, and
          // the system forgets what came before a reset.
          peer.write(first).write('x'.repeat(300_000));
        }
        await expect.poll(now).toBe(connections);
        for (const peer of [bare, framed.tcp]) {
          peer.socket.resume();
          expect(await peer.ended).toBe('end');
        }
        expect(bare.received.toString()).toMatch(/^refused: .*at most 5024/);
        expect(framed.told).toEqual([refusal('too-long')]);
      },
      { guests: 1 },
    );
  });
});

describe('a peer that resets its connection', () => {
  it('in the middle of anything, is gone and no more', async () => {
    await besieged(
      async ({ auctioneer, port }) => {
        for (const words of [
          '',
          'lea',
          Uint8Array.from([0, 0, 0, 9]),
          'GET / HTTP/1.1',
        ]) {
          const peer = await TcpPeer.open(port);
          if (words.length > 0) peer.write(words);
          peer.socket.resetAndDestroy();
        }
        const eve = await FramedPeer.open(port);
        await eve.join('eve');
        expect(auctioneer.isPresent('eve')).toBe(true);
        eve.send({ type: 'bid', round: 0, amount: 1 });
        eve.tcp.socket.resetAndDestroy();
        await expect.poll(() => auctioneer.isPresent('eve')).toBe(false);
      },
      { guests: 2 },
    );
  });
});

describe('a seat that is taken over', () => {
  it('by its token is lost to the one before, who is told so', async () => {
    await besieged(
      async ({ auctioneer, port }) => {
        const [before, after] = [
          await FramedPeer.open(port),
          await FramedPeer.open(port),
        ];
        const { token } = await before.join('eve');
        expect(await after.join('eve', { token })).toMatchObject({
          type: 'welcome',
          token,
        });
        expect(await before.farewell()).toEqual(refusal('seat-taken-over'));
        expect(await before.tcp.ended).toBe('end');
        expect(auctioneer.isPresent('eve')).toBe(true);
        after.leave();
        await expect.poll(() => auctioneer.isPresent('eve')).toBe(false);
      },
      { guests: 1 },
    );
  });

  it('ends the bidder who had it, and who does not fight for it', async () => {
    const { port } = await openTable({ game: { bidders: 2 } });
    let token = '';
    const first = playAuction({
      name: 'ann',
      port,
      decide: () => 0,
      on: (event) => {
        if (event.type === 'seated') ({ token } = event.welcome);
      },
    });
    const outcome = first.catch((error: unknown) => error);
    await expect.poll(() => token).not.toBe('');
    const thief = await FramedPeer.open(port);
    expect(await thief.join('ann', { token })).toMatchObject({ type: 'welcome' });
    expect(await outcome).toMatchObject({
      code: 'ERR_AUCTION_REFUSED',
      message: expect.stringContaining('somebody else has joined') as string,
    });
  });
});

function isAnswer({ type }: Message): boolean {
  return type === 'accepted' || type === 'refused';
}
