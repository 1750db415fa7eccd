import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Auction, auctionOptions, Table } from '../../../../src/auction/index.ts';

describe('a table', () => {
  it('tells all watchers of all events in their order, until they do not want to know', () => {
    const table = new Table(new Auction(auctionOptions({ bidders: 1, seed: 's' })));
    const heard: string[] = [];
    const stop = table.watch(({ type }) => heard.push(`1 ${type}`));
    table.watch(({ type }) => heard.push(`2 ${type}`));
    expect(table.submit({ type: 'join', name: 'ann' })).toBeUndefined();
    expect(heard).toEqual(
      ['joined', 'started', 'opened'].flatMap((type) => [`1 ${type}`, `2 ${type}`]),
    );
    stop();
    table.submit({ type: 'pass', round: 0, name: 'ann' });
    expect(heard.filter((word) => word.startsWith('1'))).toHaveLength(3);
  });

  it('tells listeners of every command, even of those that are refused', () => {
    const table = new Table(new Auction(auctionOptions({ bidders: 1 })));
    const heard: string[] = [];
    table.listen(({ type }) => heard.push(type));
    expect(table.submit({ type: 'pass', round: 0, name: 'ann' })).toMatchObject({
      code: 'not-started',
    });
    table.submit({ type: 'join', name: 'ann' });
    expect(heard).toEqual(['pass', 'join']);
  });

  describe('with a watcher that fails', () => {
    const raised: unknown[] = [];
    const note = (error: unknown): number => raised.push(error);
    let others: NodeJS.UncaughtExceptionListener[] = [];
    beforeEach(() => {
      others = process.listeners('uncaughtException');
      process.removeAllListeners('uncaughtException');
      process.on('uncaughtException', note);
    });
    afterEach(() => {
      process.removeAllListeners('uncaughtException');
      for (const other of others) process.on('uncaughtException', other);
    });

    it('lets everything happen, tells the others, and does not hide the failure', async () => {
      const table = new Table(new Auction(auctionOptions({ bidders: 1 })));
      const mistake = new Error('a mistake of the watcher');
      table.watch(() => {
        throw mistake;
      });
      const heard: string[] = [];
      table.watch(({ type }) => heard.push(type));
      expect(table.submit({ type: 'join', name: 'ann' })).toBeUndefined();
      expect(heard).toEqual(['joined', 'started', 'opened']);
      expect(table.auction.phase).toBe('bidding');
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
      expect(raised).toEqual([mistake, mistake, mistake]);
    });
  });
});
