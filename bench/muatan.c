/* Load with think time: N keep-alive connections, each one signed-in person who asks, reads the answer, thinks
   0.5 to 1.5 times T and asks again. One epoll loop, a timer wheel of 1 ms, histograms in 2 % buckets.

   muatan PORT CONNECTIONS THINK_MS RAMP_MS DROP_MS MEASURE_MS MIX SEED PEOPLE PAGE FRAGMENT OPENING

   OPENING: a small file that each connection fetches first, as a browser that has just shown a page would have;
   it is not measured. PEOPLE: file of lines "cookie<TAB>etag". MIX: "penuh" (whole pages) or "campur" (half of the requests ask
   whether the page has changed, three of ten ask for the fragment, the rest for the page).
   Prints one JSON object. An error is any answer but 200 and 304, a reset, an end, or an answer that is cut. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define SLOTS (1 << 18) /* of 1 ms: 262 s, more than any thinking time */
#define BUCKETS 1024    /* 1.02^1024 us: more than an hour */
#define HEAD 4096
#define EVENTS 1024

enum { CLOSED, CONNECTING, THINKING, WAITING };
enum { PAGE, FRAGMENT, UNCHANGED, KINDS, FILE_FIRST };
enum { STATUS, RESET, ENDED, CUT, REFUSED, LATE, FAULTS };

static const char *kind_names[KINDS] = {"halaman", "bagian", "tetap"};
static const char *fault_names[FAULTS] = {"status", "reset", "ditutup", "rusak", "ditolak", "tak_terjawab"};

struct connection {
    int fd, next, state, kind, person;
    uint64_t due;      /* us: when the person pressed */
    long body;         /* bytes of the answer still to come; -1 while its head is read */
    int filled, status;
    unsigned char measured;
    char head[HEAD];
};

struct person { char *cookie, *etag; };

static struct connection *all;
static struct person *people;
static int persons, connections, port, mixed, epoll;
static int wheel[SLOTS];
static uint64_t begun, now_us, from_us, until_us, think_us;
static uint64_t histogram[KINDS][BUCKETS], counts[KINDS], renewed, total, bytes_read, faults[FAULTS], most_us;
static char *page, *fragment, *opening;
static uint64_t randomness;

static uint64_t clock_us(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000u + (uint64_t)t.tv_nsec / 1000u;
}

static double chance(void) { /* xorshift64* */
    randomness ^= randomness >> 12;
    randomness ^= randomness << 25;
    randomness ^= randomness >> 27;
    return (double)((randomness * 2685821657736338717ull) >> 11) / 9007199254740992.0;
}

static void wake_at(int number, uint64_t at_us) {
    uint64_t slot = (at_us - begun) / 1000;
    all[number].due = at_us;
    all[number].next = wheel[slot % SLOTS];
    wheel[slot % SLOTS] = number;
}

static void think(int number) {
    all[number].state = THINKING;
    wake_at(number, now_us + (uint64_t)((double)think_us * (0.5 + chance())));
}

static void drop(int number, int fault) {
    struct linger hard = {1, 0};
    struct connection *c = &all[number];
    faults[fault]++;
    setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    close(c->fd);
    c->fd = -1;
    c->state = CLOSED;
    wake_at(number, now_us + (uint64_t)((double)think_us * (0.5 + chance())));
}

static void dial(int number) {
    struct connection *c = &all[number];
    struct sockaddr_in here = {.sin_family = AF_INET}, there = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    struct epoll_event wanted = {.events = EPOLLOUT, .data.u32 = (uint32_t)number};
    int one = 1;
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (c->fd < 0) {
        perror("socket");
        exit(2);
    }
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    setsockopt(c->fd, IPPROTO_IP, 24 /* IP_BIND_ADDRESS_NO_PORT */, &one, sizeof one);
    here.sin_addr.s_addr = htonl(0x7f000001u + (uint32_t)(number % 4));
    there.sin_addr.s_addr = htonl(0x7f000001u);
    if (bind(c->fd, (struct sockaddr *)&here, sizeof here) < 0) {
        perror("bind");
        exit(2);
    }
    c->state = CONNECTING;
    epoll_ctl(epoll, EPOLL_CTL_ADD, c->fd, &wanted);
    if (connect(c->fd, (struct sockaddr *)&there, sizeof there) < 0 && errno != EINPROGRESS) drop(number, REFUSED);
}

static void ask(int number, int first) {
    static char request[HEAD];
    struct connection *c = &all[number];
    struct person *who = &people[c->person];
    double die = chance();
    int length;
    c->kind = first ? FILE_FIRST : !mixed || die < 0.2 ? PAGE : die < 0.5 ? FRAGMENT : UNCHANGED;
    length = snprintf(request, sizeof request,
        "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUser-Agent: muatan\r\nAccept: text/html\r\nCookie: %s\r\n%s%s%s%s\r\n",
        first ? opening : c->kind == FRAGMENT ? fragment : page, port, who->cookie, c->kind == FRAGMENT ? "HX-Request: true\r\n" : "",
        c->kind == UNCHANGED ? "If-None-Match: " : "", c->kind == UNCHANGED ? who->etag : "",
        c->kind == UNCHANGED ? "\r\n" : "");
    c->state = WAITING;
    c->body = -1;
    c->filled = 0;
    if (send(c->fd, request, (size_t)length, MSG_NOSIGNAL) != length) drop(number, RESET);
}

static void answered(int number) {
    struct connection *c = &all[number];
    uint64_t took = now_us > c->due ? now_us - c->due : 1;
    if (c->kind == FILE_FIRST) {
        c->state = THINKING;
        return wake_at(number, now_us + (uint64_t)((double)think_us * chance()));
    }
    total++;
    if (now_us >= from_us && now_us < until_us) {
        int at = (int)(log((double)took) / log(1.02));
        int kind = c->kind;
        if (kind == UNCHANGED && c->status == 200) {
            renewed++;
            kind = PAGE;
        }
        histogram[kind][at < 0 ? 0 : at >= BUCKETS ? BUCKETS - 1 : at]++;
        counts[kind]++;
        if (took > most_us) most_us = took;
    }
    think(number);
}

/* The head of an answer. 0: more is needed; -1: not one that we know. */
static int read_head(struct connection *c) {
    char *end = memmem(c->head, (size_t)c->filled, "\r\n\r\n", 4), *line;
    long length = -1;
    if (!end) return c->filled >= HEAD - 1 ? -1 : 0;
    *end = 0;
    if (sscanf(c->head, "HTTP/1.1 %d", &c->status) != 1) return -1;
    for (line = strstr(c->head, "\r\n"); line; line = strstr(line + 2, "\r\n"))
        if (!strncasecmp(line + 2, "content-length:", 15)) length = atol(line + 17);
    if (c->status == 304) length = 0;
    if (length < 0) return -1;
    c->body = length - (c->filled - (end + 4 - c->head));
    return c->body < 0 ? -1 : 1;
}

static void readable(int number) {
    static char scrap[1 << 16];
    struct connection *c = &all[number];
    for (;;) {
        char *into = c->body < 0 ? c->head + c->filled : scrap;
        size_t room = c->body < 0 ? (size_t)(HEAD - 1 - c->filled) : sizeof scrap;
        ssize_t got = recv(c->fd, into, room, 0);
        if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return;
        if (got < 0) return drop(number, RESET);
        if (got == 0) return drop(number, c->state == WAITING && c->filled ? CUT : ENDED);
        if (c->state != WAITING) return drop(number, CUT);
        bytes_read += (uint64_t)got;
        if (c->body < 0) {
            int read;
            c->filled += (int)got;
            read = read_head(c);
            if (read < 0) return drop(number, CUT);
            if (!read) continue;
        } else {
            c->body -= got;
            if (c->body < 0) return drop(number, CUT);
        }
        if (c->body == 0) {
            if (c->status != 200 && c->status != 304) return drop(number, STATUS);
            return answered(number);
        }
    }
}

static void ready(struct epoll_event *event) {
    int number = (int)event->data.u32;
    struct connection *c = &all[number];
    if (c->state == CONNECTING) {
        int error = 0;
        socklen_t size = sizeof error;
        struct epoll_event wanted = {.events = EPOLLIN | EPOLLET | EPOLLRDHUP, .data.u32 = (uint32_t)number};
        getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &size);
        if (error) return drop(number, REFUSED);
        epoll_ctl(epoll, EPOLL_CTL_MOD, c->fd, &wanted);
        return ask(number, 1);
    }
    if (c->state != CLOSED) readable(number);
}

static void load_people(const char *path) {
    FILE *file = fopen(path, "r");
    char *line = NULL;
    size_t size = 0;
    if (!file) {
        perror(path);
        exit(2);
    }
    while (getline(&line, &size, file) > 0) {
        char *tab = strchr(line, '\t');
        line[strcspn(line, "\n")] = 0;
        if (!tab) continue;
        *tab = 0;
        people = realloc(people, (size_t)(persons + 1) * sizeof *people);
        people[persons].cookie = strdup(line);
        people[persons++].etag = strdup(tab + 1);
    }
    free(line);
    fclose(file);
    if (!persons) exit(2);
}

static void report(void) {
    int kind, at, fault, open = 0, waiting = 0;
    for (at = 0; at < connections; at++) {
        open += all[at].state == THINKING || all[at].state == WAITING;
        waiting += all[at].state == WAITING;
        if (all[at].state == WAITING && now_us > all[at].due + 30000000u) faults[LATE]++;
    }
    printf("{\"sambungan\":%d,\"menunggu\":%d,\"semua\":%llu,\"diperbarui\":%llu,\"bytes\":%llu,\"terlama_us\":%llu,\"galat\":{",
        open, waiting, (unsigned long long)total, (unsigned long long)renewed, (unsigned long long)bytes_read,
        (unsigned long long)most_us);
    for (fault = 0; fault < FAULTS; fault++)
        printf("%s\"%s\":%llu", fault ? "," : "", fault_names[fault], (unsigned long long)faults[fault]);
    printf("},\"jenis\":{");
    for (kind = 0; kind < KINDS; kind++) {
        int first = 1;
        printf("%s\"%s\":{", kind ? "," : "", kind_names[kind]);
        for (at = 0; at < BUCKETS; at++)
            if (histogram[kind][at]) {
                printf("%s\"%d\":%llu", first ? "" : ",", at, (unsigned long long)histogram[kind][at]);
                first = 0;
            }
        printf("}");
    }
    printf("}}\n");
}

static void due(int number) {
    if (all[number].state == CLOSED) dial(number);
    else if (all[number].state == THINKING) ask(number, 0);
}

static void run(uint64_t end_us) {
    static struct epoll_event events[EVENTS];
    uint64_t turned = 0;
    while ((now_us = clock_us()) < end_us) {
        int found = epoll_wait(epoll, events, EVENTS, 1), at;
        now_us = clock_us();
        for (at = 0; at < found; at++) ready(&events[at]);
        for (; turned < (now_us - begun) / 1000; turned++) {
            int number = wheel[turned % SLOTS];
            wheel[turned % SLOTS] = -1;
            while (number >= 0) {
                int next = all[number].next;
                due(number);
                number = next;
            }
        }
    }
}

int main(int argc, char **argv) {
    struct rlimit files;
    uint64_t ramp_us;
    int at;
    if (argc != 13) return 2;
    port = atoi(argv[1]);
    connections = atoi(argv[2]);
    think_us = strtoull(argv[3], NULL, 10) * 1000;
    ramp_us = strtoull(argv[4], NULL, 10) * 1000;
    mixed = !strcmp(argv[7], "campur");
    randomness = strtoull(argv[8], NULL, 10) * 88172645463325252ull + 1;
    load_people(argv[9]);
    page = argv[10];
    fragment = argv[11];
    opening = argv[12];
    if (connections < 1 || connections > 19900 || think_us > 120000000u || ramp_us > 60000000u) return 2;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    signal(SIGPIPE, SIG_IGN);
    epoll = epoll_create1(0);
    all = calloc((size_t)connections, sizeof *all);
    memset(wheel, -1, sizeof wheel);
    begun = now_us = clock_us();
    from_us = begun + ramp_us + strtoull(argv[5], NULL, 10) * 1000;
    until_us = from_us + strtoull(argv[6], NULL, 10) * 1000;
    for (at = 0; at < connections; at++) {
        all[at].fd = -1;
        all[at].person = (int)(chance() * persons);
        wake_at(at, begun + ramp_us * (uint64_t)at / (uint64_t)connections);
    }
    run(until_us);
    report();
    for (at = 0; at < connections; at++)
        if (all[at].fd >= 0) {
            struct linger hard = {1, 0};
            setsockopt(all[at].fd, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
        }
    return 0;
}
