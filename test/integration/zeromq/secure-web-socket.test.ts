/** wss://: ws:// inside TLS. web-socket.test.ts has the rest. */
import { createHash, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import * as http from 'node:http';
import * as https from 'node:https';
import * as net from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket as Client, WebSocketServer } from 'ws';
import * as ours from '../../../src/zeromq/index.ts';
import { openBrowser, openPage } from '../../support/browser.ts';
import { eventually, PATIENCE } from '../../support/eventually.ts';
import { connected } from '../../support/sockets.ts';
import { certificate } from '../../support/certificate.ts';
import { thrown } from '../../support/zeromq-contract.ts';

const made = certificate();
const stranger = made && certificate();
const pair = made!;
const SUBPROTOCOL = 'sec-websocket-protocol';
const trust = { wssTrustPem: made?.wssCertPem ?? null };

const opened: { close(): void }[] = [];
afterEach(() => {
  vi.unstubAllEnvs();
  for (const one of opened.splice(0)) one.close();
});
beforeEach((context) => {
  if (!made) context.skip('the openssl program, which makes a certificate, is missing');
});

const WAIT = { linger: 0, receiveTimeout: PATIENCE, sendTimeout: PATIENCE };
type Options = ConstructorParameters<typeof ours.Request>[0];

async function reply(options: Options = pair): Promise<ours.Reply> {
  const rep = new ours.Reply({ ...WAIT, ...options });
  opened.push(rep);
  await rep.bind('wss://127.0.0.1:*/path');
  return rep;
}

function request(address: string, options: Options): ours.Request {
  const req = new ours.Request({ ...WAIT, ...options });
  opened.push(req);
  req.connect(address);
  return req;
}

async function listening(site: net.Server): Promise<number> {
  site.listen(0, '127.0.0.1');
  await once(site, 'listening');
  return (site.address() as net.AddressInfo).port;
}

/** In a page: the last part of the answer, or 'error'. */
function askOver(address: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = new WebSocket(address, 'ZWS2.0');
    socket.binaryType = 'arraybuffer';
    socket.onerror = () => resolve('error');
    socket.onopen = () => {
      for (const text of ['\0', '\x01', '\0hello'])
        socket.send(new TextEncoder().encode(text));
    };
    socket.onmessage = ({ data }: { data: ArrayBuffer }) => {
      const text = new TextDecoder().decode(data);
      if (text.startsWith('\0') && text.length > 1) resolve(text.slice(1));
    };
  });
}

const portOf = (rep: ours.Reply): string => new URL(rep.lastEndpoint!).port;

describe('over wss://', () => {
  it.each(['127.0.0.1', 'localhost'])('sockets talk at %s', async (host) => {
    const rep = await reply();
    expect(rep.lastEndpoint).toMatch(/^wss:\/\/127\.0\.0\.1:\d+\/path$/);
    const req = request(`wss://${host}:${portOf(rep)}/path`, trust);
    for (const text of ['hello', 'x'.repeat(300_000)]) {
      await req.send(text);
      expect((await rep.receive()).map(String)).toEqual([text]);
      await rep.send(['re', text]);
      expect((await req.receive()).map(String)).toEqual(['re', text]);
    }
  });

  it('what was sent arrives although the sender closes', async () => {
    const pull = new ours.Pull({ linger: 0, receiveTimeout: PATIENCE, ...pair });
    opened.push(pull);
    await pull.bind('wss://127.0.0.1:*');
    const push = new ours.Push(trust);
    push.connect(pull.lastEndpoint!);
    for (let i = 0; i < 200; i += 1) await push.send(String(i));
    push.close();
    for (let i = 0; i < 200; i += 1) {
      expect((await pull.receive()).map(String)).toEqual([String(i)]);
    }
  });

  it('a client that is not ZeroMQ is answered', async () => {
    const rep = await reply();
    const page = new Client(`wss://127.0.0.1:${portOf(rep)}/path`, 'ZWS2.0', {
      ca: pair.wssCertPem,
    });
    opened.push(page);
    const signal = AbortSignal.timeout(PATIENCE);
    await once(page, 'open', { signal });
    const heard: string[] = [];
    const answered = new Promise<void>((resolve) => {
      page.on('message', (data: Buffer) => {
        heard.push(data.toString('latin1'));
        if (heard.length === 3) resolve();
      });
    });
    for (const bytes of ['\0', '\x01', '\0hello']) page.send(Buffer.from(bytes));
    expect((await rep.receive()).map(String)).toEqual(['hello']);
    await rep.send('world');
    await answered;
    expect(heard.slice(1)).toEqual(['\x01', '\0world']);
  });

  it('a server that is not ZeroMQ answers', async () => {
    const { wssCertPem: cert, wssKeyPem: key } = pair;
    const site = https.createServer({ cert, key });
    opened.push(site);
    const heard: string[] = [];
    const upgrades = new WebSocketServer({ noServer: true });
    site.on('upgrade', (request, socket, head) => {
      const { url, headers } = request;
      expect([url, headers[SUBPROTOCOL]]).toEqual(['/path', 'ZWS2.0/NULL,ZWS2.0']);
      headers[SUBPROTOCOL] = 'ZWS2.0'; // `ws` refuses a name with a slash
      upgrades.handleUpgrade(request, socket, head, (page) => {
        opened.push({ close: () => page.terminate() });
        page.send(Buffer.from('\0')); // nobody in particular
        page.on('message', (data: Buffer) => {
          heard.push(data.toString('latin1'));
          if (heard.length < 3) return;
          for (const part of ['\x01', '\0world']) page.send(Buffer.from(part));
        });
      });
    });
    const port = await listening(site);
    const req = request(`wss://127.0.0.1:${port}/path`, trust);
    await req.send('hello');
    expect((await req.receive()).map(String)).toEqual(['world']);
    expect(heard).toEqual(['\0', '\x01', '\0hello']);
  });

  it("a page in Chromium is answered, if it trusts the server's key", async (context) => {
    const key = new X509Certificate(pair.wssCertPem).publicKey;
    const pin = createHash('sha256').update(key.export({ type: 'spki', format: 'der' }));
    const trusted = `--ignore-certificate-errors-spki-list=${pin.digest('base64')}`;
    const browser = await openBrowser([trusted]);
    context.onTestFinished(() => browser?.close());
    const site = http.createServer((_, response) => {
      response.setHeader('content-type', 'text/html');
      response.end('<!doctype html><link rel="icon" href="data:,">');
    });
    opened.push(site);
    const page = await openPage(
      context,
      browser,
      `http://127.0.0.1:${await listening(site)}/`,
    );
    const rep = await reply();
    const strange = await reply(stranger);
    const asking = (address: string) => page.evaluate(askOver, address);
    const answering = (async () => {
      expect((await rep.receive()).map(String)).toEqual(['hello']);
      await rep.send('world');
    })();
    expect(await asking(rep.lastEndpoint!)).toBe('world');
    await answering;
    expect(await asking(strange.lastEndpoint!)).toBe('error');
  });

  const unknown = [/self-signed/, /issuer: wssTrustPem$/] as const;
  it.each<[string, () => Options, RegExp, RegExp]>([
    ['another authority', () => ({ wssTrustPem: stranger!.wssCertPem }), ...unknown],
    ["Node's authorities alone", () => ({ wssTrustSystem: true }), ...unknown],
    [
      'another name',
      () => ({ ...trust, wssHostname: 'elsewhere.example' }),
      /altnames/,
      /set wssHostname$/,
    ],
  ])('a certificate is refused by a client that trusts %s', async (...row) => {
    const [, options, why, advice] = row;
    const rep = await reply();
    const req = new ours.Request({ ...WAIT, ...options() });
    opened.push(req);
    const closed = new Promise<Error | undefined>((resolve) => {
      req.events.on('close', ({ error }: { error?: Error }) => resolve(error));
    });
    req.connect(rep.lastEndpoint!);
    const error = await closed;
    expect(error).toMatchObject({
      code: 'EACCES',
      hint: expect.stringMatching(advice) as string,
    });
    expect(error!.message).toMatch(/^The server's certificate is refused: /);
    expect(error!.message).toMatch(why);
  });

  it('who only opens connections does not keep a socket from its end', async () => {
    const rep = await reply({ ...pair, handshakeInterval: 0 });
    const silent = await connected(Number(portOf(rep)));
    opened.push({ close: () => silent.destroy() });
    silent.resume();
    const req = request(rep.lastEndpoint!, trust);
    await req.send('is accepted after the silent one');
    await rep.receive();
    await rep.unbind(rep.lastEndpoint!);
    await eventually(() => expect(silent.closed || silent.readableEnded).toBe(true));
  });

  it('NODE_TLS_REJECT_UNAUTHORIZED=0 lets nobody in', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    const rep = await reply();
    const req = new ours.Request({ ...WAIT, wssTrustPem: stranger!.wssCertPem });
    opened.push(req);
    const closed = new Promise<unknown>((resolve) => {
      req.events.on('close', ({ error }: { error?: Error }) => resolve(error));
      req.events.on('handshake', resolve);
    });
    req.connect(rep.lastEndpoint!);
    expect(await closed).toMatchObject({ code: 'EACCES' });
  });

  it('the name in the option counts, not that in the address', async () => {
    const rep = await reply();
    const named = { ...trust, wssHostname: 'localhost' };
    const req = request(rep.lastEndpoint!, named);
    await req.send('hello');
    expect((await rep.receive()).map(String)).toEqual(['hello']);
  });

  it('refuses to bind without a certificate, and to connect without trust', async () => {
    const binding = (options: Options) => thrown(() => reply(options));
    expect(await binding({})).toMatchObject({ code: 'EINVAL' });
    const wrong = await binding({ ...pair, wssKeyPem: stranger!.wssKeyPem });
    expect(wrong).toMatchObject({ code: 'EINVAL' });
    expect((wrong as ours.ZmqError).hint).toMatch(/is wrong: /);
    const connecting = await thrown(() => request('wss://127.0.0.1:5555', {}));
    expect(connecting).toMatchObject({ code: 'EINVAL' });
    const junk = { wssTrustPem: 'a certificate' };
    const trusting = await thrown(() => request('wss://127.0.0.1:5555', junk));
    expect((trusting as ours.ZmqError).hint).toMatch(/^wssTrustPem is wrong: /);
  });

  it('a stranger who does not speak TLS harms nobody', async () => {
    const rep = await reply();
    const noise = net.connect(Number(portOf(rep)), '127.0.0.1');
    noise.on('error', () => {});
    noise.end('GET / HTTP/1.1\r\n\r\n');
    await once(noise, 'close', { signal: AbortSignal.timeout(PATIENCE) });
    const req = request(rep.lastEndpoint!, trust);
    await req.send('hello');
    expect((await rep.receive()).map(String)).toEqual(['hello']);
  });
});
