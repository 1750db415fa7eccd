/** Conversations played by real processes under the recorder, and what is wrong with the trace. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { beginRecording, loadTrace } from '../../src/trace/index.ts';
import type { Conversation } from './conversations.ts';
import { PATIENCE } from './eventually.ts';
import { ROOT } from './places.ts';
import { type RelayAsked, RecordedRelays } from './recorded-relays.ts';
import { contradictions, type Truth } from './truths.ts';

const PLAYER = join(ROOT, 'test/fixtures/trace/programs/conversations.mjs');
/** So many are under way at the same time. */
const SIDE_BY_SIDE = 4;

interface Asked {
  relay: RelayAsked & { number: number };
}

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
  const relays = new RecordedRelays(recording);
  const args = [PLAYER, plan, String(SIDE_BY_SIDE)];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...recording.env() },
    timeout: PATIENCE,
  });
  try {
    const complaints = textOf(child.stderr);
    const truths: Truth[] = [];
    let failure: Error | undefined;
    createInterface(child.stdout).on('line', (line) => {
      const told = JSON.parse(line) as Truth | Asked;
      if ('relay' in told) {
        const { number, ...asked } = told.relay;
        const answer = (port: number): void => {
          child.stdin.write(`${JSON.stringify({ number, port })}\n`);
        };
        relays.open(asked).then(answer, (error: Error) => {
          failure = error;
          child.kill();
        });
      } else truths.push(told);
    });
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    if (failure) throw failure;
    if (code !== 0) throw new Error(`${signal ?? code}: ${await complaints}`);
    await relays.close();
    recording.save(['conversations']);
    return contradictions(await loadTrace(file), truths);
  } finally {
    await relays.close();
    recording.discard();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
