/** The lecture's two programs with the toolkit's calls, too, and each with each. */
import {
  clientContract,
  OURS,
  pairContract,
  serverContract,
} from '../support/uppercase-contract.ts';

for (const transport of ['UDP', 'TCP'] as const) {
  const { servers, clients } = OURS[transport];
  const [rawServer, server] = servers;
  const [rawClient, client] = clients;
  // Raw with raw: test/smoke.
  pairContract({ transport, server, client });
  pairContract({ transport, server: rawServer, client });
  pairContract({ transport, server, client: rawClient });
  serverContract(transport, server);
  clientContract(transport, client);
}
