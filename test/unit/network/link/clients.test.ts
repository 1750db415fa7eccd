import { describe, expect, it } from 'vitest';
import { Clients } from '../../../../src/network/link/clients.ts';

const IDLE = 1000;

interface Client {
  name: string;
  closed: number;
  close(): void;
}

function someone(name: string): Client {
  return {
    name,
    closed: 0,
    close() {
      this.closed += 1;
    },
  };
}

function clients(most = 10): { all: Clients<Client>; forgotten: () => number } {
  let forgotten = 0;
  const all = new Clients<Client>(most, IDLE, () => (forgotten += 1));
  return { all, forgotten: () => forgotten };
}

describe('the clients of a datagram relay', () => {
  it('are forgotten when they have been silent for too long, and closed', () => {
    const { all, forgotten } = clients();
    const ann = all.welcome('ann', 0, () => someone('ann'))!;
    all.forgetSilent(IDLE);
    expect([all.size, ann.closed, forgotten()]).toEqual([1, 0, 0]);
    all.forgetSilent(IDLE + 1);
    expect([all.size, ann.closed, forgotten()]).toEqual([0, 1, 1]);
    expect(all.has('ann', ann)).toBe(false);
  });

  it('are not forgotten while they are heard of', () => {
    const { all } = clients();
    const ann = all.welcome('ann', 0, () => someone('ann'))!;
    const bob = all.welcome('bob', 0, () => someone('bob'))!;
    for (let now = 0; now <= 10 * IDLE; now += IDLE / 2) {
      all.hear('ann', now);
      all.forgetSilent(now);
    }
    expect([all.has('ann', ann), ann.closed]).toEqual([true, 0]);
    expect([all.has('bob', bob), bob.closed]).toEqual([false, 1]);
  });

  it('stay who they are, and are new when they come again', () => {
    const { all } = clients();
    const first = all.welcome('ann', 0, () => someone('ann'))!;
    expect(all.welcome('ann', 1, () => someone('other'))).toBe(first);
    all.forget('ann', first);
    all.forget('ann', first); // once is enough
    expect(first.closed).toBe(1);
    const second = all.welcome('ann', 2, () => someone('ann'))!;
    expect(second).not.toBe(first);
    all.forget('ann', first);
    expect(all.has('ann', second)).toBe(true);
    expect(all.ever).toBe(2);
  });

  it('are turned away when there is no room, and welcome when there is', () => {
    const { all } = clients(1);
    const ann = all.welcome('ann', 0, () => someone('ann'))!;
    expect(all.welcome('bob', 0, () => someone('bob'))).toBeUndefined();
    all.forget('ann', ann);
    expect(all.welcome('bob', 0, () => someone('bob'))).toMatchObject({ name: 'bob' });
  });

  it('are all closed at the end', () => {
    const { all } = clients();
    const both = ['ann', 'bob'].map((name) => all.welcome(name, 0, () => someone(name))!);
    all.close();
    expect(both.map(({ closed }) => closed)).toEqual([1, 1]);
    expect(all.size).toBe(0);
  });
});
