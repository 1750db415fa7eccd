/** The auction. Start with game/rules.ts; server/auctioneer.ts shows how it all fits together. */
export {
  Auctioneer,
  type AuctioneerOptions,
  type AuctioneerStatistics,
  openAuction,
} from './server/auctioneer.ts';
export {
  type BidderEvent,
  type Decide,
  playAuction,
  type Played,
  type PlayOptions,
} from './bidder/play.ts';
export { randomFrom } from './game/draw.ts';
export type {
  AuctionCommand,
  AuctionEvent,
  Decision,
  Refusal,
  RefusalCode,
} from './game/events.ts';
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
} from './game/ledger.ts';
export {
  type LectureAnswer,
  LectureProtocol,
  LONGEST_MESSAGE,
  whyNot,
} from './server/lecture-protocol.ts';
export type { SeatKey } from './game/journal-format.ts';
export { type AuctionOptions, auctionOptions } from './game/options.ts';
export { Auction } from './game/rules.ts';
export { worth } from './game/sale.ts';
export { Table } from './server/table.ts';
export { NativeProtocol, type Speaker } from './server/native-protocol.ts';
export { parseRequest, parseTold } from './messages/native-messages.ts';
export { bidInAuction, type BidOptions } from './screens/bid.ts';
export { joinCode } from './screens/join-code.ts';
export { serveAuction } from './screens/serve.ts';
export type { ServeOptions } from './screens/serve-options.ts';
export { showScores, type ShowScoresOptions } from './screens/scores.ts';
export { type BoardAwayOptions, showBoard } from './screens/watch.ts';
export { type WatchOptions, watchAuction } from './bidder/watch.ts';
export { type Bot, type BotDecision, type FaultKind } from './contest/bots/bot.ts';
export { newBotSource } from './contest/bots/new-bot.ts';
export { openBot, openBots, type OpenBotOptions } from './contest/bots/open-bot.ts';
export { findStrategy, strategies } from './contest/strategies/registry.ts';
export type { Bid, DetermineBid, Strategy } from './contest/strategies/strategy.ts';
export type { GamePlan, GameResult, GameRunner } from './contest/tournament/game.ts';
export { inProcess } from './contest/tournament/in-process.ts';
export { overSockets } from './contest/tournament/over-sockets.ts';
export { reportCsv, reportJson, reportText } from './contest/tournament/report.ts';
export {
  plannedGames,
  playTournament,
  type TournamentOptions,
  type TournamentResult,
} from './contest/tournament/tournament.ts';
