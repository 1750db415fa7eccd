/** The lecture's two programs, as on the slide, and what they leave out. */
import {
  clientContract,
  OURS,
  pairContract,
  serverContract,
} from '../support/uppercase-contract.ts';

for (const transport of ['UDP', 'TCP'] as const) {
  const { servers, clients } = OURS[transport];
  const [server] = servers;
  const [client] = clients;
  pairContract({ transport, server, client });
  serverContract(transport, server);
  clientContract(transport, client);
}
