/** What the recorder spares a program, and what a recording leaves behind: nothing. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { beginRecording } from '../../../../src/trace/index.ts';
import { EventLog } from '../../../../src/trace/recorder/event-log.cjs';
import { Recorder } from '../../../../src/trace/recorder/recorder.cjs';
import { text } from '../../../../src/trace/recorder/text.cjs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'socketlab-recorder-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function log(): EventLog {
  const zero = process.hrtime.bigint();
  return new EventLog(join(folder, 'one'), { zero, preview: 64, whoAmI: () => ({}) });
}

describe('the line of a call', () => {
  it('is looked for in a thousand calls in a row, and in a few of those after them', () => {
    const own = log();
    const settings = { folder, zero: '0', root: folder, lines: true };
    const recorder = new Recorder(own, { ...settings, payload: 'text' });
    const found = (calls: number): number => {
      let lines = 0;
      function call(): void {
        if (recorder.at(call) !== 0) lines += 1;
      }
      for (let made = 0; made < calls; made += 1) call();
      return lines;
    };
    own.note('socket', 1_000_000, '');
    expect(found(1200)).toBe(1000);
    own.note('socket', 1_503_000, ''); // half a second later, and a little
    expect(found(1200)).toBe(100);
  });
});

describe('a text of a program', () => {
  it('is cut after a thousand characters', () => {
    expect(JSON.parse(text('å'.repeat(5000)))).toBe('å'.repeat(1000));
  });
});

describe('a recording', () => {
  function folderOf(env: Record<string, string>): string {
    return (JSON.parse(env['SOCKETLAB_TRACE']!) as { folder: string }).folder;
  }

  it('leaves nothing behind when it is saved, and no file without events', () => {
    const file = join(folder, 'trace.jsonl');
    const recording = beginRecording(file);
    const logs = folderOf(recording.env());
    expect(statSync(logs).isDirectory()).toBe(true);
    expect(recording.save(['node', 'nothing.js']).events).toBe(0);
    expect(existsSync(logs)).toBe(false);
    expect(existsSync(file)).toBe(false);
  });

  it('keeps what was recorded, and says where, when it cannot be saved', () => {
    const place = join(folder, 'place');
    mkdirSync(place);
    const recording = beginRecording(join(place, 'trace.jsonl'));
    const logs = folderOf(recording.env());
    const own = new EventLog(join(logs, 'one.log'), {
      zero: 0n,
      preview: 64,
      whoAmI: () => ({ pid: 1, name: 'one', node: 'v20', platform: 'linux' }),
    });
    own.note('socket', 1, ',"socket":1,"transport":"tcp","role":"connection"');
    own.end();
    rmSync(place, { recursive: true });
    const kept = join(logs, 'trace.jsonl');
    expect(() => recording.save(['node', 'program.js'])).toThrow(
      `the recording is kept: ${kept}`,
    );
    expect(readFileSync(kept, 'utf8')).toContain('"role":"connection"');
    rmSync(logs, { recursive: true });
  });

  it('leaves nothing behind when it is discarded', () => {
    const recording = beginRecording(join(folder, 'trace.jsonl'));
    const logs = folderOf(recording.env());
    recording.discard();
    expect(existsSync(logs)).toBe(false);
  });
});
