/** `socketlab zmq proxy`: a device between two sides. */
import { MisuseError } from '../../common/index.ts';
import type { DeviceOptions } from '../../zeromq/netcat/index.ts';
import { onInterrupt } from '../line/interrupt.ts';
import type { Command } from '../line/options.ts';
import { countOption, SEVERAL } from './options.ts';

interface ProxyArguments {
  device: DeviceOptions['device'];
  front: string[] | undefined;
  back: string[] | undefined;
  hwm: number | undefined;
  json: boolean;
}

/** Of the netcat room, which is loaded when one is started. */
const DEVICES = [
  'queue',
  'forwarder',
  'streamer',
] as const satisfies readonly DeviceOptions['device'][];

export const proxyCommand: Command<ProxyArguments> = {
  needs: {
    what: `a device: ${DEVICES.join(', ')}`,
    example: 'zmq proxy queue --front 5559 --back 5560',
  },
  builder: (yargs) =>
    yargs
      .positional('device', {
        choices: DEVICES,
        demandOption: true,
        describe: 'for req and rep, for pub and sub, for push and pull',
      })
      .option('front', {
        ...SEVERAL,
        defaultDescription: 'none, but it needs one',
        describe: 'where clients, publishers or managers come: 5559, tcp://*:5559',
      })
      .option('back', {
        ...SEVERAL,
        defaultDescription: 'none, but it needs one',
        describe: 'where servers, subscribers or workers come: 5560, tcp://*:5560',
      })
      .option('hwm', {
        type: 'string',
        coerce: countOption(0),
        defaultDescription: '1000',
        describe: 'the high-water mark: messages kept for one peer; 0 for no limit',
      })
      .option('json', {
        type: 'boolean',
        default: false,
        describe: 'print JSON, for programs to read: one line when it is ready',
      })
      .example(
        '$0 zmq proxy queue --front 5559 --back 5560',
        'clients connect to 5559, servers to 5560',
      ),
  handler: async ({ device, front = [], back = [], hwm, json }) => {
    if (front.length === 0 || back.length === 0) {
      const why = 'a proxy has two sides: --front 5559 --back 5560';
      throw new MisuseError('ERR_BAD_ARGUMENT', why);
    }
    const { endpointOf, runDevice } = await import('../../zeromq/netcat/index.ts');
    const { printReady } = await import('../handlers/zmq-print.ts');
    const endpoints = (given: string[]): string[] =>
      given.map((text) => endpointOf(text, 'bind'));
    const ready = (bound: readonly string[]): void => printReady(device, bound, json);
    const sides = { front: endpoints(front), back: endpoints(back) };
    await runDevice(
      { device, ...sides, hwm },
      { ready, signal: onInterrupt({ server: true }) },
    );
  },
};
