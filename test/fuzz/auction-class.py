"""A student's bidder in the lecture's words: one send, one recv(5024), or one REQ message.

    python3 auction-class.py tcp|zeromq PORT NAME usual|words|flood

words: bids what `0.4 * money` becomes, and worse. flood: in its third round it sends a
thousand bids without waiting for an answer.
"""

import random
import socket
import sys
import time

over, port, name, manner = sys.argv[1:]

if over == "zeromq":
    import zmq

    s = zmq.Context().socket(zmq.REQ)
    s.setsockopt(zmq.LINGER, 0)
    s.setsockopt(zmq.RCVTIMEO, 20000)
    s.connect("tcp://127.0.0.1:" + port)
    send, hear = s.send, s.recv
else:
    s = socket.create_connection(("127.0.0.1", int(port)))
    send = s.sendall

    def hear():
        return s.recv(5024)


def ask(message):
    send(message.encode())
    answer = hear().decode()
    if answer == "" or answer.startswith("refused"):
        print("the end:", answer)
        sys.exit(1)
    return answer


def ask_until_ready(message):
    while True:
        answer = ask(message)
        if not answer.startswith("wait"):
            return answer


items = ask(name).split(" ")[1:-1]
ask_until_ready(name + " ")
money = 100
bids = 0
while True:
    time.sleep(0.3)
    bids += 1
    bid = str(random.randint(0, money // 2))
    if manner == "words":
        bid = random.choice([str(0.4 * money), "-3", "1e1", "ten"])
    if manner == "flood" and bids == 3:
        for k in range(1000):
            send((name + " " + bid).encode())
    ask(name + " " + bid)
    words = ask_until_ready(name).split(" ")
    print(" ".join(words))
    if words[0] == name:
        money -= int(words[5])
    if len(words) > 7 and words[7] == "won.":
        break
