/** The board: a live page for the projector. Start with board-server.ts. */
export { type Board, openBoard } from './board-server.ts';
