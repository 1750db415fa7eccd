/** The board: a live page for the projector. Start with board-server.ts. */
export { type BoardEvent, toBoardEvent } from './board-event.ts';
export { type Board, openBoard } from './board-server.ts';
