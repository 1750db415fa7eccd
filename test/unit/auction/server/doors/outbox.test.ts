import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  Outbox,
  type Recipient,
} from '../../../../../src/auction/server/doors/outbox.ts';

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

interface Opened {
  outbox: Outbox;
  /** What happened, in its order. */
  log: string[];
  failures: unknown[];
  someone: (name: string) => Recipient;
}

function open(commit: () => void = () => {}, patience?: () => number): Opened {
  const log: string[] = [];
  const failures: unknown[] = [];
  const outbox = new Outbox(
    () => {
      log.push('commit');
      commit();
    },
    (error) => failures.push(error),
    patience,
  );
  return { outbox, log, failures, someone: (name) => ({ leave: () => log.push(name) }) };
}

describe('an outbox', () => {
  it('lets everybody leave at the end of the turn, once, after the commit', async () => {
    const { log, outbox, someone } = open();
    const ann = someone('ann');
    outbox.add(ann);
    outbox.add(someone('bob'));
    outbox.add(ann);
    outbox.schedule();
    expect(log).toEqual([]);
    await nextTurn();
    expect(log).toEqual(['commit', 'ann', 'bob']);
    await nextTurn();
    expect(log).toHaveLength(3);
  });

  it('commits what happened though nobody is told of it', async () => {
    const { log, outbox } = open();
    outbox.schedule();
    await nextTurn();
    expect(log).toEqual(['commit']);
  });

  it('takes the last words of a turn in the same turn', async () => {
    const { log, outbox, someone } = open();
    outbox.beforeCommit(() => {
      log.push('prepare');
      outbox.add(someone('late'));
    });
    outbox.add(someone('ann'));
    await nextTurn();
    expect(log).toEqual(['prepare', 'commit', 'ann', 'late']);
    await nextTurn();
    expect(log).toHaveLength(4);
  });

  it('takes what is added while others leave in a turn of its own', async () => {
    const { log, outbox, someone } = open();
    outbox.add({ leave: () => outbox.add(someone('next')) });
    await nextTurn();
    expect(log).toEqual(['commit']);
    await nextTurn();
    expect(log).toEqual(['commit', 'commit', 'next']);
  });

  it('lets nobody leave when the commit has failed, then or ever, and says so once', async () => {
    const commit = vi.fn<() => void>(() => {
      throw new Error('the disk is full');
    });
    const { failures, log, outbox, someone } = open(commit);
    outbox.add(someone('ann'));
    await nextTurn();
    outbox.add(someone('bob'));
    outbox.schedule();
    outbox.flush();
    await nextTurn();
    expect(log).toEqual(['commit']);
    expect(commit).toHaveBeenCalledTimes(1);
    expect(failures).toEqual([new Error('the disk is full')]);
  });

  it('does nothing any more when it is closed, whatever was due', async () => {
    const { log, outbox, someone } = open();
    outbox.add(someone('ann'));
    outbox.close();
    outbox.add(someone('bob'));
    await nextTurn();
    outbox.flush();
    expect(log).toEqual([]);
  });
});

describe('an outbox with patience', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  it('lets what is due wait for what is expected, and commits it all at once', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    let patience = 5;
    const { log, outbox, someone } = open(undefined, () => patience);
    outbox.add(someone('ann'));
    await nextTurn();
    outbox.add(someone('bob'));
    await nextTurn();
    vi.advanceTimersByTime(4);
    expect(log).toEqual([]);
    patience = 0;
    outbox.add(someone('cid'));
    await nextTurn();
    expect(log).toEqual(['commit', 'ann', 'bob', 'cid']);
    vi.advanceTimersByTime(100);
    await nextTurn();
    expect(log).toHaveLength(4);
  });

  it('waits no longer than that', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { log, outbox, someone } = open(undefined, () => 5);
    outbox.add(someone('ann'));
    await nextTurn();
    vi.advanceTimersByTime(5);
    expect(log).toEqual(['commit', 'ann']);
    outbox.add(someone('bob'));
    outbox.flush();
    expect(log).toEqual(['commit', 'ann', 'commit', 'bob']);
  });

  it('sends nothing that still waits when it is closed', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { log, outbox, someone } = open(undefined, () => 5);
    outbox.add(someone('ann'));
    await nextTurn();
    outbox.close();
    vi.advanceTimersByTime(100);
    expect(log).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
