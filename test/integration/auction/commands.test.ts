/** The auction's commands as people type them: a game from the first line to the last. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FramedPeer, TcpPeer } from '../../support/auction-peers.ts';
import { typed } from '../../support/command-line.ts';
import { eventually } from '../../support/eventually.ts';
import { failure, IN_PEACE, type Program, Programs } from '../../support/programs.ts';
import { ownPort } from '../../support/sockets.ts';

const programs = new Programs();
let folder: string;
let port: string;

async function serve(...args: string[]): Promise<Program> {
  const server = programs.cli('auction', 'serve', '--port', port, ...args);
  await server.printed(args.includes('--json') ? '"type":"open"' : 'The auction is open');
  return server;
}

function bid(name: string, ...args: string[]): Program {
  return programs.cli('auction', 'bid', name, '--port', port, ...args);
}

/** Of a program's whole lines, each a JSON object, those of this type. */
function told(program: Program, type: string): Record<string, unknown>[] {
  return program.stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter((message) => message['type'] === type);
}

describe('a game by commands', () => {
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'socketlab-'));
    port = String(await ownPort());
  });

  afterEach(async () => {
    await programs.stopAll();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is played by a person, a bot over UDP and a bot of your own, and all agree', async () => {
    const file = join(folder, 'mine.mjs');
    writeFileSync(
      file,
      'export const determineBid = (view) => view.me.money > 3 ? 3 : 0;\n',
    );
    const server = await serve('--seed', '1');
    const person = bid('ann');
    await person.printed('ann sits at the table');
    const bot = bid('bob', '--bot', 'patient', '--over', 'udp');
    const own = bid('cid', '--bot', file);
    await person.printed('your bid (0 to 100, Enter to pass): ');
    // Not a bid, too much, a bid; then the keyboard is left alone.
    person.type('ten');
    await person.printed('not ten: a bid is a whole number from 0 to 100');
    person.type('101');
    await person.printed('not 101');
    person.type('100');
    await person.printed('you have bought');
    person.endInput();
    expect(
      await Promise.all([server, person, bot, own].map((one) => one.ended())),
    ).toEqual(Array(4).fill(IN_PEACE));
    const winner = /^(\w+) has won, after item (\d+) of 200\.$/m.exec(server.stdout);
    expect(winner).not.toBeNull();
    const table = server.stdout.split('\n').filter((line) => /^ {4}\w/.test(line));
    for (const bidder of [person, bot, own]) {
      const [, end = ''] = bidder.stdout.split(/(?:has|have) won\.\n/);
      const standings = end.replaceAll('►', ' ').split('\n').filter(Boolean);
      expect(table.slice(-4)).toEqual(standings);
    }
    expect(server.stdout).toContain('The same items again: --seed 1');
  });

  it('is told to programs as JSON, without the sealed bids', async () => {
    const server = await serve('--json', '--bidders', '2', '--seed', '2');
    const bidders = ['ann', 'bob'].map((name) => bid(name, '--bot', 'expected-value'));
    await Promise.all(bidders.map((bidder) => bidder.ended()));
    expect(await server.ended()).toEqual(IN_PEACE);
    expect(told(server, 'open')).toMatchObject([{ version: 1, rules: { bidders: 2 } }]);
    const joined = new Set(told(server, 'joined').map(({ name }) => name));
    expect(joined).toEqual(new Set(['ann', 'bob']));
    const sold = told(server, 'sold');
    const answered = told(server, 'answered');
    expect(answered.length).toBe(2 * sold.length);
    for (const answer of answered) {
      expect(Object.keys(answer).sort()).toEqual(['name', 'round', 'type']);
    }
    expect(told(server, 'result')).toMatchObject([{ seed: '2', sales: sold.length }]);
  });

  it('tells what was not a bid, and who has left, on screen and board and as JSON', async () => {
    const journal = join(folder, 'game.jsonl');
    const board = String(await ownPort());
    const rules = ['--bidders', '2', '--seed', '4', '--board', board];
    const server = await serve('--json', '--journal', journal, ...rules);
    const peers = ['ann', 'bob'].map(async (name) => {
      const peer = await TcpPeer.open(Number(port));
      peer.write(name);
      await peer.until((received) => /^2 .* $/.test(received.toString()));
      return peer;
    });
    const [ann, bob] = await Promise.all(peers);
    ann!.write('ann 12.5');
    await ann!.until((received) => received.toString().endsWith('bid received'));
    expect(server.stdout).not.toContain('12.5');
    bob!.write('bob 4');
    await server.printed('"type":"sold"');
    ann!.socket.destroy();
    await server.printed('"type":"left"');
    const badBids = { type: 'bad-bids', round: 0, bids: [{ name: 'ann', word: '12.5' }] };
    expect(told(server, 'bad-bids')).toEqual([badBids]);
    expect(server.stdout.indexOf('bad-bids')).toBeLessThan(
      server.stdout.indexOf('"sold"'),
    );
    expect(told(server, 'left')).toEqual([{ type: 'left', name: 'ann' }]);
    const words = 'not a bid, so a pass: 12.5 (ann)';
    await eventually(async () => {
      const state = await fetch(`http://127.0.0.1:${board}/state`);
      expect(await state.json()).toMatchObject({
        notices: [words, 'ann has left'],
        game: { standings: [{ name: 'bob' }, { name: 'ann', away: true }] },
      });
    });

    // The journal has kept it.
    server.signal('SIGKILL');
    await server.ended();
    const again = await serve('--journal', journal, '--resume', '--json');
    await again.printed('"type":"bad-bids"');
    expect(told(again, 'bad-bids')).toEqual([badBids]);
    again.signal('SIGKILL');
    await again.ended();
    const screen = await serve('--journal', journal, '--resume');
    await screen.printed('item 2 of 200: ');
    const back = await TcpPeer.open(Number(port));
    back.write('bob');
    await screen.printed('bob is back');
    back.write('bob  5');
    await screen.printed('bob was refused: send one space before the amount');
  });

  it('ends the program of one who types with the game, although more could be typed', async () => {
    await serve('--bidders', '1', '--kinds', 'Picasso', '--count-to-win', '2');
    const ann = bid('ann');
    await ann.printed('your bid (0 to 100');
    ann.type('3');
    await ann.printed('your bid (0 to 97');
    ann.type('3');
    expect(await ann.ended()).toEqual(IN_PEACE);
    expect(ann.stdout).toContain('You have won.');
  });

  it('goes on from its journal after kill -9, with the bidders coming back', async () => {
    const journal = join(folder, 'game.jsonl');
    const rules = ['--bidders', '3', '--seed', '3', '--count-to-win', '30'];
    const server = await serve('--journal', journal, ...rules, '--deadline', '0');
    const bidders = ['ann', 'bob'].map((name) => bid(name, '--bot', 'random'));
    // The game does not get beyond the round in which this one has not answered.
    const slow = await FramedPeer.open(Number(port));
    const { token } = await slow.join('cid');
    for (let round = 0; round < 4; round += 1) {
      await slow.find((told) => told.type === 'round' && told['round'] === round);
      slow.send({ type: 'pass', round });
    }
    await server.printed('item 5 of');
    server.signal('SIGKILL');
    await server.ended();
    const before = readFileSync(journal, 'utf8');
    const again = await serve('--journal', journal, '--resume');
    expect(again.stdout).toMatch(/Resuming the game after \d+ events: \d+ items/);
    const back = await FramedPeer.open(Number(port));
    expect(await back.join('cid', { token, after: 0 })).toMatchObject({
      type: 'welcome',
    });
    back.passOn();
    // The bidders first: the auctioneer waits for one that has failed, and cannot say why.
    for (const bidder of bidders) {
      expect(await bidder.ended()).toEqual(IN_PEACE);
      expect(bidder.stdout).toMatch(
        /^Back at the table\.\nYou have \d+ left and own .+\.\n\w+ \(item \d+ of \d+\) is on sale: you/m,
      );
    }
    back.leave();
    expect(await again.ended()).toEqual(IN_PEACE);
    const whole = before.slice(0, before.lastIndexOf('\n') + 1);
    expect(readFileSync(journal, 'utf8').startsWith(whole)).toBe(true);
  });

  it('keeps its join code over a crash, and lets those in who have a token', async () => {
    const journal = join(folder, 'game.jsonl');
    const open = ['--host', '0.0.0.0', '--bidders', '2', '--seed', '5'];
    const server = await serve('--journal', journal, ...open);
    const codeOf = ({ stdout }: Program): string => /code: +(\w+)/.exec(stdout)![1]!;
    const code = codeOf(server);
    const early = bid('ann', '--bot', 'random', '--code', code);
    await early.printed('Waiting for all');
    server.signal('SIGKILL');
    await server.ended();
    const again = await serve('--journal', journal, '--resume', '--host', '0.0.0.0');
    expect(codeOf(again)).toBe(code);
    await early.printed('Back at the table.\nWaiting for all 2 bidders to join.');
    const late = bid('bob', '--bot', 'random', '--code', code);
    const all = [again, early, late].map((one) => one.ended());
    expect(await Promise.all(all)).toEqual(Array(3).fill(IN_PEACE));
  });

  it('says how to go on, with everything that is not in the journal', async () => {
    const journal = join(folder, 'game.jsonl');
    const server = await serve('--journal', journal, '--host', '0.0.0.0', '--board');
    server.signal('SIGINT');
    expect((await server.ended()).code).toBe(130);
    const command = `--journal ${journal} --resume --host 0.0.0.0 --port ${port} --board`;
    expect(server.stdout).toContain(`auction serve ${command}\n`);
  });

  it('asks for a code where others can reach it, and for the right one', async () => {
    const server = await serve('--host', '0.0.0.0', '--bidders', '1', '--seed', '4');
    const [, code = ''] = /^ {2}code: +(\w+)$/m.exec(server.stdout) ?? [];
    expect(code).toMatch(/^[A-Z0-9]{6}$/);
    const ann = ['auction', 'bid', 'ann', '--bot', 'random', '--port', port];
    const stranger = await typed(ann);
    expect(stranger.end).toEqual(failure(1, 'join code'));
    const guest = await typed([...ann, '--code', code.toLowerCase() + 'x']);
    expect(guest.end).toEqual(failure(1, 'join code'));
    expect((await typed([...ann, '--code', code])).end).toEqual(IN_PEACE);
    expect(await server.ended()).toEqual(IN_PEACE);
  });

  it('shows a board of its own, which ends with Ctrl-C', async () => {
    const board = programs.cli('auction', 'board', '--port', port);
    await board.printed('No auctioneer at');
    await serve('--bidders', '2');
    await board.printed('Connected to the auctioneer');
    const [url = ''] = /http:\S+/.exec(board.stdout) ?? [];
    expect(await (await fetch(url)).text()).toContain('<!doctype html>');
    board.signal('SIGINT');
    expect(await board.ended()).toEqual({ code: 130, signal: null, stderr: '' });
  });

  it.each(['serve', 'bid'])('ends with Ctrl-C: %s', async (which) => {
    const server = await serve();
    const bidder = bid('ann');
    await bidder.printed('Waiting for all');
    const ended = which === 'serve' ? server : bidder;
    ended.signal('SIGINT');
    expect(await ended.ended()).toEqual({ code: 130, signal: null, stderr: '' });
  });
});

/** The usual one may be taken. */
const ANY_PORT = ['--port', '0'];

describe('bad input to the auction', () => {
  it.each<[string, string[], string]>([
    ['no command', ['auction'], 'auction'],
    ['no bidders', ['auction', 'serve', ...ANY_PORT, '--bidders', '0'], 'bidders'],
    ['half a bidder', ['auction', 'serve', ...ANY_PORT, '--bidders', '2.5'], 'bidders'],
    [
      'bidders that are not a number',
      ['auction', 'serve', ...ANY_PORT, '--bidders', 'x'],
      '"x"',
    ],
    [
      'a kind with a space',
      ['auction', 'serve', ...ANY_PORT, '--kinds', 'a b,c'],
      'a kind is a name without spaces',
    ],
    [
      'values of nothing',
      ['auction', 'serve', ...ANY_PORT, '--values', 'x'],
      'KIND=NUMBER',
    ],
    [
      'a value of no kind',
      ['auction', 'serve', ...ANY_PORT, '--values', 'x=3'],
      'a value for x, but no kind',
    ],
    [
      'a round without end',
      ['auction', 'serve', ...ANY_PORT, '--deadline', '-1'],
      'secondsPerRound',
    ],
    ['a code with a space', ['auction', 'serve', ...ANY_PORT, '--code', 'a b'], '--code'],
    ['nothing to resume', ['auction', 'serve', ...ANY_PORT, '--resume'], '--journal'],
    [
      'no such journal',
      ['auction', 'serve', ...ANY_PORT, '--resume', '--journal', 'x/y'],
      'x/y',
    ],
    ['no name', ['auction', 'bid'], 'name'],
    ['an unknown strategy', ['auction', 'bid', 'ann', '--bot', 'lucky'], 'patient'],
    ['a bot that is not there', ['auction', 'bid', 'ann', '--bot', 'x/y.ts'], 'x/y.ts'],
    ['port 0 for a bidder', ['auction', 'bid', 'ann', '--port', '0'], '1 to 65535'],
  ])('is one line and exit status 2: %s', async (_, args, help) => {
    const { end, stdout } = await typed(args);
    expect({ end, stdout }).toEqual({ end: failure(2, help), stdout: '' });
  });

  it('is one line and exit status 1: nobody there', async () => {
    const { end } = await typed(['auction', 'bid', 'ann', '--port', '1']);
    expect(end).toEqual(failure(1, 'nothing is listening'));
  });
});
