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
/* The same process receives, and measures: inproc. */
static int pulls;
static char *message;
static double start, cpu;

static double now(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

/* The warm-up is over. */
static void begin(void) {
  start = now(CLOCK_MONOTONIC);
  cpu = now(CLOCK_PROCESS_CPUTIME_ID);
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

static void seconds(void) {
  printf("seconds %f\n", now(CLOCK_MONOTONIC) - start);
  fflush(stdout);
}

static void receive(void *socket) {
  zmq_msg_t part;
  zmq_msg_init(&part);
  check(zmq_msg_recv(&part, socket, 0));
  zmq_msg_close(&part);
}

static void take(void *pull) {
  for (int i = 0; i < warm; i++) receive(pull);
  begin();
  for (int i = 0; i < count; i++) receive(pull);
  seconds();
}

static void *give(void *push) {
  for (int i = 0; i < warm + count; i++) {
    if (i == warm && !pulls) begin();
    check(zmq_send(push, message, size, 0));
  }
  return NULL;
}

int main(int argc, char **argv) {
  if (argc != 6) return 2;
  const char *role = argv[1], *address = argv[2];
  size = atoi(argv[3]);
  count = atoi(argv[4]);
  peers = atoi(argv[5]);
  warm = count / 4 > 1 ? count / 4 : 1;
  message = malloc(size + 1);
  memset(message, 'x', size + 1);
  void *context = zmq_ctx_new();
  const int yes = 1, no = 0;

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
      if (i == warm) begin();
      receive(rep);
      check(zmq_send(rep, message, size, 0));
    }
    zmq_close(rep);
  } else if (!strcmp(role, "req")) {
    void *req = zmq_socket(context, ZMQ_REQ);
    check(zmq_connect(req, address));
    for (int i = 0; i < warm + count; i++) {
      if (i == warm) begin();
      check(zmq_send(req, message, size, 0));
      receive(req);
    }
    seconds();
    zmq_close(req);
  } else if (!strcmp(role, "xpub")) {
    void *xpub = zmq_socket(context, ZMQ_XPUB);
    check(zmq_setsockopt(xpub, ZMQ_XPUB_NODROP, &yes, sizeof yes));
    check(zmq_setsockopt(xpub, ZMQ_XPUB_VERBOSE, &yes, sizeof yes));
    at(xpub, address);
    for (int i = 0; i < peers; i++) receive(xpub);
    for (int i = 0; i < 2 * (warm + count); i++) {
      if (i == 2 * warm) begin();
      message[0] = i % 2 ? 'A' : 'B';
      check(zmq_send(xpub, message, size, 0));
    }
    zmq_close(xpub);
  } else if (!strcmp(role, "sub")) {
    void **subs = calloc(peers, sizeof *subs);
    for (int k = 0; k < peers; k++) {
      subs[k] = zmq_socket(context, ZMQ_SUB);
      check(zmq_setsockopt(subs[k], ZMQ_SUBSCRIBE, "A", 1));
      check(zmq_connect(subs[k], address));
    }
    for (int i = 0; i < warm + count; i++) {
      if (i == warm) begin();
      for (int k = 0; k < peers; k++) receive(subs[k]);
    }
    seconds();
    for (int k = 0; k < peers; k++) {
      /* Subscriptions to a publisher that has gone would be waited for for ever. */
      check(zmq_setsockopt(subs[k], ZMQ_LINGER, &no, sizeof no));
      zmq_close(subs[k]);
    }
    free(subs);
  } else if (!strcmp(role, "inproc")) {
    void *pull = zmq_socket(context, ZMQ_PULL), *push = zmq_socket(context, ZMQ_PUSH);
    pthread_t sender;
    pulls = 1;
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
  printf("cpu %f\n", now(CLOCK_PROCESS_CPUTIME_ID) - cpu);
  return 0;
}
