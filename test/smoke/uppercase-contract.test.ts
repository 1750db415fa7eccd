/** The lecture's two programs in both of our makes, each with each. */
import {
  clientContract,
  OURS,
  pairContract,
  serverContract,
} from '../support/uppercase-contract.ts';

for (const transport of ['UDP', 'TCP'] as const) {
  const { servers, clients } = OURS[transport];
  for (const server of servers) {
    for (const client of clients) pairContract({ transport, server, client });
  }
  for (const server of servers) serverContract(transport, server);
  for (const client of clients) clientContract(transport, client);
}
