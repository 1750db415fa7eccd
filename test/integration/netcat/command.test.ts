/** `socketlab zmq` as people use it: two shells, pipes, Ctrl-C, typing mistakes. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { readSource } from '../../../book/sources.ts';
import { certificate } from '../../support/certificate.ts';
import { wordsOf } from '../../support/command-lines.ts';
import { type End, failure, type Program, Programs } from '../../support/programs.ts';
import { ownPort } from '../../support/sockets.ts';

const programs = new Programs();
const folders: string[] = [];
afterEach(async () => {
  await programs.stopAll();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function zmq(...args: string[]): Program {
  return programs.cli('zmq', ...args);
}

/** Its only words to people are where it is, and that nobody is there yet. */
function done(code: number): End {
  const where =
    /^socketlab: [a-z]+ at \S+(, \S+)*\n(socketlab: ([a-z]+ keeps trying: nothing is|nobody has answered at) .*\n)*$/;
  return { code, signal: null, stderr: expect.stringMatching(where) as string };
}

describe('two shells', () => {
  it('ask and answer, whoever is first, and end when the input has ended', async () => {
    const port = String(await ownPort());
    const req = zmq('req', '--connect', port);
    req.endInput('Hello\nThere\n');
    const rep = zmq('rep', '--bind', port, '--answer', 'Echo: {}', '--count', '2');
    expect(await req.ended()).toEqual(done(0));
    expect(await rep.ended()).toEqual(done(0));
    expect(req.stdout).toBe('Echo: Hello\nEcho: There\n');
    expect(rep.stdout).toBe('Hello\nThere\n');
  });

  it('publish in parts to whoever subscribes, once they are there, for programs', async () => {
    const port = String(await ownPort());
    const sub = zmq(
      'sub',
      '--connect',
      port,
      '--subscribe',
      '1',
      '--count',
      '2',
      '--json',
    );
    const pub = zmq('pub', '--bind', port, '--separator', '|');
    pub.endInput('1|one\n2|two\n1|\n');
    expect(await pub.ended()).toEqual(done(0));
    expect(await sub.ended()).toEqual({ code: 0, signal: null, stderr: '' });
    const endpoints = [`tcp://127.0.0.1:${port}`];
    expect(
      sub.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      { event: 'ready', version: 1, type: 'sub', endpoints },
      { event: 'message', parts: ['1', 'one'] },
      { event: 'message', parts: ['1', ''] },
    ]);
  });

  it('push and pull over a WebSocket, with its path', async () => {
    const address = `ws://127.0.0.1:${await ownPort()}/here`;
    const pull = zmq('pull', '--bind', address, '--count', '2');
    const push = zmq('push', '--connect', address);
    push.endInput('a\nb\n');
    expect(await pull.ended()).toEqual(done(0));
    expect(pull.stdout).toBe('a\nb\n');
    expect(await push.ended()).toEqual(done(0));
  });

  it('push and pull over wss://, if the certificate is trusted', async (context) => {
    const made = certificate();
    if (!made) context.skip('the openssl program, which makes a certificate, is missing');
    const folder = mkdtempSync(join(tmpdir(), 'zmq-'));
    folders.push(folder);
    const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    writeFileSync(cert, made!.wssCertPem);
    writeFileSync(key, made!.wssKeyPem);
    const address = `wss://127.0.0.1:${await ownPort()}/here`;
    const shown = ['--cert', cert, '--key', key];
    const pull = zmq('pull', '--bind', address, ...shown, '--count', '1', '--json');
    await pull.printed('ready');
    const stranger = zmq('push', '--connect', address, '--linger', '0');
    await stranger.toldEither(
      /push keeps trying: The server's certificate is refused.*of its issuer: --ca\n/,
    );
    stranger.endInput('secret\n');
    expect((await stranger.ended()).code).toBe(1);
    const push = zmq('push', '--connect', address, '--ca', cert);
    push.endInput('hello\n');
    expect(await push.ended()).toEqual(done(0));
    await pull.ended();
    expect(pull.stdout).toMatch(/"parts":\["hello"\]/);
    // As in docs/zeromq.md, but for the port.
    const port = String(await ownPort());
    const printed = readSource('docs/zeromq.md').matchAll(
      /^npm .* -- (zmq .* wss:.*)$/gm,
    );
    const [serve, ask] = [...printed].map(([, line]) =>
      programs.cliIn(folder, ...wordsOf(line!.replace('5443', port))),
    );
    ask!.endInput('hello\n');
    expect(await ask!.ended()).toEqual(done(0));
    expect(ask!.stdout).toBe('Echo: hello\n');
    await serve!.toldEither(/rep at wss/);
  });

  it('no wss:// with a bad file, which is named with its option', async (context) => {
    const [made, other] = [certificate(), certificate()];
    if (!made) context.skip('the openssl program, which makes a certificate, is missing');
    const folder = mkdtempSync(join(tmpdir(), 'zmq-'));
    folders.push(folder);
    const file = (name: string, text: string): string => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    };
    const empty = file('empty.pem', '');
    const cert = file('cert.pem', made!.wssCertPem);
    const key = file('key.pem', made!.wssKeyPem);
    const otherKey = file('other.pem', other!.wssKeyPem);
    const slips: [string, string, string][] = [
      ['--cert: there is no certificate in PEM in ', empty, key],
      ['--key: there is no private key in PEM in ', cert, empty],
      ['other.pem is not the key of the certificate in ', cert, otherKey],
    ];
    const ends = slips.map(async ([why, ...[shown, secret]]) => {
      const files = ['--cert', shown, '--key', secret];
      const end = await zmq('pull', '--bind', 'wss://127.0.0.1:0', ...files).ended();
      expect(end).toEqual(failure(2, why));
    });
    const client = zmq('push', '--connect', 'wss://127.0.0.1:1', '--ca', empty);
    expect(await client.ended()).toEqual(failure(2, '--ca: there is no certificate'));
    await Promise.all(ends);
  });

  it('have a device between them, until Ctrl-C', async () => {
    const [front, back] = [String(await ownPort()), String(await ownPort())];
    const proxy = zmq('proxy', 'streamer', '--front', front, '--back', back, '--json');
    await proxy.printed('ready');
    const pull = zmq('pull', '--connect', back, '--count', '3');
    const push = zmq('push', '--connect', front);
    push.endInput('a\nb\nc');
    expect(await pull.ended()).toEqual(done(0));
    expect(pull.stdout).toBe('a\nb\nc\n');
    expect(await push.ended()).toEqual(done(0));
    proxy.signal('SIGINT');
    expect(await proxy.ended()).toEqual({ code: 130, signal: null, stderr: '' });
  });
});

describe('the end', () => {
  it('comes with Ctrl-C, whatever the pattern waits for', async () => {
    const waiting = ['pull', 'pair', 'req'].map((type) =>
      zmq(type, '--bind', '0', '--json'),
    );
    await Promise.all(waiting.map((program) => program.printed('ready')));
    for (const program of waiting) program.signal('SIGINT');
    for (const program of waiting) {
      expect(await program.ended()).toEqual({ code: 130, signal: null, stderr: '' });
    }
  });

  it('comes with Ctrl-C while what was sent still waits for somebody', async () => {
    const port = String(await ownPort());
    const push = zmq('push', '--connect', port, '--json');
    await push.printed('ready');
    push.endInput('nobody will take it\n');
    // Its input has ended, and it stays: its message lingers.
    push.signal('SIGINT');
    const { code, stderr } = await push.ended();
    expect(code).toBe(130);
    // Whether it had been read by then is chance.
    expect(stderr).toMatch(/^(socketlab: 1 message was not sent\n)?$/);
  });

  it('is a failure when nobody comes in time', async () => {
    const port = String(await ownPort());
    const asked = zmq('req', '--connect', port, '--timeout', '100ms');
    const sent = zmq('push', '--connect', port, '--timeout', '100ms');
    asked.endInput('hello?\n');
    sent.endInput('hello?\n');
    const lost = 'socketlab: 1 message was not sent\n$';
    const why = `nothing happened within 100 ms\n${lost}`;
    expect(await asked.ended()).toEqual({
      ...done(1),
      stderr: expect.stringMatching(
        new RegExp(`socketlab: no answer came: ${why}`),
      ) as string,
    });
    expect(await sent.ended()).toEqual({
      ...done(1),
      stderr: expect.stringMatching(
        new RegExp(`socketlab: nobody took what was sent: ${why}`),
      ) as string,
    });
  });

  it('comes with Ctrl-C after a failure, too, while something lingers', async () => {
    const port = String(await ownPort());
    const req = zmq('req', '--connect', port, '--timeout', '100ms', '--linger', '600s');
    req.endInput('hello?\n');
    await req.toldEither(/no answer came/);
    req.signal('SIGINT');
    expect(await req.ended()).toMatchObject({ code: 130, signal: null });
  });

  it('does not come in silence where nobody is there, or a wrong one', async () => {
    const port = String(await ownPort());
    const push = zmq('push', '--connect', port);
    push.endInput('hello?\n');
    await push.toldEither(
      /push keeps trying: nothing is listening at 127\.0\.0\.1:\d+\./,
    );
    const rep = zmq('rep', '--bind', port, '--answer', 'yes', '--count', '1');
    const { code, stderr } = await push.ended();
    expect(code).toBe(1);
    expect(stderr).toMatch(/: a PUSH socket cannot talk to a peer that is 'REP'\n$/);
    await rep.toldEither(/: a REP socket cannot talk to a peer that is 'PUSH'\n$/);
    const req = zmq('req', '--connect', port);
    req.endInput('still there?\n');
    expect(await req.ended()).toEqual(done(0));
    expect((await rep.ended()).code).toBe(0);
  });
});

describe('what is lost', () => {
  it('is told at the end, and is a failure', async () => {
    const port = String(await ownPort());
    const push = zmq('push', '--connect', port, '--linger', '0');
    push.endInput('one\ntwo\n');
    const { code, stderr } = await push.ended();
    expect(code).toBe(1);
    expect(stderr).toMatch(/socketlab: 2 messages were not sent\n$/);
  });

  it('is also what was read, but never got into the socket', async () => {
    const port = String(await ownPort());
    const full = ['--hwm', '3', '--timeout', '100ms', '--linger', '0'];
    const push = zmq('push', '--connect', port, ...full);
    push.endInput('1\n2\n3\n4\n5\n6\n');
    const { code, stderr } = await push.ended();
    expect(code).toBe(1);
    expect(stderr).toMatch(/nobody took the message: nothing happened within 100 ms\n/);
    expect(stderr).toMatch(/socketlab: 4 messages were not sent\n$/);
  });

  it('is told after Ctrl-C, too, which stays the status', async () => {
    const port = String(await ownPort());
    const push = zmq('push', '--connect', port, '--hex');
    push.endInput('6f6b\nno hex\n');
    // The line before it has been sent by then.
    await push.toldEither(/"no hex" is not hex/);
    push.signal('SIGINT');
    const { code, stderr } = await push.ended();
    expect(code).toBe(130);
    expect(stderr).toMatch(/socketlab: 1 message was not sent\n$/);
  });

  it('is a name that nobody has', async () => {
    const push = zmq('push', '--connect', 'nobody.invalid:5678', '--linger', '60s');
    push.endInput('hello?\n');
    await push.toldEither(/push keeps trying: .*'nobody\.invalid'.* Check --connect/);
    push.signal('SIGINT');
    expect(await push.ended()).toMatchObject({ code: 130 });
  });
});

describe('bytes', () => {
  const BYTES = 'fe00\n0a0d\n\n307861\n';

  it('are answered with the same bytes', async () => {
    const port = String(await ownPort());
    const rep = zmq('rep', '--bind', port, '--answer', 'Echo: {}', '--count', '4');
    const req = zmq('req', '--connect', port, '--hex');
    req.endInput(BYTES);
    expect(await req.ended()).toEqual(done(0));
    const echoes = BYTES.trimEnd().split('\n');
    expect(req.stdout).toBe(echoes.map((echo) => `4563686f3a20${echo}\n`).join(''));
    expect(await rep.ended()).toEqual(done(0));
    expect(rep.stdout).toBe('0xfe00\n0x0a0d\n\n0xa\n');
  });

  it('pass through a pull and a push that read back what they print', async () => {
    const [first, second] = [String(await ownPort()), String(await ownPort())];
    const parts = 'fe00\t\t0a\n00\n';
    const last = zmq('pull', '--bind', second, '--hex', '--count', '2');
    const middle = zmq('pull', '--bind', first, '--hex', '--count', '2');
    const source = zmq('push', '--connect', first, '--hex');
    source.endInput(parts);
    expect(await middle.ended()).toEqual(done(0));
    const onward = zmq('push', '--connect', second, '--hex');
    onward.endInput(middle.stdout);
    expect(await last.ended()).toEqual(done(0));
    expect(last.stdout).toBe(parts);
    expect(await source.ended()).toEqual(done(0));
    expect(await onward.ended()).toEqual(done(0));
  });
});

describe('a slip', () => {
  const TWO_COUNTS = ['--count', '1', '--count', '2'];

  it('is told in one line, and is status 2', async () => {
    const slips: [string, string[]][] = [
      ['--connect 5678, or --bind 5678', ['req']],
      ['there is no udp:// here', ['sub', '--connect', 'udp://1.2.3.4:5']],
      ['Unknown argument: subscribe', ['pull', '--bind', '0', '--subscribe', '1']],
      ['a whole number, 1 or more, not 0', ['pull', '--bind', '0', '--count', '0']],
      ['--count was given twice', ['pull', '--bind', '0', ...TWO_COUNTS]],
      ["choose one such as '|'", ['pull', '--bind', '0', '--hex', '--separator', 'a']],
      ['"Echo: " is not hex', ['rep', '--bind', '0', '--hex', '--answer', 'Echo: {}']],
      ['go together', ['pull', '--bind', 'wss://:0', '--cert', 'cert.pem']],
      ['go together', ['pull', '--bind', '0', '--cert', 'a', '--key', 'b']],
      ['--ca is for --connect wss://', ['push', '--connect', '5678', '--ca', 'ca.pem']],
      ['--ca: ', ['push', '--connect', 'wss://a:1', '--ca', 'no such file']],
      [
        'does not support wss://',
        ['proxy', 'queue', '--front', 'wss://:0', '--back', '0'],
      ],
      ['a proxy has two sides', ['proxy', 'queue', '--front', '0']],
    ];
    const ends = slips.map(async ([help, args]) => {
      expect(await zmq(...args).ended()).toEqual(failure(2, help));
    });
    await Promise.all(ends);
  });

  it('in a line of the input is told, and the other lines are sent', async () => {
    const port = String(await ownPort());
    const pull = zmq('pull', '--bind', port, '--count', '2');
    const push = zmq('push', '--connect', port, '--hex');
    push.endInput('6f6b\nno hex\n6f6b\n');
    const { code, stderr } = await push.ended();
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /socketlab: "no hex" is not hex: write two digits for each byte\n/,
    );
    expect(await pull.ended()).toEqual(done(0));
    expect(pull.stdout).toBe('ok\nok\n');
  });

  it('with a port that is taken names the option', async () => {
    const port = String(await ownPort());
    const first = zmq('pull', '--bind', port, '--json');
    await first.printed('ready');
    const why = new RegExp(`127.0.0.1:${port} is taken: .*, or choose another --bind`);
    expect(await zmq('pull', '--bind', port).ended()).toEqual(failure(1, why));
  });
});
