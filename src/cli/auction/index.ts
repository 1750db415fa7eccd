/** `socketlab auction …`: the contest. */
import type { Command } from '../line/options.ts';
import { type NestedEntry, nestedCommand } from '../line/nested.ts';
import { bidCommand } from './bid.ts';
import { boardCommand } from './board.ts';
import { newBotCommand } from './new-bot.ts';
import { serveCommand } from './serve.ts';
import { tournamentCommand } from './tournament.ts';
import { watchCommand } from './watch.ts';

const ENTRIES: readonly NestedEntry[] = [
  ['serve', 'the auctioneer: runs a game for the bidders who join', serveCommand],
  ['bid [name]', 'a bidder: you at a prompt, or a bot', bidCommand],
  ['new-bot <file>', 'write a first bot for you to change', newBotCommand],
  ['board', 'the page for the projector', boardCommand],
  ['watch', 'the scores of a game, as a ZeroMQ subscriber receives them', watchCommand],
  [
    'tournament <bots..>',
    'many games between bots, to see which is best',
    tournamentCommand,
  ],
];

export const auctionCommand: Command<object> = nestedCommand(
  'auction',
  'a command',
  ENTRIES,
  ['auction serve --board', 'a game for three, and a page for the projector'],
);
