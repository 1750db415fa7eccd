/** UDP: one send is one datagram is one receive, or nothing. */
export * from './datagram-socket.ts';
