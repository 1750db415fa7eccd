/** Conversations played by real processes under the recorder, and what is wrong with the trace. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beginRecording, loadTrace } from '../../src/trace/index.ts';
import type { Conversation } from './conversations.ts';
import { PATIENCE } from './eventually.ts';
import { ROOT } from './places.ts';
import { contradictions, type Truth } from './truths.ts';

const PLAYER = join(ROOT, 'test/fixtures/trace/programs/conversations.mjs');
/** So many are under way at the same time. */
const SIDE_BY_SIDE = 4;

/**
 * @param keep where the trace is kept
 * @returns a sentence for every contradiction
 * @throws when the programs did not end as they should
 */
export async function play(
  plans: readonly Conversation[],
  keep?: string,
): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'socketlab-test-'));
  const file = keep ?? join(folder, 'trace.jsonl');
  const plan = join(folder, 'plans.json');
  writeFileSync(plan, JSON.stringify(plans));
  const recording = beginRecording(file);
  const args = [PLAYER, plan, String(SIDE_BY_SIDE)];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...recording.env() },
    timeout: PATIENCE,
  });
  try {
    const [output, complaints] = [child.stdout, child.stderr].map(textOf);
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    if (code !== 0) throw new Error(`${signal ?? code}: ${await complaints}`);
    const truths = (await output!).trim().split('\n').filter(Boolean);
    recording.save(['conversations']);
    return contradictions(
      await loadTrace(file),
      truths.map((line) => JSON.parse(line) as Truth),
    );
  } finally {
    recording.discard();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
