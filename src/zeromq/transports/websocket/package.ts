/** The package `ws`, which is loaded for the first ws:// address. */
import { ZmqError } from '../../base/errors.ts';

/** @throws {ZmqError} ENOTSUP when it is not installed */
export async function loadWs(): Promise<typeof import('ws')> {
  try {
    return await import('ws');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // ERR_MODULE_NOT_FOUND of ES modules, MODULE_NOT_FOUND of require.
    if (!code?.endsWith('MODULE_NOT_FOUND')) throw error;
    throw new ZmqError('ENOTSUP', {
      hint: 'ws:// needs the package ws: npm install ws',
    });
  }
}
