/** Who gets a message when there are several who could. */
import { describe, expect, it } from 'vitest';
import {
  bound,
  ENGINES,
  link,
  OURS,
  PAIRS,
  until,
  useSockets,
  words,
} from '../../support/zeromq-contract.ts';

const open = useSockets();

describe.for(PAIRS)('%s', ([, { binder, connector }]) => {
  it('PUSH deals out in turn', async () => {
    const push = open(connector, 'Push');
    const pulls = [open(binder, 'Pull'), open(binder, 'Pull'), open(binder, 'Pull')];
    for (const pull of pulls) await link(pull, push);
    for (let i = 0; i < 9; i += 1) await push.send(String(i));
    for (const [k, pull] of pulls.entries()) {
      for (const i of [k, k + 3, k + 6]) {
        expect(words(await pull.receive())).toEqual([String(i)]);
      }
    }
  });

  it('PULL takes in turn from all who have something', async () => {
    const pull = open(binder, 'Pull');
    const address = await bound(pull);
    const pushes = [open(connector, 'Push'), open(connector, 'Push')];
    for (const [who, push] of pushes.entries()) {
      push.connect(address);
      for (let i = 0; i < 100; i += 1) await push.send(String(who));
    }
    const got: string[] = [];
    for (let i = 0; i < 200; i += 1) got.push(...words(await pull.receive()));
    expect(got.filter((who) => who === '0')).toHaveLength(100);
    expect(got.filter((who) => who === '1')).toHaveLength(100);
  });

  it('REP answers whoever asked', async () => {
    const rep = open(binder, 'Reply');
    const address = await bound(rep);
    const reqs = ['a', 'b', 'c'].map((name) => {
      const req = open(connector, 'Request');
      req.connect(address);
      return { name, req };
    });
    for (const { name, req } of reqs) await req.send(name);
    for (const _ of reqs) {
      const [name] = await rep.receive();
      await rep.send(`for ${String(name)}`);
    }
    for (const { name, req } of reqs) {
      expect(words(await req.receive())).toEqual([`for ${name}`]);
    }
  });

  it('REP does not mind that the one who asked is gone', async () => {
    const rep = open(binder, 'Reply');
    const address = await bound(rep);
    const gone = open(connector, 'Request');
    gone.connect(address);
    await gone.send('and goodbye');
    await rep.receive();
    gone.close();
    await rep.send('to nobody');
    const req = open(connector, 'Request');
    req.connect(address);
    await req.send('me');
    expect(words(await rep.receive())).toEqual(['me']);
    await rep.send('you');
    expect(words(await req.receive())).toEqual(['you']);
  });

  it('REQ asks its servers in turn', async () => {
    const req = open(connector, 'Request');
    const reps = [open(binder, 'Reply'), open(binder, 'Reply')];
    for (const rep of reps) await link(rep, req);
    for (let i = 0; i < 4; i += 1) {
      const rep = reps[i % 2]!;
      await req.send(String(i));
      expect(words(await rep.receive())).toEqual([String(i)]);
      await rep.send('done');
      await req.receive();
    }
  });

  it('REP keeps the whole envelope, however many routers wrote on it', async () => {
    const [dealer, rep] = [open(connector, 'Dealer'), open(binder, 'Reply')];
    await link(rep, dealer);
    await dealer.send(['hop 2', 'hop 1', '', 'question', 'with', '', 'parts']);
    expect(words(await rep.receive())).toEqual(['question', 'with', '', 'parts']);
    await rep.send('answer');
    expect(words(await dealer.receive())).toEqual(['hop 2', 'hop 1', '', 'answer']);
  });

  it('ROUTER sends to the one who is named', async () => {
    const router = open(binder, 'Router');
    const address = await bound(router);
    const dealers = ['ann', 'bob', 'cyd'].map((routingId) => {
      const dealer = open(connector, 'Dealer', { routingId });
      dealer.connect(address);
      return dealer;
    });
    for (const dealer of dealers) await dealer.send('hello');
    const names: string[] = [];
    for (const _ of dealers) names.push(words(await router.receive())[0]!);
    expect(names.sort()).toEqual(['ann', 'bob', 'cyd']);
    for (const name of ['cyd', 'ann', 'bob']) await router.send([name, `hi ${name}`]);
    for (const [i, name] of ['ann', 'bob', 'cyd'].entries()) {
      expect(words(await dealers[i]!.receive())).toEqual([`hi ${name}`]);
    }
  });

  it('a name that is taken stays with its first owner, unless handed over', async () => {
    for (const handover of [false, true]) {
      const router = open(binder, 'Router', { handover });
      let came = 0;
      router.events.on('handshake', () => (came += 1));
      const address = await bound(router);
      const first = open(connector, 'Dealer', { routingId: 'ann' });
      let left = false;
      first.events.on('disconnect', () => (left = true));
      first.connect(address);
      await first.send('first');
      expect(words(await router.receive())).toEqual(['ann', 'first']);
      const second = open(connector, 'Dealer', { routingId: 'ann' });
      second.connect(address);
      await second.send('second');
      await until(() => came === 2, 'that both are there');
      if (handover) expect(words(await router.receive())).toEqual(['ann', 'second']);
      else await first.send('still here');
      if (!handover) expect(words(await router.receive())).toEqual(['ann', 'still here']);
      await router.send(['ann', 'who are you?']);
      const owner = handover ? second : first;
      expect(words(await owner.receive())).toEqual(['who are you?']);
      // libzmq keeps the connection of the one who has lost its name.
      if (handover && binder === OURS) {
        await until(() => left, 'that it is hung up on');
      }
    }
  });

  it('PAIR turns a second one away', async () => {
    const pair = open(binder, 'Pair');
    const address = await bound(pair);
    const first = open(connector, 'Pair');
    first.connect(address);
    await first.send('first');
    expect(words(await pair.receive())).toEqual(['first']);
    const second = open(connector, 'Pair', { sendTimeout: 100 });
    let known = false;
    second.events.on('handshake', () => (known = true));
    second.connect(address);
    await second.send('second').catch(() => {});
    await until(() => known, 'that it is there');
    await first.send('first again');
    expect(words(await pair.receive())).toEqual(['first again']);
    await pair.send('to the first');
    expect(words(await first.receive())).toEqual(['to the first']);
    pair.receiveTimeout = 50;
    await expect(pair.receive()).rejects.toMatchObject({ code: 'EAGAIN' });
  });

  it('PAIR hears only the first to which it has connected', async () => {
    const [first, second] = [open(binder, 'Pair'), open(binder, 'Pair')];
    const pair = open(connector, 'Pair');
    await link(first, pair);
    let known = false;
    second.events.on('handshake', () => (known = true));
    await link(second, pair);
    await pair.send('to the first');
    expect(words(await first.receive())).toEqual(['to the first']);
    await until(() => known, 'that the second is there');
    second.sendTimeout = 20;
    await second.send('second').catch(() => {});
    // What the second has sent would be there before the first has heard and answered.
    await pair.send('ping');
    await first.receive();
    await first.send('first');
    expect(words(await pair.receive())).toEqual(['first']);
    pair.receiveTimeout = 50;
    await expect(pair.receive()).rejects.toMatchObject({ code: 'EAGAIN' });
  });

  it('REQ that is correlated and relaxed may ask again, and gets the newer answer', async () => {
    const req = open(connector, 'Request', { correlate: true, relaxed: true });
    const rep = open(binder, 'Router');
    await link(rep, req);
    await req.send('one');
    const first = await rep.receive();
    await req.send('two');
    const second = await rep.receive();
    expect(words(first).at(-1)).toBe('one');
    expect(words(second).at(-1)).toBe('two');
    await rep.send([...first.slice(0, -1), 'answer to one']);
    await rep.send([...second.slice(0, -1), 'answer to two']);
    expect(words(await req.receive())).toEqual(['answer to two']);
  });
});

describe.for(ENGINES)('%s', ([, engine]) => {
  it('conflates to the last message', async () => {
    const pull = open(engine, 'Pull', { conflate: true });
    const push = open(engine, 'Push');
    await link(pull, push);
    for (let i = 0; i <= 100; i += 1) await push.send(String(i));
    let last = '';
    let received = 0;
    while (last !== '100') {
      [last] = words(await pull.receive()) as [string];
      received += 1;
    }
    expect(received).toBeLessThan(101);
  });
});
