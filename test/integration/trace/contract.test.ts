/** The lecture's programs keep their contract while they are traced. */
import { afterAll } from 'vitest';
import {
  clientContract,
  type Maker,
  pairContract,
  serverContract,
} from '../../support/uppercase-contract.ts';
import { Recorded } from './recorded.ts';

const recorded = new Recorded();
afterAll(() => recorded.end());

/** One of our programs, with the recorder in it. */
function traced(name: string, program: string): Maker {
  const file = `examples/${program}.ts`;
  return {
    name,
    start: (programs, host, port) =>
      programs.compiled(file, ['--host', host, '--port', String(port)], {
        env: recorded.env(),
      }),
  };
}

const MAKERS = {
  UDP: {
    server: traced('the robust server, traced,', '01-udp-uppercase/robust-server'),
    client: traced("the toolkit's client, traced,", '03-blocking-calls/udp-client'),
  },
  TCP: {
    server: traced("the toolkit's server, traced,", '03-blocking-calls/tcp-server'),
    client: traced('the robust client, traced,', '02-tcp-uppercase/robust-client'),
  },
};

for (const transport of ['UDP', 'TCP'] as const) {
  const { server, client } = MAKERS[transport];
  pairContract({ transport, server, client });
  serverContract(transport, server);
  clientContract(transport, client);
}
