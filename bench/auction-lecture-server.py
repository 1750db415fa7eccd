"""An auctioneer as the lecture builds servers, for auction.ts: what ours is measured against.

    python3 bench/auction-lecture-server.py BIDDERS ITEMS WARM-UP

A thread for each bidder, one blocking recv(5024) for one message, and an answer at once,
`wait ` too. A lock guards what the threads share. It does what the protocol asks for, also
for bidders that never pause; it has no deadlines, no journal and no limits.

Speaks with auction.ts in lines of JSON: its port, the cost of the game when that is over,
and its clock and CPU time for every line that comes. It ends when its input does.
"""
import json
import os
import random
import signal
import socket
import sys
import threading
import time

KINDS = ["Picasso", "Van_Gogh", "Rembrandt", "Da_Vinci"]
BUDGET = 10**9


def tell(message):
    print(json.dumps(message), flush=True)


class Game:
    def __init__(self, bidders, items, warm_up):
        self.lock = threading.Lock()
        self.size = bidders
        chance = random.Random("lecture")
        self.items = [chance.choice(KINDS) for _ in range(items)]
        self.warm_up = warm_up
        self.money = {}
        self.told = set()
        self.fetched = {}
        self.bids = {}
        self.results = []

    def answer(self, message):
        name, *words = message.split(" ")
        with self.lock:
            if name not in self.money:
                return self.join(name)
            if words and words[0]:
                return self.bid(name, words[0])
            if not words and name in self.told:
                return self.result(name)
            return self.ready(name)

    def join(self, name):
        self.money[name] = BUDGET
        self.fetched[name] = 0
        return f"{self.size} {' '.join(self.items)} "

    def ready(self, name):
        if len(self.money) < self.size:
            return "wait "
        self.told.add(name)
        return f"ready {' '.join(self.money)} "

    def bid(self, name, word):
        if name in self.bids:
            return "wait "
        amount = int(word) if word.isdigit() else -1
        self.bids[name] = amount if 0 <= amount <= self.money[name] else -1
        if len(self.bids) == self.size:
            self.sell()
        return "bid received"

    def sell(self):
        """dict keeps the order of arrival, and max takes the first of equals."""
        winner = max(self.bids, key=self.bids.get)
        price = self.bids[winner]
        if price < 0:
            winner, price = next(iter(self.money)), 0
        self.money[winner] -= price
        item = self.items[len(self.results)]
        self.results.append(f"{winner} has bought {item} for {price}")
        self.bids.clear()
        if len(self.results) == self.warm_up:
            self.begin = (time.monotonic(), time.process_time())
        if len(self.results) == len(self.items):
            self.results[-1] += " and won."
            seconds = time.monotonic() - self.begin[0]
            cpu = time.process_time() - self.begin[1]
            tell({"rounds": len(self.items) - self.warm_up, "seconds": seconds, "cpu": cpu})

    def result(self, name):
        if self.fetched[name] < len(self.results):
            self.fetched[name] += 1
            return self.results[self.fetched[name] - 1]
        return "wait " if name in self.bids else "ready"


def serve(game, connection):
    while True:
        try:
            data = connection.recv(5024)
            if not data:
                break
            connection.sendall(game.answer(data.decode()).encode())
        except ConnectionError:
            break
    connection.close()


def welcome(game, welcoming):
    while True:
        connection, _ = welcoming.accept()
        threading.Thread(target=serve, args=(game, connection), daemon=True).start()


signal.signal(signal.SIGINT, signal.SIG_DFL)
welcoming = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
welcoming.bind(("127.0.0.1", 0))
welcoming.listen(4096)
game = Game(*map(int, sys.argv[1:]))
threading.Thread(target=welcome, args=(game, welcoming), daemon=True).start()
tell({"port": welcoming.getsockname()[1]})
for _ in sys.stdin:
    tell({"at": time.monotonic(), "cpu": time.process_time()})
# At once: the threads may be many, and none of them has anything to tidy.
os._exit(0)
