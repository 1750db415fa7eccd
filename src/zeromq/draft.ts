/**
 * Types of sockets that are drafts in libzmq, with the API of `zeromq/draft`: CLIENT and SERVER,
 * RADIO and DISH, SCATTER and GATHER, DGRAM. libzmq may still change them.
 */
export {
  Client,
  Datagram,
  Dish,
  Gather,
  Radio,
  type RadioGroupOptions,
  Scatter,
  Server,
  type ServerRoutingOptions,
} from './socket/draft.ts';
