/** Our uppercase programs with Python's, which make the lecture's own calls. */
import type { TestContext } from 'vitest';
import { needIPv6, needPython } from '../support/peers.ts';
import { type Maker, OURS, pairContract } from '../support/uppercase-contract.ts';

function pythons(name: string, program: string): Maker {
  return {
    name,
    start: (programs, host, port) =>
      programs.python(`test/interop/peers/${program}.py`, host, String(port)),
  };
}

for (const transport of ['UDP', 'TCP'] as const) {
  const { servers, clients } = OURS[transport];
  const program = transport.toLowerCase();
  const pythonServer = pythons("Python's server", `${program}_server`);
  const pythonClient = pythons("Python's client", `${program}_client`);

  for (const host of ['127.0.0.1', '::1']) {
    const needs = (context: TestContext): void => {
      needPython(context);
      if (host === '::1') needIPv6(context);
    };
    const shared = { transport, host, needs };
    const reach = ({ ipv4Only }: Maker): boolean => host !== '::1' || !ipv4Only;
    for (const server of servers.filter(reach))
      pairContract({ ...shared, server, client: pythonClient });
    for (const client of clients.filter(reach))
      pairContract({ ...shared, server: pythonServer, client });
  }
}
