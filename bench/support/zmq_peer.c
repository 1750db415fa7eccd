/* One process of a ZeroMQ benchmark with libzmq itself: what zmq-peer.ts is in Node.
 *
 *   zmq_peer ROLE ADDRESS SIZE COUNT PEERS        cc -O2 zmq_peer.c -lzmq -lpthread
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zmq.h>

static int size, count, peers, warm;
static char *message;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static void check(int result) {
  if (result >= 0) return;
  fprintf(stderr, "zmq_peer: %s\n", zmq_strerror(zmq_errno()));
  exit(1);
}

static void at(void *socket, const char *address) {
  char there[256];
  size_t length = sizeof there;
  check(zmq_bind(socket, address));
  check(zmq_getsockopt(socket, ZMQ_LAST_ENDPOINT, there, &length));
  printf("at %s\n", there);
  fflush(stdout);
}

static void seconds(double start) {
  printf("seconds %f\n", now() - start);
  fflush(stdout);
}

static void receive(void *socket) {
  zmq_msg_t part;
  zmq_msg_init(&part);
  check(zmq_msg_recv(&part, socket, 0));
  zmq_msg_close(&part);
}

static void take(void *pull) {
  double start;
  for (int i = 0; i < warm; i++) receive(pull);
  start = now();
  for (int i = 0; i < count; i++) receive(pull);
  seconds(start);
}

static void *give(void *push) {
  for (int i = 0; i < warm + count; i++) check(zmq_send(push, message, size, 0));
  return NULL;
}

int main(int argc, char **argv) {
  if (argc != 6) return 2;
  const char *role = argv[1], *address = argv[2];
  size = atoi(argv[3]);
  count = atoi(argv[4]);
  peers = atoi(argv[5]);
  warm = count / 10 > 1 ? count / 10 : 1;
  message = malloc(size + 1);
  memset(message, 'x', size + 1);
  void *context = zmq_ctx_new();
  const int yes = 1;

  if (!strcmp(role, "pull")) {
    void *pull = zmq_socket(context, ZMQ_PULL);
    at(pull, address);
    take(pull);
    zmq_close(pull);
  } else if (!strcmp(role, "push")) {
    void *push = zmq_socket(context, ZMQ_PUSH);
    check(zmq_connect(push, address));
    give(push);
    zmq_close(push);
  } else if (!strcmp(role, "rep")) {
    void *rep = zmq_socket(context, ZMQ_REP);
    at(rep, address);
    for (int i = 0; i < warm + count; i++) {
      receive(rep);
      check(zmq_send(rep, message, size, 0));
    }
    zmq_close(rep);
  } else if (!strcmp(role, "req")) {
    void *req = zmq_socket(context, ZMQ_REQ);
    double start = 0;
    check(zmq_connect(req, address));
    for (int i = 0; i < warm + count; i++) {
      if (i == warm) start = now();
      check(zmq_send(req, message, size, 0));
      receive(req);
    }
    seconds(start);
    zmq_close(req);
  } else if (!strcmp(role, "xpub")) {
    void *xpub = zmq_socket(context, ZMQ_XPUB);
    check(zmq_setsockopt(xpub, ZMQ_XPUB_NODROP, &yes, sizeof yes));
    check(zmq_setsockopt(xpub, ZMQ_XPUB_VERBOSE, &yes, sizeof yes));
    at(xpub, address);
    for (int i = 0; i < peers; i++) receive(xpub);
    for (int i = 0; i < 2 * (warm + count); i++) {
      message[0] = i % 2 ? 'A' : 'B';
      check(zmq_send(xpub, message, size, 0));
    }
    zmq_close(xpub);
  } else if (!strcmp(role, "sub")) {
    void **subs = calloc(peers, sizeof *subs);
    double start = 0;
    for (int k = 0; k < peers; k++) {
      subs[k] = zmq_socket(context, ZMQ_SUB);
      check(zmq_setsockopt(subs[k], ZMQ_SUBSCRIBE, "A", 1));
      check(zmq_connect(subs[k], address));
    }
    for (int i = 0; i < warm + count; i++) {
      if (i == warm) start = now();
      for (int k = 0; k < peers; k++) receive(subs[k]);
    }
    seconds(start);
    for (int k = 0; k < peers; k++) zmq_close(subs[k]);
    free(subs);
  } else if (!strcmp(role, "inproc")) {
    void *pull = zmq_socket(context, ZMQ_PULL), *push = zmq_socket(context, ZMQ_PUSH);
    pthread_t sender;
    check(zmq_bind(pull, "inproc://bench"));
    check(zmq_connect(push, "inproc://bench"));
    pthread_create(&sender, NULL, give, push);
    take(pull);
    pthread_join(sender, NULL);
    zmq_close(push);
    zmq_close(pull);
  } else {
    return 2;
  }
  zmq_ctx_term(context);
  return 0;
}
