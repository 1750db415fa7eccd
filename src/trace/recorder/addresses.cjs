'use strict';
/** Addresses, as they stand in a trace. */
const path = require('node:path');
const { text } = require('./text.cjs');

/** @typedef {{ host: string, port: number, ipv6Only?: boolean } | { path: string }} Address */

/** tsx's processes speak to each other over such a path, which is not the program's doing. */
const TOOLS = /[\\/]tsx-[^\\/]*[\\/]\d+\.pipe$/;

/** As a value in JSON. @param {Address} address */
function addressJson(address) {
  if ('path' in address) return `{"path":${text(address.path)}}`;
  const { host, port, ipv6Only } = address;
  const only = ipv6Only && host === '::' ? ',"ipv6Only":true' : '';
  return `{"host":${text(host)},"port":${port}${only}}`;
}

/**
 * A path in the form that every process of the machine can use; names that are not files (pipes
 * of Windows, abstract names of Linux) stay as they are.
 *
 * @param {string} name
 * @returns {Address}
 */
function pathAddress(name) {
  const isFile = !name.startsWith('\0') && process.platform !== 'win32';
  return { path: isFile ? path.resolve(name) : name };
}

/**
 * @param {string | undefined} host
 * @param {number | undefined} port
 * @returns {{ host: string, port: number } | undefined}
 */
function addressOf(host, port) {
  if (host === undefined || port === undefined) return undefined;
  return port >= 0 && port <= 65_535 ? { host, port } : undefined;
}

/**
 * @param {any} handle of TCP or UDP
 * @param {'getsockname' | 'getpeername'} call
 * @returns {{ host: string, port: number }} port 0 of an unknown host for whoever has gone
 */
function nameOf(handle, call) {
  /** @type {{ address?: string, port?: number }} */
  const name = {};
  handle[call](name);
  return { host: name.address ?? 'unknown', port: name.port ?? 0 };
}

module.exports = { addressJson, addressOf, nameOf, pathAddress, TOOLS };
