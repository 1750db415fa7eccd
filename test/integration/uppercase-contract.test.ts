/**
 * The lecture's two programs as on the slide, made robust, and with the toolkit's calls: each
 * contract alone, and each with others.
 */
import {
  clientContract,
  OURS,
  pairContract,
  serverContract,
} from '../support/uppercase-contract.ts';

for (const transport of ['UDP', 'TCP'] as const) {
  const { servers, clients } = OURS[transport];
  const [slideServer, robustServer, server] = servers;
  const [slideClient, robustClient, client] = clients;
  // The slide's with each other, and alone: test/smoke.
  pairContract({ transport, server, client });
  pairContract({ transport, server: slideServer, client: robustClient });
  pairContract({ transport, server: robustServer, client: slideClient });
  pairContract({ transport, server: robustServer, client });
  pairContract({ transport, server, client: robustClient });
  for (const one of [robustServer, server]) serverContract(transport, one);
  for (const one of [robustClient, client]) clientContract(transport, one);
}
