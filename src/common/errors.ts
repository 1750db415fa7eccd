/**
 * Everything that socketlab itself throws, in one small tree.
 *
 *   Error
 *   └── SocketlabError     carries a Node-style `code`
 *       ├── MisuseError    the caller's mistake: fix the calling program
 *       ├── PeerError      the peer broke the protocol: give up on that peer
 *       └── TimedOutError  nothing happened within the time-out that was asked for
 *
 * Misuse and misbehaviour are different classes because they call for different reactions: one
 * is a bug here, the other must never stop a server that has other peers to look after.
 *
 * | code                    | class         | meaning                                         |
 * | ----------------------- | ------------- | ----------------------------------------------- |
 * | ERR_BAD_ADDRESS         | MisuseError   | a port, host or path that no address can have   |
 * | ERR_ADDRESS_FAMILY      | MisuseError   | an IPv6 address on an IPv4 socket, or reversed  |
 * | ERR_BAD_ARGUMENT        | MisuseError   | a size, time-out or payload of the wrong kind   |
 * | ERR_NOT_BOUND           | MisuseError   | receiving before the socket has an address      |
 * | ERR_NOT_CONNECTED       | MisuseError   | `send` or `recv` before `connect`               |
 * | ERR_ALREADY_OPEN        | MisuseError   | a second `bind`, `listen` or `connect`          |
 * | ERR_SOCKET_CLOSED       | MisuseError   | the socket was closed, perhaps while waiting    |
 * | ERR_RECV_BUSY           | MisuseError   | two reads of one stream at the same time        |
 * | ERR_UNKNOWN_LESSON      | MisuseError   | no lesson has that number or name               |
 * | ERR_UNKNOWN_ROLE        | MisuseError   | the lesson has no role of that name             |
 * | ERR_BAD_LESSON          | MisuseError   | a lesson's folder or header is not valid        |
 * | ERR_BAD_TRACE           | MisuseError   | a file that is not a trace of this version      |
 * | ERR_BAD_LINK            | MisuseError   | an impossible link, or a bad record             |
 * | ERR_UNKNOWN_BEHAVIOUR   | MisuseError   | no behaviour has that name                      |
 * | ERR_NO_NATIVE_ENGINE    | MisuseError   | the package `zeromq` is not installed           |
 * | ERR_STREAM_ENDED        | PeerError     | the stream ended before all bytes had arrived   |
 * | ERR_FRAME_TOO_LARGE     | PeerError     | a frame is longer than the limit (MisuseError   |
 * |                         |               | when it is we who try to send it)               |
 * | ERR_FRAME_CUT           | PeerError     | the stream ended in the middle of a frame       |
 * | ERR_FRAME_NOT_TEXT      | PeerError     | a payload that is not UTF-8                     |
 * | ERR_FRAME_NOT_JSON      | PeerError     | a payload that is text, but not JSON            |
 * | ERR_FRAME_REFUSED       | PeerError     | a payload that is JSON, but not what was agreed |
 * | ERR_AUCTION_REFUSED     | PeerError     | the auctioneer gives this bidder no seat        |
 * | ERR_AUCTION_LOST        | PeerError     | the auctioneer has gone, or talks nonsense      |
 * | ERR_ZMTP_GREETING       | PeerError     | the peer does not speak ZMTP 3                  |
 * | ERR_ZMTP_FRAME          | PeerError     | a frame that ZMTP 3 does not have               |
 * | ERR_ZMTP_COMMAND        | PeerError     | a command whose data does not match its name    |
 * | ERR_SOCKS               | PeerError     | a SOCKS proxy refuses, or does not answer       |
 * | ERR_TIMED_OUT           | TimedOutError | nothing happened within the time-out            |
 *
 * A ZMTP handshake that fails is an event, with the names that libzmq has (HandshakeError of
 * src/zeromq):
 *
 * | code                                    | meaning                                 |
 * | --------------------------------------- | --------------------------------------- |
 * | ERR_ZMTP_INVALID_METADATA               | properties that ZMTP does not allow     |
 * | ERR_ZMTP_MECHANISM_MISMATCH             | one end wants NULL, say, the other PLAIN |
 * | ERR_ZMTP_UNEXPECTED_COMMAND             | a command that is out of turn           |
 * | ERR_ZMTP_MALFORMED_COMMAND_HELLO        | this command, malformed                 |
 * | ERR_ZMTP_MALFORMED_COMMAND_WELCOME      | the same                                |
 * | ERR_ZMTP_MALFORMED_COMMAND_INITIATE     | the same                                |
 * | ERR_ZMTP_MALFORMED_COMMAND_READY        | the same                                |
 * | ERR_ZMTP_MALFORMED_COMMAND_ERROR        | the same                                |
 * | ERR_ZMTP_MALFORMED_COMMAND_UNSPECIFIED  | some other command, malformed           |
 * | ERR_ZMTP_UNSPECIFIED                    | whatever else is wrong with a handshake |
 * | ERR_ZAP_MALFORMED_REPLY                 | the handler sent too many or too few parts |
 * | ERR_ZAP_BAD_VERSION                     | not an answer of ZAP 1.0                |
 * | ERR_ZAP_BAD_REQUEST_ID                  | an answer to another request            |
 * | ERR_ZAP_INVALID_STATUS_CODE             | none of 200, 300, 400, 500              |
 * | ERR_ZAP_INVALID_METADATA                | properties that ZMTP does not allow     |
 * | ERR_ZAP_UNSPECIFIED                     | whatever else is wrong with its answer  |
 *
 * Errors of the operating system (ECONNREFUSED, EADDRINUSE, …) pass through untouched;
 * `explain` puts them into words.
 *
 * Read next: explain.ts.
 */

export abstract class SocketlabError extends Error {
  readonly code: `ERR_${string}`;

  constructor(code: `ERR_${string}`, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.name = new.target.name;
  }
}

export class MisuseError extends SocketlabError {}

export class PeerError extends SocketlabError {}

export class TimedOutError extends SocketlabError {
  constructor(what: string, timeout: number) {
    super('ERR_TIMED_OUT', `${what}: nothing happened within ${timeout} ms`);
  }
}

/** A call or a command line that means nothing: ERR_BAD_ARGUMENT. */
export function misuse(why: string, options?: ErrorOptions): MisuseError {
  return new MisuseError('ERR_BAD_ARGUMENT', why, options);
}
