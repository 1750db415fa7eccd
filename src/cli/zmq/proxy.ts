/** `socketlab zmq proxy`: a device between two sides. */
import type { CommandModule } from 'yargs';
import { MisuseError } from '../../common/index.ts';
import { type DeviceOptions, DEVICES, runDevice } from '../../netcat/index.ts';
import { onInterrupt } from '../interrupt.ts';
import { countOption, endpointsOption, SEVERAL } from './options.ts';
import { printReady } from './print.ts';

interface ProxyArguments {
  device: DeviceOptions['device'];
  front: string[] | undefined;
  back: string[] | undefined;
  hwm: number | undefined;
  json: boolean;
}

export const proxyCommand: CommandModule<object, ProxyArguments> = {
  command: 'proxy <device>',
  describe: 'a process in the middle: a queue, a forwarder or a streamer',
  builder: (yargs) =>
    yargs
      .positional('device', {
        choices: DEVICES,
        demandOption: true,
        describe: 'for req and rep, for pub and sub, for push and pull',
      })
      .option('front', {
        ...SEVERAL,
        coerce: endpointsOption('bind'),
        describe: 'where clients, publishers or managers come: 5559, tcp://*:5559',
      })
      .option('back', {
        ...SEVERAL,
        coerce: endpointsOption('bind'),
        describe: 'where servers, subscribers or workers come',
      })
      .option('hwm', {
        type: 'string',
        coerce: countOption(0),
        describe: 'the high-water mark: messages kept for one peer; 1000, 0 for no limit',
      })
      .option('json', {
        type: 'boolean',
        default: false,
        describe: 'for programs to read: a line of JSON when it is ready',
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
    const ready = (endpoints: readonly string[]): void =>
      printReady(device, endpoints, json);
    await runDevice({ device, front, back, hwm }, { ready, signal: onInterrupt() });
  },
};
