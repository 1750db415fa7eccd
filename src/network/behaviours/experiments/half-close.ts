import { experiment } from '../experiment.ts';

export const halfClose = experiment({
  name: 'half-close',
  question: "A client says 'I have finished' (shutdown). Can it still receive an answer?",
  answers: {
    no: 'no: the connection is then closed',
    yes: 'over TCP yes; UDP cannot say that it has finished',
    both: 'yes, over both',
  },
  expected: 'yes',

  async run(lab) {
    const receiver = await lab.datagramSocket();
    const sender = await lab.datagramSocket();
    await sender.sendto(Buffer.from('one'), receiver.address);
    await receiver.recvfrom(10);
    await sender.close();
    const silent = await lab.stillPending(
      receiver.recvfrom(10),
      200,
      'on one machine a packet takes less than a millisecond',
    );

    const { client, server } = await lab.connection();
    for (const word of ['one ', 'two ', 'three']) await client.sendall(Buffer.from(word));
    await client.shutdown();
    let question = '';
    for (;;) {
      const piece = await server.recvText(100);
      if (piece === '') break; // only now it knows that the question is complete
      question += piece;
    }
    await server.sendall(Buffer.from(`${question.length} bytes`));
    await server.close();
    const answer = (await client.recv(100)).toString();
    const told = silent ? 'yes' : 'both';

    return {
      udp: {
        told: silent
          ? 'the sender closed; the receiver is not told, and keeps waiting'
          : 'the receiver was told',
        measured: { silent },
      },
      tcp: {
        told: `the server saw the end of '${question}'; its answer arrived: '${answer}'`,
        measured: { question, answer },
      },
      answer: answer === '13 bytes' ? told : 'no',
    };
  },

  because:
    'A connection is two streams, one in each direction, and each ends by itself (FIN). So a client can mark the end of its question by ending its stream, and still read the answer: the simplest framing there is, for a single message. Closing a UDP socket sends nothing: the peer does not notice.',
  sources: ['shutdown(2), SHUT_WR', 'RFC 9293 §3.6.1'],
  read: [
    'src/tcp/connection-socket.ts#async shutdown(',
    'examples/06-nobody-there/half-close-client.ts#await clientSocket.shutdown()',
  ],
});
