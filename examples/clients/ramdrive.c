/* Asks a service on the RAM drive for one verb, asleep until the answer is there.
 *
 *     cc -o ramdrive ramdrive.c
 *     ./ramdrive ROOT/SERVICE VERB [ARGS]
 *
 * ARGS is one JSON value; the answer is printed as JSON. Exit code: 0; 1 the verb raised, its error is printed;
 * 2 usage; 4 no answer in time; 5 the drive does not let us. RAMWIRE_TIMEOUT is in seconds (2). Linux.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static char name[96];

static void fail(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    exit(5);
}

static long long now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now); /* the other clock may be set while we wait */
    return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/* A folder, ours and closed to others. */
static int folder(int within, const char *path)
{
    struct stat status;
    int fd;

    if (mkdirat(within, path, 0700) != 0 && errno != EEXIST)
        fail(path);
    fd = openat(within, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &status) != 0)
        fail(path);
    if (status.st_uid != geteuid()) {
        fprintf(stderr, "%s belongs to another user\n", path);
        exit(5);
    }
    return fd;
}

/* YYYYMMDDHHMMSS_N-TOKEN.json: the ending asks for JSON, the token says whose it is. */
static void make_name(void)
{
    struct timespec now;
    struct tm utc;
    char second[16];

    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &utc);
    strftime(second, sizeof second, "%Y%m%d%H%M%S", &utc);
    snprintf(name, sizeof name, "%s_%09ld-C%ld.json", second, now.tv_nsec, (long)getpid());
}

/* Written under a name of its own beside the two folders, then renamed: the server sees it whole. */
static void send_request(int top, int server, const char *verb, const char *args)
{
    char hidden[128];
    int fd, written;

    snprintf(hidden, sizeof hidden, ".%s.new", name);
    fd = openat(top, hidden, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        fail("the request");
    written = args ? dprintf(fd, "%s %s\n", verb, args) : dprintf(fd, "%s\n", verb);
    if (written < 0 || close(fd) != 0 || renameat(top, hidden, server, name) != 0) {
        int why = errno;
        unlinkat(top, hidden, 0);
        errno = why; /* a full drive, say: nothing was sent */
        fail("the request");
    }
}

/* Print a reply and delete it, which says that it was read. False where it is not there. */
static int take(int client, const char *reply)
{
    char part[65536];
    ssize_t size;
    int fd = openat(client, reply, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

    if (fd < 0)
        return 0;
    while ((size = read(fd, part, sizeof part)) > 0)
        fwrite(part, 1, size, stdout);
    putchar('\n');
    close(fd);
    unlinkat(client, reply, 0);
    return 1;
}

int main(int argc, char **argv)
{
    const char *timeout = getenv("RAMWIRE_TIMEOUT");
    long long left, deadline = now_ms() + (long long)((timeout ? atof(timeout) : 2.0) * 1000);
    char watched[64], error[128], events[4096];
    int top, server, client, hello;
    struct pollfd changes = {.events = POLLIN};

    if (argc < 3 || argc > 4) {
        fprintf(stderr, "usage: %s ROOT/SERVICE VERB [ARGS]\n", argv[0]);
        return 2;
    }
    hello = strcmp(argv[2], "Hello") == 0;
    top = folder(AT_FDCWD, argv[1]);
    server = folder(top, "server");
    client = folder(top, "client");
    make_name();
    snprintf(error, sizeof error, "%s.error", name);

    /* Watched before it is sent, so that no answer is missed. */
    changes.fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    snprintf(watched, sizeof watched, "/proc/self/fd/%d", client);
    if (changes.fd < 0 || inotify_add_watch(changes.fd, watched, IN_CREATE | IN_MOVED_TO | IN_CLOSE_WRITE) < 0)
        fail("inotify");
    snprintf(watched, sizeof watched, "/proc/self/fd/%d", server);
    if (hello && inotify_add_watch(changes.fd, watched, IN_DELETE) < 0)
        fail("inotify");
    send_request(top, server, argv[2], argc == 4 ? argv[3] : NULL);

    do {
        if (take(client, name))
            return 0;
        if (take(client, error))
            return 1;
        if (hello && faccessat(server, name, F_OK, 0) != 0)
            return 0; /* taken: that is the whole answer */
        left = deadline - now_ms();
        if (left > 0 && poll(&changes, 1, (int)(left > 86400000 ? 86400000 : left)) > 0)
            while (read(changes.fd, events, sizeof events) > 0)
                ;
    } while (left > 0);

    /* Whoever deletes the request first has it: we, so that it never runs, or the server. */
    fputs(unlinkat(server, name, 0) == 0 ? "nobody took it in time; it was withdrawn\n"
                                         : "no answer in time; it may have run\n",
          stderr);
    return 4;
}
