import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { joinTrace, parseTrace } from '../../../../src/trace/index.ts';
import { digest } from '../../../../src/trace/recorder/digest.cjs';
import { at, payload, Story } from './build.ts';

const SAMPLES = join(import.meta.dirname, '../../../fixtures/trace');
const samples = readdirSync(SAMPLES).filter((name) => name.endsWith('.jsonl'));

describe('the sample traces', () => {
  it.each(samples)('%s joins without a problem', (name) => {
    const text = readFileSync(join(SAMPLES, name), 'utf8');
    expect(joinTrace(parseTrace(text)).problems).toEqual([]);
  });

  it.each(samples)('%s has the digests of its payloads', (name) => {
    const text = readFileSync(join(SAMPLES, name), 'utf8');
    const { lines } = parseTrace(text);
    const whole = lines.filter(
      (line) => 'digest' in line && Buffer.byteLength(line.text ?? '') === line.bytes,
    );
    expect(whole.length).toBeGreaterThan(1);
    for (const line of whole) {
      if ('digest' in line) expect(line.digest).toBe(digest(Buffer.from(line.text!)));
    }
  });
});

describe('processes', () => {
  const UDP = { transport: 'udp', role: 'datagram' };

  it('with another clock are moved by the time of day, and it is told', () => {
    const story = new Story();
    const here = story.process(1, 'here');
    const there = story.process(2, 'there', { t: 5_000_000_000, wall: 1002 });
    here('socket', 1, UDP);
    here('bind', 1, { local: at(40_000) });
    there('socket', 1, UDP, 5_000_000_100);
    there('bind', 1, { local: at(12_000) }, 5_000_000_200);
    here('send', 1, { ...payload('hello'), to: at(12_000) }, 3000);
    there('receive', 1, { ...payload('hello'), from: at(40_000) }, 5_000_001_500);
    here('exit', 0, { code: 0 }, 9000);
    there('exit', 0, { code: 0 }, 5_000_009_000);
    const { problems, flows, processes } = story.join();
    expect(problems).toMatchObject([
      { kind: 'clock', text: expect.stringContaining('there') },
    ]);
    expect(flows[0]!.datagrams[0]!.arrivals[0]!.receive.t).toBe(3500);
    expect(processes.map(({ started }) => started)).toEqual([0, 2000]);
  });

  it('that were killed have no end, and it is told', () => {
    const story = new Story();
    story.process(1, 'victim')('socket', 1, UDP);
    const { processes, problems } = story.join();
    expect(processes[0]!.ended).toBeUndefined();
    expect(problems).toMatchObject([
      { kind: 'killed', text: expect.stringContaining('victim') },
    ]);
  });

  it('whose events have a gap lack something, and it is told how much', () => {
    const story = new Story();
    const process = story.process(1, 'patchy');
    for (let socket = 1; socket <= 5; socket += 1) process('socket', socket, UDP);
    process('exit', 0, { code: 0 });
    const file = story.file();
    file.lines.splice(2, 2);
    expect(joinTrace(file).problems).toMatchObject([
      { kind: 'gap', text: '2 events of patchy are missing' },
    ]);
  });
});

describe('a hundred thousand events', () => {
  /** Were each compared with each, the time-out would end it. */
  it('are joined, and none is compared with all others', () => {
    const story = new Story();
    const [alice, bob] = [story.process(1, 'alice'), story.process(2, 'bob')];
    const kind = { transport: 'udp', role: 'datagram' };
    alice('socket', 1, kind);
    alice('bind', 1, { local: at(40_000) });
    bob('socket', 1, kind);
    bob('bind', 1, { local: at(12_000) });
    for (let index = 0; index < 50_000; index += 1) {
      alice('send', 1, { ...payload(`${index % 100}`), to: at(12_000) });
      bob('receive', 1, { ...payload(`${index % 100}`), from: at(40_000) });
    }
    const { flows } = joinTrace(story.file());
    expect(flows[0]!.datagrams.every(({ fate }) => fate === 'delivered')).toBe(true);
  });
});

describe('an address', () => {
  const udp = { transport: 'udp', role: 'datagram' };
  const MANY = 500;
  /** Looks at the address of the first event of a type, so often as joining does. */
  const looks = (story: Story, type: string, field: 'local' | 'remote'): number => {
    const file = story.ended().file();
    const line = file.lines.find((one) => one.type === type) as Record<string, unknown>;
    const { [field]: address } = line;
    let count = 0;
    Object.defineProperty(line, field, {
      get: () => {
        count += 1;
        return address;
      },
    });
    joinTrace(file);
    return count;
  };

  it('is not looked at again for each address of which nobody knows who is there', () => {
    const story = new Story();
    const [one, other] = [story.process(1, 'one'), story.process(2, 'other')];
    other('socket', 1, udp);
    other('bind', 1, { local: at(12_000) });
    one('socket', 1, udp);
    one('bind', 1, { local: at(40_000) });
    for (let index = 0; index < MANY; index += 1) {
      one('send', 1, { ...payload('knock'), to: at(index + 1, '10.0.0.1') });
    }
    expect(looks(story, 'bind', 'local')).toBeLessThan(MANY / 10);
  });

  it('is not looked at again for each client whose peer is fixed', () => {
    const story = new Story();
    const [one, other] = [story.process(1, 'one'), story.process(2, 'other')];
    other('socket', 1, udp);
    other('bind', 1, { local: at(12_000) });
    for (let socket = 1; socket <= MANY; socket += 1) {
      const local = at(20_000 + socket);
      one('socket', socket, udp);
      one('bind', socket, { local });
      one('connected', socket, { local, remote: at(12_000) });
      other('send', 1, { ...payload('hello'), to: local });
    }
    expect(looks(story, 'bind', 'local')).toBeLessThan(MANY / 10);
  });

  it('is not looked at again for each connection that was dropped', () => {
    const story = new Story();
    const [one, other] = [story.process(1, 'one'), story.process(2, 'other')];
    other('socket', 1, { transport: 'tcp', role: 'welcoming' });
    other('listen', 1, { local: at(12_000) });
    for (let socket = 1; socket <= MANY; socket += 1) {
      const [local, remote] = [at(20_000 + socket), at(12_000)];
      one('socket', socket, { transport: 'tcp', role: 'connection' });
      one('connect', socket, { to: remote });
      other('drop', 1, { remote: local });
      one('connected', socket, { local, remote });
    }
    expect(looks(story, 'drop', 'remote')).toBeLessThan(MANY / 10);
  });
});
