/**
 * How many bytes a packet has besides its payload, over IPv4 without options (RFC 791). Pure.
 */
const IP = 20;

/** A datagram's (RFC 768). */
export const UDP_HEADERS = IP + 8;

/** A segment's (RFC 9293), with the time stamps that Linux puts into each (RFC 7323): 12 bytes. */
export const TCP_HEADERS = IP + 20 + 12;

/**
 * A SYN's and a SYN-ACK's: largest segment, selective acknowledgements, time stamps and window
 * scale take 20 bytes (RFC 9293 3.2, RFC 2018, RFC 7323).
 */
export const SYN_HEADERS = IP + 20 + 20;

/** The payload of an Ethernet packet after TCP's headers. */
export const LARGEST_SEGMENT = 1500 - TCP_HEADERS;
