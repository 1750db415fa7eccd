/** The auction. Start with rules.ts; auctioneer.ts shows how the parts fit together. */
export {
  Auctioneer,
  type AuctioneerOptions,
  type AuctioneerStatistics,
  openAuction,
} from './auctioneer.ts';
export {
  type BidderEvent,
  type Decide,
  playAuction,
  type Played,
  type PlayOptions,
} from './bidder/play.ts';
export { randomFrom } from './draw.ts';
export type {
  AuctionCommand,
  AuctionEvent,
  Decision,
  Refusal,
  RefusalCode,
} from './events.ts';
export {
  type Bidder,
  type BidderView,
  type GameRules,
  gameRules,
  Ledger,
  type Phase,
  type PublicEvent,
  type Sale,
  type Standing,
} from './ledger.ts';
export {
  type LectureAnswer,
  LectureProtocol,
  LONGEST_MESSAGE,
  whyNot,
} from './lecture-protocol.ts';
export { type AuctionOptions, auctionOptions } from './options.ts';
export { Auction } from './rules.ts';
export { worth } from './sale.ts';
export { Table } from './table.ts';
export { NativeProtocol, type SeatKey, type Speaker } from './native-protocol.ts';
export { parseRequest, parseTold } from './native-messages.ts';
export { bidInAuction, type BidOptions } from './screens/bid.ts';
export { joinCode } from './screens/join-code.ts';
export { serveAuction } from './screens/serve.ts';
export type { ServeOptions } from './screens/serve-options.ts';
export { showScores, type ShowScoresOptions } from './screens/scores.ts';
export { type BoardAwayOptions, showBoard } from './screens/watch.ts';
export { type WatchOptions, watchAuction } from './bidder/watch.ts';
export { type Bot, type BotDecision, type FaultKind } from './strategies/bots/bot.ts';
export { newBotSource } from './strategies/bots/new-bot.ts';
export { openBot, openBots, type OpenBotOptions } from './strategies/bots/open-bot.ts';
export { findStrategy, strategies } from './strategies/registry.ts';
export type { Bid, DetermineBid, Strategy } from './strategies/strategy.ts';
export type { GamePlan, GameResult, GameRunner } from './tournament/game.ts';
export { inProcess } from './tournament/in-process.ts';
export { overSockets } from './tournament/over-sockets.ts';
export { reportCsv, reportJson, reportText } from './tournament/report.ts';
export {
  playTournament,
  type TournamentOptions,
  type TournamentResult,
} from './tournament/tournament.ts';
