/** `socketlab zmq proxy`: a device between two sides. */
import { misuse } from '../../common/index.ts';
import type { DeviceOptions } from '../../zeromq/netcat/index.ts';
import { onInterrupt } from '../line/interrupt.ts';
import { command, json, several } from '../line/options.ts';
import { HWM } from './patterns.ts';

/** Of the netcat room, which is loaded when one is started. */
const DEVICES = [
  'queue',
  'forwarder',
  'streamer',
] as const satisfies readonly DeviceOptions['device'][];

export const proxyCommand = command({
  needs: {
    what: `a device: ${DEVICES.join(', ')}`,
    example: 'zmq proxy queue --front 5559 --back 5560',
  },
  builder: (yargs) =>
    yargs
      .positional('device', {
        choices: DEVICES,
        demandOption: true,
        describe: 'queue: req and rep; forwarder: pub and sub; streamer: push and pull',
      })
      .options({
        front: several(
          'where clients, publishers or managers connect: 5559, tcp://*:5559',
          'none; one is needed',
        ),
        back: several(
          'where servers, subscribers or workers connect: 5560, tcp://*:5560',
          'none; one is needed',
        ),
        hwm: HWM,
        json: json(': one line when it is ready'),
      })
      .example(
        '$0 zmq proxy queue --front 5559 --back 5560',
        'clients connect to 5559, servers to 5560',
      ),
  handler: async ({ device, front = [], back = [], hwm, json: asJson }) => {
    if (front.length === 0 || back.length === 0) {
      throw misuse('a proxy has two sides: --front 5559 --back 5560');
    }
    const { endpointOf, runDevice } = await import('../../zeromq/netcat/index.ts');
    const { printReady } = await import('./print.ts');
    const endpoints = (given: string[]): string[] =>
      given.map((text) => {
        if (text.startsWith('wss://'))
          throw misuse('a proxy does not support wss://: use ws://');
        return endpointOf(text, 'bind');
      });
    const ready = (bound: readonly string[]): void => printReady(device, bound, asJson);
    const sides = { front: endpoints(front), back: endpoints(back) };
    await runDevice(
      { device, ...sides, hwm },
      { ready, signal: onInterrupt({ server: true }) },
    );
  },
});
