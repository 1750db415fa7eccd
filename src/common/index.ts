/** What every room may use: errors, addresses, waiting. No sockets here. */
export * from './address.ts';
export { ByteQueue } from './byte-queue.ts';
export { checkBytes, checkSize } from './check.ts';
export * from './errors.ts';
export { explain } from './explain.ts';
export { Mailbox, Wait, type WaitOptions } from './wait.ts';
