/** The board: a live page for the projector. Start with board-server.ts. */
export type { Board } from './board.ts';
export { openBoard } from './board-server.ts';
