/** TCP: welcoming sockets, and the connection sockets that they hand out. */
export * from './connection-socket.ts';
export * from './welcoming-socket.ts';
