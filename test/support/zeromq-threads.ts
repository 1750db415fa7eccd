/** A program and its thread, with sockets that meet at inproc://: `NAME` says which of them. */
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import * as zmq from '../../src/zeromq/index.ts';

interface Story {
  /** @param start starts the thread; resolves when it has ended */
  program: (start: () => Promise<unknown>) => Promise<unknown>;
  thread: () => Promise<unknown>;
}

const MANY = 1000;
const words = (parts: Buffer[]): string[] => parts.map(String);

const STORIES: Record<string, Story> = {
  full: {
    program: async (start) => {
      const pull = new zmq.Pull({ receiveHighWaterMark: 5 });
      await pull.bind('inproc://full');
      const ended = start();
      let right = 0;
      for (let i = 0; i < MANY; i += 1) {
        const [number, bytes] = await pull.receive();
        if (String(number) === `${i}` && bytes!.length === i * 40) right += 1;
      }
      await ended;
      return right;
    },
    thread: async () => {
      const push = new zmq.Push({ sendHighWaterMark: 5 });
      push.connect('inproc://full');
      for (let i = 0; i < MANY; i += 1) await push.send([`${i}`, Buffer.alloc(i * 40)]);
    },
  },

  later: {
    program: async (start) => {
      const request = new zmq.Request();
      request.connect('inproc://later');
      await request.send('question');
      const ended = start();
      const answer = words(await request.receive());
      await ended;
      return answer;
    },
    thread: async () => {
      const reply = new zmq.Reply();
      await reply.bind('inproc://later');
      const [question] = await reply.receive();
      await reply.send(`answer to ${String(question)}`);
    },
  },

  names: {
    program: async (start) => {
      const publisher = new zmq.XPublisher();
      await publisher.bind('inproc://news');
      const router = new zmq.Router();
      await router.bind('inproc://router');
      const ended = start();
      const subscription = words(await publisher.receive());
      for (const word of ['a1', 'b2']) await publisher.send(word);
      const told = words(await router.receive());
      await ended;
      return [subscription, told];
    },
    thread: async () => {
      const subscriber = new zmq.Subscriber();
      subscriber.connect('inproc://news');
      subscriber.subscribe('b');
      const dealer = new zmq.Dealer({ routingId: 'me' });
      dealer.connect('inproc://router');
      await dealer.send(await subscriber.receive());
    },
  },

  ended: {
    program: async (start) => {
      const dealer = new zmq.Dealer();
      await dealer.bind('inproc://ended');
      await start();
      const last = words(await dealer.receive());
      while (dealer.writable) await new Promise(setImmediate);
      return last;
    },
    thread: async () => {
      const dealer = new zmq.Dealer();
      dealer.connect('inproc://ended');
      await dealer.send('last words');
    },
  },

  apart: {
    program: async (start) => {
      const other = new zmq.Pull({ context: new zmq.Context(), receiveTimeout: 0 });
      await other.bind('inproc://apart');
      const pull = new zmq.Pull();
      await pull.bind('inproc://here');
      await start();
      const got = [await pull.receive(), await pull.receive()].flatMap(words);
      const code = await other.receive().catch((error: zmq.ZmqError) => error.code);
      return [got.toSorted(), code];
    },
    thread: async () => {
      const own = new zmq.Pull();
      await own.bind('inproc://here');
      await own.bind('inproc://own');
      const pushTo = async (name: string, word: string): Promise<void> => {
        const push = new zmq.Push();
        push.connect(`inproc://${name}`);
        await push.send(word);
      };
      for (const name of ['here', 'apart']) await pushTo(name, name);
      const [mine] = words(await own.receive());
      await own.unbind('inproc://here');
      for (const word of ['first', `after ${mine}`]) await pushTo('here', word);
    },
  },
};

const name = isMainThread ? process.argv[2]! : (workerData as string);
const { program, thread } = STORIES[name]!;
if (isMainThread) {
  const start = (): Promise<unknown> =>
    once(new Worker(fileURLToPath(import.meta.url), { workerData: name }), 'exit');
  console.log(JSON.stringify(await program(start)));
} else {
  await thread();
}
