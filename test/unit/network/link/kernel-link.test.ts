import { describe, expect, it } from 'vitest';
import {
  checkKernelLink,
  isExact,
  kernelCommand,
} from '../../../../src/network/link/kernel-link.ts';

describe('the command that makes the kernel lose packets', () => {
  it('is one of tc, with all that netem can do', () => {
    const link = { delay: 20, loss: 0.07, dup: 0.005, reorder: 0.25 };
    expect(kernelCommand(link, 'netem').args.join(' ')).toBe(
      'tc qdisc add dev lo root netem limit 100000 ' +
        'delay 20ms loss 7% duplicate 0.5% reorder 25%',
    );
  });

  it('says nothing to tc of what was not asked for', () => {
    expect(kernelCommand({ loss: 0.1 }, 'netem').args.slice(7)).toEqual([
      'limit',
      '100000',
      'loss',
      '10%',
    ]);
  });

  it('is a rule of nft, which reads it', () => {
    const { args, input } = kernelCommand({ loss: 0.07 }, 'nft');
    expect(args).toEqual(['nft', '-f', '-']);
    expect(input).toContain('hook input');
    expect(input).toContain('numgen random mod 1000000 < 70000 drop');
  });

  it.each([
    [{ loss: 0.1, corrupt: 0.1 }, 'no corrupt'],
    [{ loss: 0.1, jitter: 5 }, 'no jitter'],
    [{ reorder: 0.1 }, 'there is no --delay'],
    [{ loss: 1 }, 'lets nobody connect'],
    [{ loss: 0.1, seed: 7, delay: 5 }, 'with --seed or --drop it has'],
    [{ drop: [3], lossBack: 0.1 }, 'no lossBack'],
  ])('is not to be had for %j', (link, why) => {
    expect(() => checkKernelLink(link)).toThrow(why);
  });

  it('is a rule with a number that nft takes, however much is lost', () => {
    expect(kernelCommand({ loss: 0.99999999 }, 'nft').input).toContain('< 999999 drop');
  });

  it('leaves nothing to chance with a seed or a list', () => {
    expect(isExact({ loss: 0.1 })).toBe(false);
    for (const link of [{ loss: 0.1, seed: 0 }, { drop: [3] }]) {
      expect(isExact(link)).toBe(true);
      expect(() => checkKernelLink({ ...link, dup: 0.1 })).not.toThrow();
    }
  });
});
