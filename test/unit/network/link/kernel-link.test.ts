import { describe, expect, it } from 'vitest';
import {
  checkKernelLink,
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
    expect(input).toContain('numgen random mod 10000 < 700 drop');
  });

  it.each([
    [{ loss: 0.1, corrupt: 0.1 }, 'no corrupt'],
    [{ loss: 0.1, jitter: 5 }, 'no jitter'],
    [{ reorder: 0.1 }, 'there is no --delay'],
  ])('is not to be had for %j', (link, why) => {
    expect(() => checkKernelLink(link)).toThrow(why);
  });
});
