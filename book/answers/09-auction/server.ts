/**
 * Answer: The others wait for ever: the round needs a bid from everybody, and one is
 * missing. And a bid of -50 counts; if everybody bids less than nothing, the winner is
 * paid for it.
 *
 * `Number(word) <= seat.money` is all that this server checks. auctioneer.ts ends a
 * round after a time limit, keeps the seat, and accepts whole numbers from 0.
 * See:
 *   ann bids -50, bob -60: ann has bought <word> for -50
 *   bob leaves; ann bids and asks: wait, wait, wait
 */
import { ConnectionSocket } from '../../../src/tcp/index.ts';
import { startLesson } from '../lesson-program.ts';
import { freePort } from '../pair.ts';

const port = await freePort();
const args = ['--port', String(port), '--bidders', '2'];
const server = startLesson('09-auction/server', ...args);
await server.printed('Open for 2');

class Bidder {
  readonly #socket = new ConnectionSocket();
  readonly #name: string;
  constructor(name: string) {
    this.#name = name;
  }
  async join(): Promise<void> {
    await this.#socket.connect({ port });
    await this.ask('');
  }
  async ask(words: string): Promise<string> {
    await this.#socket.sendall(Buffer.from(this.#name + words));
    return (await this.#socket.recv(5024, { timeout: 5000 })).toString();
  }
  async leave(): Promise<void> {
    await this.#socket.close();
  }
}

const [ann, bob] = [new Bidder('ann'), new Bidder('bob')];
await ann.join();
await bob.join();
await ann.ask(' -50');
await bob.ask(' -60');
console.log(`ann bids -50, bob -60: ${await ann.ask('')}`);

await bob.leave();
await ann.ask(' 1');
const answers = [await ann.ask(''), await ann.ask(''), await ann.ask('')];
console.log(
  `bob leaves; ann bids and asks: ${answers.join(', ').replaceAll(' ,', ',').trim()}`,
);
await ann.leave();
await server.kill();
