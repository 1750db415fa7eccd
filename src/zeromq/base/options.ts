/**
 * Every option of every socket, with libzmq's defaults. Pure.
 *
 * Source: zmq_setsockopt(3). Which one does what here stands in docs/zeromq.md.
 */
export class Options {
  // Queues
  sendHighWaterMark = 1000;
  receiveHighWaterMark = 1000;
  sendTimeout = -1;
  receiveTimeout = -1;
  linger = -1;
  conflate = false;
  immediate = false;
  maxMessageSize = -1;
  // Connections
  backlog = 100;
  ipv6 = false;
  reconnectInterval = 100;
  reconnectMaxInterval = 0;
  connectTimeout = 0;
  handshakeInterval = 30_000;
  heartbeatInterval = 0;
  heartbeatTimeout = -1;
  heartbeatTimeToLive = 0;
  tcpKeepalive = -1;
  tcpKeepaliveIdle = -1;
  tcpKeepaliveCount = -1;
  tcpKeepaliveInterval = -1;
  tcpMaxRetransmitTimeout = 0;
  typeOfService = 0;
  sendBufferSize = -1;
  receiveBufferSize = -1;
  interface: string | null = null;
  socksProxy: string | null = null;
  loopbackFastPath = false;
  // Security
  plainServer = false;
  plainUsername: string | null = null;
  plainPassword: string | null = null;
  zapDomain: string | null = null;
  zapEnforceDomain = false;
  // Patterns
  routingId: string | null = null;
  probeRouter = false;
  correlate = false;
  relaxed = false;
  mandatory = false;
  handover = false;
  noDrop = false;
  invertMatching = false;
  manual = false;
  verbosity: null | 'allSubs' | 'allSubsUnsubs' = null;
  welcomeMessage: string | null = null;
  notify = true;
  // What only native threads and multicast know
  affinity = 0;
  rate = 100;
  recoveryInterval = 10_000;
  multicastHops = 1;
  multicastMaxTransportDataUnit = 1500;
}
