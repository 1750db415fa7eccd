/** Every experiment, on this machine, with real sockets and processes. */
import { describe, expect, it } from 'vitest';
import { compiledModule } from '../../support/places.ts';

// Compiled: many of them start processes.
const { EXPERIMENTS, runExperiment } = await compiledModule<
  typeof import('../../../src/network/behaviours/index.ts')
>('src/network/behaviours/index.ts');

const cases = EXPERIMENTS.map((experiment) => [experiment.name, experiment] as const);

describe('an experiment', () => {
  it.for(cases)('%s answers what is expected', async ([, experiment], context) => {
    const outcome = await runExperiment(experiment);
    if (outcome.state === 'not-here') context.skip(outcome.reason);
    // Where another answer is no surprise, it is only to have done its job.
    if (outcome.differs !== undefined) expect(outcome.state).toBe('ran');
    else {
      const finding = { answer: experiment.expected };
      expect(outcome).toMatchObject({ state: 'ran', finding });
    }
    await nothingIsOpen();
  });

  it.for([0, 5, 40, 300])(
    'leaves nothing behind when it is ended after %i ms, whichever it is',
    async (time) => {
      for (const experiment of EXPERIMENTS) {
        const controller = new AbortController();
        const timer = setTimeout(() => controller.abort(new Error('ended')), time);
        const running = runExperiment(experiment, { signal: controller.signal });
        const end = await running.catch((error: Error) => error);
        clearTimeout(timer);
        // It may have been quicker.
        if (end instanceof Error) expect(end.message).toBe('ended');
        else expect([experiment.name, end.state]).not.toContain('failed');
        await nothingIsOpen(experiment.name);
      }
    },
  );

  it('does not mind others that run at the same time', async () => {
    const quick = EXPERIMENTS.filter(
      ({ programs, name }) => !programs && name !== 'nagle',
    );
    const outcomes = await Promise.all(
      [...quick, ...quick].map((experiment) => runExperiment(experiment)),
    );
    for (const outcome of outcomes) {
      expect([outcome.experiment.name, outcome.state]).not.toContain('failed');
    }
    await nothingIsOpen();
  });
});

/** No socket or process is left that would keep this process alive. */
async function nothingIsOpen(after?: string): Promise<void> {
  const open = (): string[] =>
    process
      .getActiveResourcesInfo()
      .filter((kind) => /^(?:TCP|UDP)/.test(kind) || kind === 'ProcessWrap');
  // What has just been closed is listed until the next turn of the event loop.
  await expect.poll(open, { interval: 1, message: after ?? '' }).toEqual([]);
}
