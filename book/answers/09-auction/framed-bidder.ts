/**
 * Answer: Join with your name and the token, and you get the same welcome: your seat,
 * your money, your items. Without the token the name is taken, by yourself.
 *
 * The token is a secret between you and the auctioneer: it proves that you are the one
 * who sat here before. `after` says which news you have; the rest comes at once.
 * See:
 *   welcome, ann
 *   the connection is lost; with the name alone: refused, name-taken
 *   with the token: welcome, ann, to the same seat
 */
import { openAuction } from '../../../src/auction/index.ts';
import { decodeText, encodeJson, FramedConnection } from '../../../src/framing/index.ts';
import { ConnectionSocket } from '../../../src/tcp/index.ts';

interface Told {
  type: string;
  name?: string;
  code?: string;
  token?: string;
}

const auctioneer = await openAuction({ port: 0, game: { bidders: 2 } });

async function join(token?: string): Promise<[Told, FramedConnection]> {
  const socket = new ConnectionSocket();
  await socket.connect(auctioneer.address);
  const connection = new FramedConnection(socket.detach());
  await connection.send(encodeJson({ type: 'join', version: 1, name: 'ann', token }));
  const told = await connection.receive({ timeout: 5000 });
  return [JSON.parse(decodeText(told ?? Buffer.from('{}'))) as Told, connection];
}

const [welcome, lost] = await join();
console.log(`${welcome.type}, ${welcome.name}`);
await lost.close();

const [refused, stranger] = await join();
console.log(
  `the connection is lost; with the name alone: ${refused.type}, ${refused.code}`,
);
await stranger.close();

const [again, back] = await join(welcome.token);
const same = again.token === welcome.token ? 'the same seat' : 'another seat';
console.log(`with the token: ${again.type}, ${again.name}, to ${same}`);
await back.close();
await auctioneer.close();
