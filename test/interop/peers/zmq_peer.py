"""A libzmq socket that does what its standard input says, for tests of other engines.

    zmq_peer.py TYPE bind|connect ADDRESS [OPTION=VALUE ...]

Prints `at ADDRESS` when it is bound or connected. A line of input is a JSON array of strings:

    ["send", "part", "part"]    prints "sent"
    ["recv"]                    prints {"parts": [...]} with bytes as latin1, or {"error": ...}
    ["size"]                    receives, prints the last part's length and SHA-256
    ["blob", "1000"]            sends this many bytes, behind the other parts of what "size" has
                                received last; prints their SHA-256
    ["sub", "topic"], ["unsub", "topic"]
    ["close"]

The option WELCOME=USER:PASSWORD makes it a PLAIN server with a ZAP handler that lets in only that one.
"""
import hashlib
import json
import select
import sys
import threading

import zmq

kind, way, address = sys.argv[1:4]
context = zmq.Context()
socket = context.socket(getattr(zmq, kind))
socket.setsockopt(zmq.LINGER, 5000)
socket.setsockopt(zmq.RCVTIMEO, 180000)
socket.setsockopt(zmq.SNDTIMEO, 180000)


def zap_handler(rep, welcome):
    try:
        while True:
            version, request, *_, user, password = rep.recv_multipart()
            good = [user, password] == welcome
            rep.send_multipart([version, request, b"200" if good else b"400", b"", b"", b""])
    except zmq.ContextTerminated:
        rep.close()


for option in sys.argv[4:]:
    name, value = option.split("=", 1)
    if name == "WELCOME":
        rep = context.socket(zmq.REP)
        rep.bind("inproc://zeromq.zap.01")
        threading.Thread(target=zap_handler, args=(rep, value.encode().split(b":"))).start()
        name, value = "PLAIN_SERVER", "1"
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


envelope = []
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
            *envelope, data = socket.recv_multipart()
            say(json.dumps({"size": len(data), "sha": hashlib.sha256(data).hexdigest()}))
        elif verb == "blob":
            data = bytes(range(251)) * (int(rest[0]) // 251 + 1)
            data = data[: int(rest[0])]
            socket.send_multipart([*envelope, data])
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
