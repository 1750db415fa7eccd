/** TCP: a welcoming socket that hands out connection sockets; streams of bytes. */
export * from './connection-socket.ts';
export * from './welcoming-socket.ts';
