"""A libzmq socket that does what its standard input says, for tests of other engines.

    zmq_peer.py TYPE bind|connect ADDRESS [OPTION=VALUE ...]

Prints `at ADDRESS` when it is bound or connected. A line of input is a JSON array of strings:

    ["send", "part", "part"]    prints "sent"
    ["recv"]                    prints {"parts": [...]} with bytes as latin1, or {"error": ...}
    ["size"]                    receives one part, prints its length and SHA-256
    ["blob", "1000"]            sends so many bytes, prints their SHA-256
    ["sub", "topic"], ["unsub", "topic"]
    ["close"]
"""
import hashlib
import json
import select
import sys

import zmq

kind, way, address = sys.argv[1:4]
context = zmq.Context()
socket = context.socket(getattr(zmq, kind))
socket.setsockopt(zmq.LINGER, 5000)
socket.setsockopt(zmq.RCVTIMEO, 20000)
socket.setsockopt(zmq.SNDTIMEO, 20000)
for option in sys.argv[4:]:
    name, value = option.split("=", 1)
    number = value.lstrip("-").isdigit()
    socket.setsockopt(getattr(zmq, name), int(value) if number else value.encode())
getattr(socket, way)(address)
say = lambda *words: print(*words, flush=True)
say("at", socket.getsockopt_string(zmq.LAST_ENDPOINT).rstrip("\0"))



def lines():
    """libzmq does its work inside its users' calls: between lines, it is called."""
    while True:
        if select.select([sys.stdin], [], [], 0.01)[0]:
            line = sys.stdin.readline()
            if not line:
                return
            yield line
        else:
            socket.getsockopt(zmq.EVENTS)


for line in lines():
    verb, *rest = json.loads(line)
    parts = [part.encode("latin1") for part in rest]
    try:
        if verb == "send":
            socket.send_multipart(parts)
            say("sent")
        elif verb == "recv":
            say(json.dumps({"parts": [p.decode("latin1") for p in socket.recv_multipart()]}))
        elif verb == "size":
            data = socket.recv()
            say(json.dumps({"size": len(data), "sha": hashlib.sha256(data).hexdigest()}))
        elif verb == "blob":
            data = bytes(range(251)) * (int(rest[0]) // 251 + 1)
            data = data[: int(rest[0])]
            socket.send(data)
            say(json.dumps({"size": len(data), "sha": hashlib.sha256(data).hexdigest()}))
        elif verb == "sub":
            socket.setsockopt(zmq.SUBSCRIBE, parts[0])
            say("done")
        elif verb == "unsub":
            socket.setsockopt(zmq.UNSUBSCRIBE, parts[0])
            say("done")
        elif verb == "close":
            break
    except zmq.ZMQError as error:
        say(json.dumps({"error": str(error)}))

socket.close()
context.term()
