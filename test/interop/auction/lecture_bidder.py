"""A bidder in the lecture's words, in the lecture's manner: over bare TCP, or ZeroMQ's REQ.

Over TCP one send is one message and one recv(5024) is one answer; over ZeroMQ (pyzmq, that is
libzmq) each is a message. It asks again without a pause while the answer begins with `wait`,
and finds what it needs by counting words: word 0 is who has bought, word 3 the item, word 5
the price, and a word 7 that is `won.` ends the game.

  python3 lecture_bidder.py tcp|zeromq PORT NAME PAUSE BUDGET

PAUSE is in seconds, before each bid: the lecture's own sleep, 0 for none. Each bid ends in
three digits that are its number, so that whoever looks can tell which round it was meant for.
At the end it prints its account of the game as one line of JSON.
"""

import json
import random
import socket
import sys
import time

over, port, name, pause, budget = sys.argv[1:]
money = {}
owned = {}
sales = []
bids = []
answers = set()

if over == "zeromq":
    import zmq

    s = zmq.Context().socket(zmq.REQ)
    s.setsockopt(zmq.LINGER, 0)
    s.setsockopt(zmq.RCVTIMEO, 180000)
    s.connect("tcp://127.0.0.1:" + port)
    hear = s.recv
else:
    s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    s.connect(("127.0.0.1", int(port)))

    def hear():
        return s.recv(5024)


s.send(name.encode())
words = hear().decode().split(" ")
bidders, items = int(words[0]), words[1:-1]

while True:
    s.send((name + " ").encode())
    words = hear().decode().split(" ")
    if words[0] != "wait":
        break
if words[0] != "ready":
    sys.exit("not ready: " + " ".join(words))
for bidder in words[1:-1]:
    money[bidder] = int(budget)
    owned[bidder] = {}
if len(money) != bidders:
    sys.exit("told of %d bidders, not %d" % (len(money), bidders))

winner = None
while winner is None:
    time.sleep(float(pause))
    bid = 1000 * random.randint(1, 20) + len(bids)
    bids.append(bid)
    s.send((name + " " + str(bid)).encode())
    answers.add(hear().decode())
    while True:
        s.send(name.encode())
        words = hear().decode().split(" ")
        if words[0] != "wait":
            break
    buyer, item, price = words[0], words[3], int(words[5])
    if item != items[len(sales)]:
        sys.exit("%s was sold, not %s" % (item, items[len(sales)]))
    sales.append([item, buyer, price])
    money[buyer] -= price
    owned[buyer][item] = owned[buyer].get(item, 0) + 1
    if len(words) > 7 and words[7] == "won.":
        winner = buyer
s.close()

print(
    json.dumps(
        {
            "name": name,
            "bids": bids,
            "answers": sorted(answers),
            "sales": sales,
            "standings": [
                {"name": who, "money": money[who], "owned": owned[who]} for who in money
            ],
            "winner": winner,
        }
    )
)
