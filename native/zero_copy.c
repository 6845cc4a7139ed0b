/*
 * The calls of the system that lastbyte needs and Node does not have. Each begins and ends within one
 * call from JavaScript, on the thread of the event loop: no number of a descriptor outlives it, so none
 * can come to mean another connection. None waits: for room, the socket is non-blocking; for a disk,
 * bytes are asked for only where they are in memory.
 *
 * Results are counts, or the negative number of an error (errno). There is no libc in here, so one
 * binary does for every libc of an architecture.
 */
#include <node_api.h>

#if defined(__x86_64__)
#define O_DIRECTORY 0200000
#define SYS_CLOSE 3
#define SYS_IOCTL 16
#define SYS_SENDFILE 40
#define SYS_PREADV2 327
#define SYS_STATX 332
#define SYS_OPENAT2 437
static long system_call(long n, long a, long b, long c, long d, long e, long f) {
  long result;
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  register long r9 __asm__("r9") = f;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  return result;
}
#elif defined(__aarch64__)
#define O_DIRECTORY 040000
#define SYS_IOCTL 29
#define SYS_CLOSE 57
#define SYS_SENDFILE 71
#define SYS_PREADV2 286
#define SYS_STATX 291
#define SYS_OPENAT2 437
static long system_call(long n, long a, long b, long c, long d, long e, long f) {
  register long x8 __asm__("x8") = n;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  register long x3 __asm__("x3") = d;
  register long x4 __asm__("x4") = e;
  register long x5 __asm__("x5") = f;
  __asm__ volatile("svc 0"
                   : "+r"(x0)
                   : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
                   : "memory");
  return x0;
}
#else
#error "no system calls are known for this architecture"
#endif

#define SIOCOUTQ 0x5411
#define RWF_NOWAIT 8
#define EXDEV 18
#define EISDIR 21
#define EINVAL 22
#define ESTALE 116
#define AT_FDCWD (-100)
#define AT_EMPTY_PATH 0x1000
#define AT_STATX_DONT_SYNC 0x4000
#define O_NONBLOCK 04000
#define O_CLOEXEC 02000000
#define O_PATH 010000000
#define RESOLVE_NO_XDEV 0x01
#define RESOLVE_NO_MAGICLINKS 0x02
#define RESOLVE_BENEATH 0x08
#define RESOLVE_CACHED 0x20
#define S_IFMT 0170000
#define S_IFREG 0100000
#define STATX_BASIC_STATS 0x7ff

/*
 * One byte of each so many is asked for to see whether all are in memory: systems read ahead, and
 * forget, in larger steps than this.
 */
#define STEP 65536

struct vector {
  void *base;
  unsigned long length;
};

/* Reads numbers into `values`; tells whether there are so many. */
static int take_numbers(napi_env env, napi_callback_info info, size_t count, double *values) {
  napi_value args[4];
  size_t given = count;
  if (napi_get_cb_info(env, info, &given, args, NULL, NULL) != napi_ok || given < count) return 0;
  for (size_t at = 0; at < count; at += 1) {
    if (napi_get_value_double(env, args[at], &values[at]) != napi_ok) return 0;
  }
  return 1;
}

static napi_value number(napi_env env, long value) {
  napi_value result;
  napi_create_double(env, (double)value, &result);
  return result;
}

/* sendfile(socket, file, position, length): bytes that the system has taken. */
static napi_value send_file(napi_env env, napi_callback_info info) {
  double given[4];
  if (!take_numbers(env, info, 4, given)) return number(env, -EINVAL);
  long offset = (long)given[2];
  return number(env, system_call(SYS_SENDFILE, (long)given[0], (long)given[1], (long)&offset,
                                 (long)given[3], 0, 0));
}

static long read_at_once(long file, void *base, unsigned long length, long position) {
  struct vector into = {base, length};
  return system_call(SYS_PREADV2, file, (long)&into, 1, position, 0, RWF_NOWAIT);
}

/* cached(file, position, length): 1 if these bytes are in memory, 0 if not, or if the system can't tell. */
static napi_value cached(napi_env env, napi_callback_info info) {
  double given[3];
  if (!take_numbers(env, info, 3, given)) return number(env, -EINVAL);
  long file = (long)given[0], at = (long)given[1], last = at + (long)given[2] - 1;
  char byte;
  for (; at < last; at += STEP) {
    if (read_at_once(file, &byte, 1, at) < 1) return number(env, 0);
  }
  return number(env, read_at_once(file, &byte, 1, last) == 1);
}

/*
 * read(file, buffer, position, flags): bytes read. With RWF_NOWAIT (8) of those alone that are in
 * memory; file systems in memory don't know that flag, and need none.
 */
static napi_value read_file(napi_env env, napi_callback_info info) {
  napi_value args[4];
  size_t given = 4, length;
  double file, position, flags;
  struct vector into;
  if (napi_get_cb_info(env, info, &given, args, NULL, NULL) != napi_ok || given < 4 ||
      napi_get_value_double(env, args[0], &file) != napi_ok ||
      napi_get_buffer_info(env, args[1], &into.base, &length) != napi_ok ||
      napi_get_value_double(env, args[2], &position) != napi_ok ||
      napi_get_value_double(env, args[3], &flags) != napi_ok) {
    return number(env, -EINVAL);
  }
  into.length = length;
  return number(env, system_call(SYS_PREADV2, (long)file, (long)&into, 1, (long)position, 0, (long)flags));
}

struct time {
  long long seconds;
  unsigned int nanoseconds;
  int reserved;
};

/* As linux/stat.h has it; what follows is of no interest here. */
struct status {
  unsigned int mask, block_size;
  unsigned long long attributes;
  unsigned int links, user, group;
  unsigned short mode, reserved;
  unsigned long long inode, size, blocks, attributes_mask;
  struct time accessed, born, changed, modified;
  unsigned int special_major, special_minor, device_major, device_minor;
  unsigned long long rest[14];
};

/* What a version of a file is known by. */
struct identity {
  long long device, inode, size, modified, changed;
};

/* A version in front of its path. */
struct version {
  struct identity identity;
  char path[];
};

static long long nanoseconds(const struct time *time) {
  return time->seconds * 1000000000LL + time->nanoseconds;
}

/* The number of a device as stat(2) has it. */
static long long device_of(const struct status *status) {
  unsigned long long major = status->device_major, minor = status->device_minor;
  return (long long)((major & 0xfffff000ULL) << 32 | (major & 0xfffULL) << 8 |
                     (minor & 0xffffff00ULL) << 12 | (minor & 0xffULL));
}

static struct identity identity_of(const struct status *status) {
  struct identity identity = {device_of(status), (long long)status->inode, (long long)status->size,
                              nanoseconds(&status->modified), nanoseconds(&status->changed)};
  return identity;
}

static int is_same(const struct identity *one, const struct identity *other) {
  return one->changed == other->changed && one->modified == other->modified &&
         one->size == other->size && one->inode == other->inode && one->device == other->device;
}

static long look(long folder, const char *path, long flags, struct status *status) {
  return system_call(SYS_STATX, folder, (long)path, flags, STATX_BASIC_STATS, (long)status, 0);
}

/*
 * isCurrent(version): 1 if that version of a file is what stands under its path, 0 if something else
 * does. `version` is five 64-bit numbers (device, inode, size, mtime and ctime in ns) and the path,
 * which a zero ends.
 */
static napi_value is_current(napi_env env, napi_callback_info info) {
  napi_value args[1];
  size_t given = 1, length;
  struct version *version;
  if (napi_get_cb_info(env, info, &given, args, NULL, NULL) != napi_ok || given < 1 ||
      napi_get_buffer_info(env, args[0], (void **)&version, &length) != napi_ok ||
      length <= sizeof(struct version) || ((char *)version)[length - 1] != 0) {
    return number(env, -EINVAL);
  }
  struct status status;
  long failure = look(AT_FDCWD, version->path, 0, &status);
  if (failure < 0) return number(env, failure);
  struct identity now = identity_of(&status);
  return number(env, is_same(&version->identity, &now));
}

/* As linux/openat2.h has it. */
struct how {
  unsigned long long flags, mode, resolve;
};

static long open_cached(long folder, const char *path, unsigned long long flags,
                        unsigned long long resolve) {
  struct how how = {flags | O_CLOEXEC, 0, resolve | RESOLVE_CACHED};
  return system_call(SYS_OPENAT2, folder, (long)path, (long)&how, sizeof how, 0, 0);
}

static void close_file(long file) { system_call(SYS_CLOSE, file, 0, 0, 0, 0, 0); }

/* Where a file is: in a root that is on this device, read with these flags. */
struct place {
  long long device, flags;
  char paths[];
};

/* What is in a file, from a position on, and which version of it that is. */
struct glimpse {
  struct identity identity;
  char bytes[];
};

static long read_same(long file, struct glimpse *into, unsigned long room, long position, long flags) {
  struct status status;
  long count = look(file, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, &status);
  if (count < 0) return count;
  if ((status.mode & S_IFMT) != S_IFREG) return -EISDIR;
  into->identity = identity_of(&status);
  if (room == 0) return 0;
  struct vector vector = {into->bytes, room};
  count = system_call(SYS_PREADV2, file, (long)&vector, 1, position, 0, flags);
  if (count < 0) return count;
  long failure = look(file, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, &status);
  if (failure < 0) return failure;
  struct identity after = identity_of(&status);
  return is_same(&into->identity, &after) ? count : -ESTALE;
}

static long open_beneath(const struct place *place, const char *key) {
  struct status status;
  long root = open_cached(AT_FDCWD, place->paths, O_PATH | O_DIRECTORY, 0);
  if (root < 0) return root;
  long file = look(root, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, &status);
  if (file == 0 && device_of(&status) != place->device) file = -EXDEV;
  if (file == 0) {
    file = open_cached(root, key, O_NONBLOCK,
                       RESOLVE_BENEATH | RESOLVE_NO_XDEV | RESOLVE_NO_MAGICLINKS);
  }
  close_file(root);
  return file;
}

/*
 * glance(place, into, position): bytes of a regular file that is beneath a folder, by links within it
 * only and on its device, read from a position on behind the five numbers of its version, which is the
 * same before and after. Only by what is in memory: -EAGAIN where a path has to be looked up on a disk.
 *
 * `place` is two 64-bit numbers (the folder's device, flags for preadv2) and two paths (the folder's,
 * and the file's in it), each of which a zero ends.
 */
static napi_value glance(napi_env env, napi_callback_info info) {
  napi_value args[3];
  size_t given = 3, length, room;
  struct place *place;
  struct glimpse *into;
  double position;
  if (napi_get_cb_info(env, info, &given, args, NULL, NULL) != napi_ok || given < 3 ||
      napi_get_buffer_info(env, args[0], (void **)&place, &length) != napi_ok ||
      napi_get_buffer_info(env, args[1], (void **)&into, &room) != napi_ok ||
      napi_get_value_double(env, args[2], &position) != napi_ok ||
      length <= sizeof(struct place) || room < sizeof(struct glimpse)) {
    return number(env, -EINVAL);
  }
  const char *end = (char *)place + length, *key = place->paths;
  while (key < end && *key != 0) key += 1;
  key += 1;
  if (key >= end || end[-1] != 0) return number(env, -EINVAL);
  long file = open_beneath(place, key);
  if (file < 0) return number(env, file);
  long count = read_same(file, into, room - sizeof(struct glimpse), (long)position, (long)place->flags);
  close_file(file);
  return number(env, count);
}

/* unsent(socket): bytes that its peer has yet to confirm. */
static napi_value unsent(napi_env env, napi_callback_info info) {
  double given[1];
  if (!take_numbers(env, info, 1, given)) return number(env, -EINVAL);
  int bytes = 0;
  long failure = system_call(SYS_IOCTL, (long)given[0], SIOCOUTQ, (long)&bytes, 0, 0, 0);
  return number(env, failure == 0 ? bytes : failure);
}

static void add(napi_env env, napi_value exports, const char *name, napi_callback function) {
  napi_value value;
  napi_create_function(env, name, NAPI_AUTO_LENGTH, function, NULL, &value);
  napi_set_named_property(env, exports, name, value);
}

NAPI_MODULE_INIT() {
  add(env, exports, "sendfile", send_file);
  add(env, exports, "cached", cached);
  add(env, exports, "read", read_file);
  add(env, exports, "unsent", unsent);
  add(env, exports, "isCurrent", is_current);
  add(env, exports, "glance", glance);
  return exports;
}
