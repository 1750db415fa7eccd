/**
 * A socket's events, on their way to whoever watches them. Nothing is kept while nobody is
 * watching.
 *
 * Read next: observer.ts.
 */
import type { HandshakeError } from '../zmtp/index.ts';
import { ZmqError } from '../base/errors.ts';
import { hold, release } from '../base/turn.ts';

export interface MonitorEvent {
  type: string;
  address?: string;
  error?: Error;
  interval?: number;
}

const AUTH_TEXTS: Record<number, string> = {
  300: 'Temporary error',
  400: 'Authentication failure',
  500: 'Internal error',
};
/** Events that may wait for a reader; after that the oldest goes. */
const MOST = 10_000;

export class Monitor {
  watched = false;
  closed = false;
  #events: MonitorEvent[] = [];
  #wake: ((event: MonitorEvent | undefined) => void) | undefined;

  tell(type: string, fields: Omit<MonitorEvent, 'type'>): void {
    if (this.closed) return; // 'end' was the last
    const event = { type, ...fields };
    if (this.#wake) {
      this.#answer(event);
      return;
    }
    this.#events.push(event);
    if (this.#events.length > MOST) this.#events.shift();
  }

  tellHandshake(address: string, error: HandshakeError): void {
    if (error.kind === 'auth') {
      const { status = 500 } = error;
      const told = new Error(AUTH_TEXTS[status] ?? 'Unknown error', { cause: error });
      this.tell('handshake:error:auth', {
        address,
        error: Object.assign(told, { status }),
      });
    } else if (error.kind === 'protocol') {
      const code = error.code ?? 'ERR_ZMTP_UNSPECIFIED';
      const protocol = code.startsWith(`ERR_ZAP_`) ? 'ZAP' : 'ZMTP';
      const told = new Error(`${protocol} protocol error`, { cause: error });
      this.tell('handshake:error:protocol', {
        address,
        error: Object.assign(told, { code, hint: error.message }),
      });
    } else {
      this.tell('handshake:error:other', {
        address,
        error: new ZmqError(error.system, { hint: error.message, cause: error }),
      });
    }
  }

  get waiting(): boolean {
    return this.#wake !== undefined;
  }

  take(): MonitorEvent | undefined {
    return this.#events.shift();
  }

  get empty(): boolean {
    return this.#events.length === 0;
  }

  /**
   * Undefined when it was closed in the meantime. Like every call that waits, it keeps the
   * process alive.
   */
  wait(): Promise<MonitorEvent | undefined> {
    hold();
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #answer(event: MonitorEvent | undefined): void {
    const wake = this.#wake;
    if (!wake) return;
    this.#wake = undefined;
    release();
    wake(event);
  }

  close(): void {
    this.closed = true;
    this.#answer(undefined);
  }
}
