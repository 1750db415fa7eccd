/** Publish and subscribe: prefixes, counted subscriptions, and what an XPUB sees of them. */
import { describe, expect, it } from 'vitest';
import {
  bound,
  LIMIT,
  link,
  PAIRS,
  untilHeard,
  useSockets,
  words,
} from '../../support/zeromq-contract.ts';

const open = useSockets();

describe.for(PAIRS)('%s', ([, { binder, connector }]) => {
  it('a topic is a prefix of the first part', async () => {
    const [pub, sub] = [open(binder, 'Publisher'), open(connector, 'Subscriber')];
    // Two prefixes of one message are no reason to send it twice.
    sub.subscribe('1', '1-', 'æ', 'end');
    await link(pub, sub);
    await untilHeard(pub, sub, '1');
    for (const first of [
      '0',
      '1',
      '10',
      '01',
      'æ',
      'a',
      '',
      '\u0000',
      '1-Update! >> #7',
    ]) {
      await pub.send([first, '1 in the second part']);
    }
    await pub.send('end');
    const got = [];
    for (let topic = ''; topic !== 'end'; got.push(topic)) {
      topic = words(await sub.receive())[0]!;
    }
    expect(got).toEqual(['1', '10', 'æ', '1-Update! >> #7', 'end']);
  });

  it('an empty topic is everything, and nothing is none', async () => {
    const pub = open(binder, 'Publisher');
    const [all, none] = [open(connector, 'Subscriber'), open(connector, 'Subscriber')];
    all.subscribe();
    none.receiveTimeout = 50;
    const address = await link(pub, all);
    none.connect(address);
    await untilHeard(pub, all);
    await pub.send('x');
    expect(words(await all.receive())).toEqual(['x']);
    await expect(none.receive()).rejects.toMatchObject({ code: 'EAGAIN' });
  });

  it('subscriptions are counted: two need two ends', async () => {
    const [xpub, sub] = [open(binder, 'XPublisher'), open(connector, 'Subscriber')];
    await link(xpub, sub);
    sub.subscribe('a', 'a', 'end');
    // Only the first of two of a kind is told, and only the last end.
    expect(words(await xpub.receive())).toEqual(['\u0001a']);
    expect(words(await xpub.receive())).toEqual(['\u0001end']);
    sub.unsubscribe('a');
    sub.subscribe('b');
    expect(words(await xpub.receive())).toEqual(['\u0001b']);
    await xpub.send('a still comes');
    expect(words(await sub.receive())).toEqual(['a still comes']);
    sub.unsubscribe('a');
    expect(words(await xpub.receive())).toEqual(['\u0000a']);
    await xpub.send('a comes no more');
    await xpub.send('end');
    expect(words(await sub.receive())).toEqual(['end']);
  });

  it('XPUB makes up the end of a subscription when its last subscriber leaves', async () => {
    const xpub = open(binder, 'XPublisher');
    const [one, two] = [open(connector, 'Subscriber'), open(connector, 'Subscriber')];
    one.subscribe('a');
    const address = await link(xpub, one);
    expect(words(await xpub.receive())).toEqual(['\u0001a']);
    two.connect(address);
    two.subscribe('a', 'b');
    expect(words(await xpub.receive())).toEqual(['\u0001b']);
    one.close();
    two.close();
    const ends = [...(await xpub.receive()), ...(await xpub.receive())].map(String);
    expect(ends.sort()).toEqual(['\u0000a', '\u0000b']);
  });

  it.each([
    { verbosity: null, told: ['+a', '-a'] },
    { verbosity: 'allSubs', told: ['+a', '+a', '-a'] },
    { verbosity: 'allSubsUnsubs', told: ['+a', '+a', '-a', '-a'] },
  ] as const)('XPUB of verbosity $verbosity tells $told', async ({ verbosity, told }) => {
    const xpub = open(binder, 'XPublisher');
    xpub.verbosity = verbosity;
    const heard: string[] = [];
    const hear = async (): Promise<void> => {
      const [topic] = await xpub.receive();
      heard.push(`${topic![0] === 1 ? '+' : '-'}${topic!.subarray(1).toString()}`);
    };
    const subs = [open(connector, 'Subscriber'), open(connector, 'Subscriber')];
    const address = await bound(xpub);
    // Its own topic each, so that it is known when the common one has come.
    for (const [i, sub] of subs.entries()) {
      sub.subscribe('a', String(i));
      sub.connect(address);
      while (!heard.includes(`+${i}`)) await hear();
    }
    for (const [i, sub] of subs.entries()) {
      sub.unsubscribe('a', String(i));
      while (!heard.includes(`-${i}`)) await hear();
    }
    expect(heard.filter((word) => word.endsWith('a'))).toEqual(told);
  });

  it('a verbose XPUB is told of all subscriptions, even repeated ones of one peer', async () => {
    const [xpub, sub] = [open(binder, 'XPublisher'), open(connector, 'Subscriber')];
    xpub.verbosity = 'allSubsUnsubs';
    await link(xpub, sub);
    sub.subscribe('here');
    expect(words(await xpub.receive())).toEqual(['\u0001here']);
    sub.subscribe('a', 'a');
    sub.unsubscribe('a', 'a');
    for (const told of ['\u0001a', '\u0001a', '\u0000a']) {
      expect(words(await xpub.receive())).toEqual([told]);
    }
    expect(xpub.readable).toBe(false);
  });

  it('XPUB with `manual` grants what a class that extends it decides', async () => {
    class Censor extends binder.XPublisher {
      grant(topic: string): void {
        this.setStringOption(6, topic);
      }
      end(topic: string): void {
        this.setStringOption(7, topic);
      }
    }
    const xpub = new Censor({ manual: true, linger: 0, receiveTimeout: LIMIT });
    const [one, two] = [open(connector, 'Subscriber'), open(connector, 'Subscriber')];
    one.subscribe('a');
    await link(xpub, one);
    expect(words(await xpub.receive())).toEqual(['\u0001a']);
    xpub.grant('b');
    two.subscribe('c');
    two.connect(xpub.lastEndpoint!);
    expect(words(await xpub.receive())).toEqual(['\u0001c']);
    xpub.grant('c');
    // A SUB filters for itself as well: what it is granted beyond its wish it does not show.
    one.subscribe('b', 'x');
    expect(words(await xpub.receive())).toEqual(['\u0001b']);
    expect(words(await xpub.receive())).toEqual(['\u0001x']);
    xpub.grant('x');
    for (const word of ['a', 'b', 'c', 'x']) await xpub.send(word);
    expect(words(await one.receive())).toEqual(['b']);
    expect(words(await one.receive())).toEqual(['x']);
    expect(words(await two.receive())).toEqual(['c']);
    one.unsubscribe('x');
    expect(words(await xpub.receive())).toEqual(['\u0000x']);
    xpub.end('b');
    for (const word of ['b', 'x']) await xpub.send(word);
    xpub.close();
    one.receiveTimeout = 100;
    await expect(one.receive()).rejects.toMatchObject({ code: 'EAGAIN' });
  });

  it('XPUB with `manual` tells what a peer that leaves had asked for, granted or not', async () => {
    class Translator extends binder.XPublisher {
      grant(topic: string): void {
        this.setStringOption(6, topic);
      }
    }
    const xpub = new Translator({ manual: true, linger: 0, receiveTimeout: LIMIT });
    const subs = [open(connector, 'Subscriber'), open(connector, 'Subscriber')];
    for (const sub of subs) sub.subscribe('a');
    await link(xpub, subs[0]!);
    expect(words(await xpub.receive())).toEqual(['\u0001a']);
    xpub.grant('b');
    subs[1]!.connect(xpub.lastEndpoint!);
    expect(words(await xpub.receive())).toEqual(['\u0001a']);
    for (const sub of subs) {
      sub.close();
      expect(words(await xpub.receive())).toEqual(['\u0000a']);
    }
    xpub.close();
  });

  it('XPUB takes each part of a message for a subscription, if the first is one', async () => {
    const [xpub, xsub] = [open(binder, 'XPublisher'), open(connector, 'XSubscriber')];
    await link(xpub, xsub);
    await xsub.send(['\u0001a', '\u0001b']);
    expect(words(await xpub.receive())).toEqual(['\u0001a']);
    expect(words(await xpub.receive())).toEqual(['\u0001b']);
    await xpub.send('b');
    expect(words(await xsub.receive())).toEqual(['b']);
  });

  it('XSUB sends parts that follow a subscription as a message', async () => {
    const [xpub, xsub] = [open(binder, 'XPublisher'), open(connector, 'XSubscriber')];
    await link(xpub, xsub);
    await xsub.send(['\u0001a', 'to', 'all']);
    expect(words(await xpub.receive())).toEqual(['\u0001a']);
    expect(words(await xpub.receive())).toEqual(['to', 'all']);
  });

  it('XPUB with `manual` shows what is asked for, and grants nothing by itself', async () => {
    const xpub = open(binder, 'XPublisher', { manual: true });
    const sub = open(connector, 'Subscriber', { receiveTimeout: 100 });
    sub.subscribe('a');
    await link(xpub, sub);
    expect(words(await xpub.receive())).toEqual(['\u0001a']);
    await xpub.send('a');
    await expect(sub.receive()).rejects.toMatchObject({ code: 'EAGAIN' });
    sub.unsubscribe('a');
    expect(words(await xpub.receive())).toEqual(['\u0000a']);
  });

  it('XPUB welcomes those who asked for its welcome', async () => {
    const xpub = open(binder, 'XPublisher', { welcomeMessage: 'welcome' });
    const sub = open(connector, 'Subscriber');
    sub.subscribe('welcome');
    await link(xpub, sub);
    // Both must look: the native engine does its work inside its users' calls.
    const [asked, told] = await Promise.all([xpub.receive(), sub.receive()]);
    expect([words(asked), words(told)]).toEqual([['\u0001welcome'], ['welcome']]);
  });

  it('sends everything but what matches when matching is inverted', async () => {
    const pub = open(binder, 'Publisher', { invertMatching: true });
    const sub = open(connector, 'Subscriber', { invertMatching: true });
    sub.subscribe('a');
    await link(pub, sub);
    await untilHeard(pub, sub, 'b');
    await pub.send('a');
    await pub.send('c');
    expect(words(await sub.receive())).toEqual(['c']);
  });

  it('reaches ten subscribers, each with its own topics', async () => {
    const pub = open(binder, 'Publisher');
    const subs = Array.from({ length: 10 }, () => open(connector, 'Subscriber'));
    const address = await link(pub, subs[0]!);
    for (const sub of subs.slice(1)) sub.connect(address);
    for (const [i, sub] of subs.entries()) {
      sub.subscribe(String(i), 'all');
      await untilHeard(pub, sub, String(i));
    }
    for (let i = 0; i < 10; i += 1) await pub.send(String(i));
    await pub.send('all');
    for (const [i, sub] of subs.entries()) {
      expect(words(await sub.receive())).toEqual([String(i)]);
      expect(words(await sub.receive())).toEqual(['all']);
    }
  });
});
