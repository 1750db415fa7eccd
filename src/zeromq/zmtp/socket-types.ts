/**
 * The types of sockets, their numbers in the API, their names on the wire, and who may talk
 * to whom. Pure.
 *
 * Those from SERVER on are libzmq's drafts.
 *
 * Source: ZMTP 3.1 (RFC 37/ZMTP), "The Socket-Type Property"; RFC 41, 48 and 49; zmq.h.
 */
export const SocketType = {
  Pair: 0,
  Publisher: 1,
  Subscriber: 2,
  Request: 3,
  Reply: 4,
  Dealer: 5,
  Router: 6,
  Pull: 7,
  Push: 8,
  XPublisher: 9,
  XSubscriber: 10,
  Stream: 11,
  Server: 12,
  Client: 13,
  Radio: 14,
  Dish: 15,
  Gather: 16,
  Scatter: 17,
  Datagram: 18,
} as const;
export type SocketType = (typeof SocketType)[keyof typeof SocketType];

/** By number. A Stream and a Datagram speak no ZMTP. */
export const TYPE_NAMES = [
  'PAIR',
  'PUB',
  'SUB',
  'REQ',
  'REP',
  'DEALER',
  'ROUTER',
  'PULL',
  'PUSH',
  'XPUB',
  'XSUB',
  'STREAM',
  'SERVER',
  'CLIENT',
  'RADIO',
  'DISH',
  'GATHER',
  'SCATTER',
  'DGRAM',
] as const;
export type TypeName = (typeof TYPE_NAMES)[number];

const PARTNERS: Record<TypeName, readonly TypeName[]> = {
  PAIR: ['PAIR'],
  PUB: ['SUB', 'XSUB'],
  SUB: ['PUB', 'XPUB'],
  REQ: ['REP', 'ROUTER'],
  REP: ['REQ', 'DEALER'],
  DEALER: ['REP', 'DEALER', 'ROUTER'],
  ROUTER: ['REQ', 'DEALER', 'ROUTER'],
  PULL: ['PUSH'],
  PUSH: ['PULL'],
  XPUB: ['SUB', 'XSUB'],
  XSUB: ['PUB', 'XPUB'],
  STREAM: [],
  SERVER: ['CLIENT'],
  CLIENT: ['SERVER'],
  RADIO: ['DISH'],
  DISH: ['RADIO'],
  GATHER: ['SCATTER'],
  SCATTER: ['GATHER'],
  DGRAM: [],
};

/** A type that may talk to it. */
export function partnerOf(mine: TypeName): TypeName {
  return PARTNERS[mine][0] ?? mine;
}

export function mayTalk(mine: TypeName, theirs: string): boolean {
  return (PARTNERS[mine] as readonly string[]).includes(theirs);
}
