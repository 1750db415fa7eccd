/** A netcat for ZeroMQ's patterns. Start with netcat.ts. */
export { type DeviceOptions, DEVICES, runDevice } from './device.ts';
export { endpointOf } from './endpoint.ts';
export { jsonParts, printMessage, type TextForm } from './message-text.ts';
export { netcat } from './netcat.ts';
export type { NetcatOptions, PatternName } from './options.ts';
