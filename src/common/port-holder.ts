/**
 * Who holds a TCP port that is taken: a program, or a connection that has already ended.
 *
 *   sl  local_address rem_address   st tx_queue:rx_queue tr:when retrnsmt  uid timeout inode
 *    4: 0100007F:3039 0100007F:E4FC 06 00000000:00000000 03:00001708 00000000 0  0  0 …
 *       127.0.0.1 12345             TIME_WAIT, and no program has that socket any more
 *
 * The side that closes first keeps the connection's address for a minute after its end (on
 * Linux), and `bind` refuses it when the program had not set SO_REUSEADDR, as Python's does
 * not unless told to. Node sets it for each server, which helps only if the other program had set
 * it too.
 *
 * Connecting would tell too, but a client that says nothing may surprise a server.
 *
 * Sources: proc(5), tcp(7), RFC 9293 §3.3.2 (TIME-WAIT), Linux's inet_csk_bind_conflict.
 */
import { existsSync, readFileSync } from 'node:fs';

export type Holder = 'listener' | 'receiver' | 'connection' | 'ended program' | 'unknown';

/** The second is missing where there is no IPv6. */
const TABLES = ['/proc/net/tcp', '/proc/net/tcp6'];
const LISTEN = '0A';
/** The inode of a socket that no program has open any more. */
const NO_INODE = '0';
/** An IPv6 address that stands for an IPv4 address ends with it. */
const EVERY_ADDRESS = /^0+$/;

/** Looks at the system's tables, if it has them; otherwise 'unknown'. */
export function portHolder(host: string, port: number): Holder {
  if (process.platform !== 'linux') return 'unknown';
  try {
    const tables = TABLES.filter((file) => existsSync(file));
    const text = tables.map((file) => readFileSync(file, 'latin1')).join('\n');
    return holderIn(text, { host, port });
  } catch {
    return 'unknown'; // a machine that hides them
  }
}

/**
 * @param table as in proc(5)
 * @param at Simplification: of an IPv6 host only the port is compared
 */
export function holderIn(table: string, at: { host: string; port: number }): Holder {
  const rows = table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local = '']) => isInTheWay(local, at));
  if (rows.some(([, , , state]) => state === LISTEN)) return 'listener';
  if (rows.some((row) => row[9] !== NO_INODE)) return 'connection';
  return rows.length > 0 ? 'ended program' : 'unknown';
}

function isInTheWay(local: string, at: { host: string; port: number }): boolean {
  const [address = '', port] = local.split(':');
  if (port !== at.port.toString(16).toUpperCase().padStart(4, '0')) return false;
  const wanted = hexOf(at.host);
  return (
    EVERY_ADDRESS.test(address) || EVERY_ADDRESS.test(wanted) || address.endsWith(wanted)
  );
}

/** 127.0.0.1 as it stands in the table, 0100007F; '' for IPv6, with which everything ends. */
function hexOf(host: string): string {
  const bytes = host.split('.').map(Number);
  if (bytes.length !== 4) return '';
  return Buffer.from(bytes.reverse()).toString('hex').toUpperCase();
}
