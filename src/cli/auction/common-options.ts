/** Options of every command that joins an auction. */

export const AUCTIONEER = {
  type: 'string',
  requiresArg: true,
  defaultDescription: '127.0.0.1',
  describe: 'the host where the auctioneer is',
} as const;

export const JOIN_CODE = {
  type: 'string',
  requiresArg: true,
  defaultDescription: 'none',
  describe: 'the join code, where the auctioneer asks for one',
} as const;
