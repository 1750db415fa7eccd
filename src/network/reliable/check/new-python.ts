/** `ladder new core.py`: see new-core.ts. Pure. */

export const PYTHON = `"""A core: a sender and a receiver, with no sockets and no clock.

It reads one event from each line, and prints one line with a list of what is to be done.
Print nothing else on stdout: send your own messages to stderr.

    {"type": "begin", "role": "sender", "options": {...}}    a run begins; answer []
    {"type": "offer", "message": "...", "last": false, "now": 0}
    {"type": "packet", "packet": {...}, "now": 40}
    {"type": "damaged", "now": 40}                           its checksum was wrong
    {"type": "timer", "timer": 0, "now": 100}
    {"type": "read", "now": 100}                             from flow control on

    {"type": "transmit", "packet": {...}}
    {"type": "deliver", "message": "..."}
    {"type": "arm", "timer": 0, "at": 100}                   a number of your choice; ms
    {"type": "cancel", "timer": 0}
    {"type": "refuse"}                                       no room for that message now

options: session, timeout (ms), window, space (numbers start again at 0 after this many),
buffer, attempts, linger (ms).

packet: kind ("data", "ack", "probe" or "update"), seq (an ack repeats that of the packet
which it answers), attempt (0 when it is first sent; an ack repeats it), ack (the number
expected next), last (no message follows), payload, session, window, time, echo, blocks.
What you leave out is 0, false or empty, and the session is that of the run.

It is stop-and-wait: one packet, and then its acknowledgement. To make it go-back-N:
 1. Sender: refuse a message only when options["window"] packets are in flight.
 2. Keep all that are in flight. An ack acknowledges everything before its number.
 3. There is one timer, for the oldest. When it expires, send all of them again. When an
    acknowledgement covers the oldest, arm it again; when nothing is left, cancel it.

The receiver is the same: it answers what comes too early with the number that it expects.
"""

import json
import sys


class Sender:
    def __init__(self, options):
        self.options = options
        self.next = 0  # the number of the next message
        self.flying = None  # what has been sent and not acknowledged

    def offer(self, event):
        if self.flying:
            return [{"type": "refuse"}]
        self.flying = {
            "kind": "data",
            "seq": self.next,
            "attempt": 0,
            "last": event["last"],
            "payload": event["message"],
        }
        self.next = (self.next + 1) % self.options["space"]
        return self.transmit(event["now"])

    def timer(self, event):
        self.flying["attempt"] += 1
        return self.transmit(event["now"])

    def packet(self, event):
        packet = event["packet"]
        if packet["kind"] != "ack" or packet["session"] != self.options["session"]:
            return []
        # It expects the next one, so it has the one before.
        if not self.flying or packet["ack"] != self.next:
            return []
        self.flying = None
        return [{"type": "cancel", "timer": 0}]

    def transmit(self, now):
        return [
            {"type": "transmit", "packet": self.flying},
            {"type": "arm", "timer": 0, "at": now + self.options["timeout"]},
        ]


class Receiver:
    def __init__(self, options):
        self.options = options
        self.expected = 0  # the number of the packet that is next in order

    def packet(self, event):
        packet = event["packet"]
        if packet["kind"] != "data" or packet["session"] != self.options["session"]:
            return []
        actions = []
        if packet["seq"] == self.expected:
            actions.append({"type": "deliver", "message": packet["payload"]})
            self.expected = (self.expected + 1) % self.options["space"]
        # Repeats are answered too: the first answer may have been lost.
        answer = {
            "kind": "ack",
            "seq": packet["seq"],
            "attempt": packet["attempt"],
            "ack": self.expected,
        }
        return actions + [{"type": "transmit", "packet": answer}]


core = None
for line in sys.stdin:
    event = json.loads(line)
    if event["type"] == "begin":
        core = {"sender": Sender, "receiver": Receiver}[event["role"]](event["options"])
        actions = []
    else:
        rule = getattr(core, event["type"], None)
        actions = rule(event) if rule else []
    print(json.dumps(actions), flush=True)
`;
