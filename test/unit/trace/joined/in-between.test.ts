import { describe, expect, it } from 'vitest';
import { at, payload, Story } from './build.ts';

const UDP = { transport: 'udp', role: 'datagram' };
const NOTE =
  'not seen here: what happened at 127.0.0.1:12000. Trace the program there as well';

/** A client sends to 12000; a server is bound elsewhere, and hears what a stranger says. */
function story(boundTo: object, heard?: string): Story {
  const written = new Story();
  const server = written.process(1, 'server');
  const client = written.process(2, 'client');
  server('socket', 1, UDP);
  server('bind', 1, boundTo as Record<string, unknown>);
  client('socket', 1, UDP);
  client('bind', 1, { local: at(40_001), implicit: true });
  client('send', 1, { ...payload('hello'), to: at(12_000) });
  if (heard) server('receive', 1, { ...payload(heard), from: at(50_001) });
  return written.ended();
}

describe('between two traced programs that do not meet', () => {
  it.each([undefined, 'hello'])('a relay may stand: heard %s', (heard) => {
    const { flows, problems } = story({ local: at(12_001) }, heard).join();
    const sent = flows.flatMap(({ datagrams }) => datagrams).filter(({ send }) => send);
    expect(sent.map(({ fate }) => fate)).toEqual(['unseen']);
    expect(problems).toMatchObject([{ kind: 'unfollowed' }]);
    expect(problems[0]!.text).toContain(NOTE);
  });

  it('nobody is, where no other program waits for anything', () => {
    const { flows, problems } = story({ local: at(12_001), implicit: true }).join();
    expect(flows[0]!.datagrams.map(({ fate }) => fate)).toEqual(['nobody']);
    expect(problems).toEqual([]);
  });

  it('nobody was, where one of them has that address later', () => {
    const written = new Story();
    const [early, late] = [written.process(1, 'early'), written.process(2, 'late')];
    early('socket', 1, UDP);
    early('bind', 1, { local: at(40_001) });
    early('send', 1, { ...payload('hello'), to: at(12_000) });
    late('socket', 1, UDP);
    late('bind', 1, { local: at(12_000) }, 90_000);
    const { flows, problems } = written.ended().join();
    expect(flows[0]!.datagrams.map(({ fate }) => fate)).toEqual(['nobody']);
    expect(problems).toEqual([]);
  });

  it('nobody was, where one of them had that address before it disconnected', () => {
    const written = new Story();
    const [one, two] = [written.process(1, 'one'), written.process(2, 'two')];
    one('socket', 1, UDP);
    one('bind', 1, { local: at(12_000) });
    one('connect', 1, { to: at(40_001) });
    one('disconnect', 1);
    one('bind', 1, { local: at(50_000), implicit: true });
    one('close', 1);
    two('socket', 1, UDP);
    two('bind', 1, { local: at(40_001) });
    two('send', 1, { ...payload('hello'), to: at(12_000) });
    two('send', 1, { ...payload('no name'), to: at(1, 'no.such'), error: 'ENOTFOUND' });
    one('socket', 2, UDP);
    one('bind', 2, { local: at(12_001) });
    const { flows, problems } = written.ended().join();
    const fates = flows.flatMap(({ datagrams }) => datagrams.map(({ fate }) => fate));
    expect(fates.sort()).toEqual(['failed', 'nobody']);
    expect(problems).toEqual([]);
  });

  it('a relay may stand over TCP', () => {
    const written = new Story();
    const [server, client] = [written.process(1, 'server'), written.process(2, 'client')];
    const kind = { transport: 'tcp', role: 'connection' };
    server('socket', 1, { ...kind, role: 'welcoming' });
    server('listen', 1, { local: at(12_001) });
    client('socket', 1, kind);
    client('connect', 1, { to: at(12_000) });
    client('connected', 1, { local: at(40_001), remote: at(12_000) });
    server('socket', 2, kind);
    server('accept', 2, { listener: 1, local: at(12_001), remote: at(50_001) });
    const { problems } = written.ended().join();
    expect(problems.map(({ text }) => text.startsWith(NOTE))).toEqual([true]);
  });
});
