/*
 * System calls that lastbyte uses and Node does not expose. Each function runs to completion on the event
 * loop thread and stores no descriptor: a descriptor number that outlived the call could be reused for
 * another connection. No function blocks: sockets are non-blocking, and file bytes are read only where they
 * are in the page cache, so no disk read starts.
 *
 * Return values are counts, or a negative errno. The library links no libc, so one binary per architecture
 * runs on both glibc and musl.
 */
#include <node_api.h>

#if defined(__x86_64__)
#define O_DIRECTORY 0200000
#define SYS_CLOSE 3
#define SYS_MMAP 9
#define SYS_MUNMAP 11
#define SYS_IOCTL 16
#define SYS_SENDFILE 40
#define SYS_SENDTO 44
#define SYS_FCNTL 72
#define SYS_PREADV2 327
#define SYS_STATX 332
#define SYS_OPENAT2 437
static long single_call(long n, long a, long b, long c, long d, long e, long f) {
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
#define SYS_FCNTL 25
#define SYS_IOCTL 29
#define SYS_CLOSE 57
#define SYS_SENDFILE 71
#define SYS_SENDTO 206
#define SYS_MUNMAP 215
#define SYS_MMAP 222
#define SYS_PREADV2 286
#define SYS_STATX 291
#define SYS_OPENAT2 437
static long single_call(long n, long a, long b, long c, long d, long e, long f) {
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
#error "unsupported architecture: expected x86_64 or aarch64"
#endif

#define SIOCOUTQ 0x5411
#define RWF_NOWAIT 8
#define EINTR 4
#define EXDEV 18
#define EISDIR 21
#define EOVERFLOW 75
#define STATX_ATTR_APPEND 0x20
#define STATX_ATTR_MOUNT_ROOT 0x2000
#define EINVAL 22
#define ESTALE 116
#define AT_FDCWD (-100)
#define AT_SYMLINK_NOFOLLOW 0x100
#define AT_EMPTY_PATH 0x1000
#define AT_STATX_DONT_SYNC 0x4000
#define F_GETFL 3
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
 * Repeats a call that a signal has interrupted. Not for close(2): Linux has closed the descriptor then, and
 * its number may belong to another file.
 */
static long system_call(long n, long a, long b, long c, long d, long e, long f) {
  long result;
  do result = single_call(n, a, b, c, d, e, f);
  while (result == -EINTR);
  return result;
}

/*
 * Distance in bytes between the sampled bytes of a residency check. Linux reads ahead and evicts in larger
 * units than this.
 */
#define SAMPLE_INTERVAL 65536

/* struct iovec of readv(2). */
struct vector {
  void *base;
  unsigned long length;
};

/* Numbers of JavaScript are exact up to this one. */
#define MAX_INTEGER 9007199254740991.0
#define MAX_DESCRIPTOR 2147483647
/* Bytes beyond which a length is an error: callers send and read less than a thousandth. */
#define MAX_LENGTH 1073741824
#define MAX_ARGUMENTS 6

/* The arguments of a call. `valid` becomes 0 when one is missing, of another type, or out of range. */
struct arguments {
  napi_env env;
  napi_value values[MAX_ARGUMENTS];
  size_t count;
  int valid;
};

static struct arguments read_arguments(napi_env env, napi_callback_info info) {
  struct arguments arguments = {.env = env, .count = MAX_ARGUMENTS, .valid = 1};
  if (napi_get_cb_info(env, info, &arguments.count, arguments.values, NULL, NULL) != napi_ok) {
    arguments.count = 0;
  }
  return arguments;
}

/* An integer from 0 to `most`. */
static long integer_at(struct arguments *arguments, size_t index, double most) {
  double value;
  if (index < arguments->count &&
      napi_get_value_double(arguments->env, arguments->values[index], &value) == napi_ok && value >= 0 &&
      value <= most && (double)(long)value == value) {
    return (long)value;
  }
  arguments->valid = 0;
  return 0;
}

static long descriptor_at(struct arguments *arguments, size_t index) {
  return integer_at(arguments, index, MAX_DESCRIPTOR);
}

static long position_at(struct arguments *arguments, size_t index) {
  return integer_at(arguments, index, MAX_INTEGER);
}

static long length_at(struct arguments *arguments, size_t index) {
  return integer_at(arguments, index, MAX_LENGTH);
}

/* Flags of preadv2: RWF_NOWAIT or none. Others would let it block, or change what it does. */
static long flags_at(struct arguments *arguments, size_t index) {
  long flags = integer_at(arguments, index, RWF_NOWAIT);
  if (flags != 0 && flags != RWF_NOWAIT) arguments->valid = 0;
  return flags;
}

/* The bytes of a Buffer or another Uint8Array, of which there are at least `least`. */
static struct vector bytes_at(struct arguments *arguments, size_t index, size_t least) {
  struct vector bytes = {NULL, 0};
  napi_typedarray_type type;
  if (index < arguments->count &&
      napi_get_typedarray_info(arguments->env, arguments->values[index], &type, &bytes.length, &bytes.base,
                               NULL, NULL) == napi_ok &&
      type == napi_uint8_array && bytes.length >= least) {
    return bytes;
  }
  arguments->valid = 0;
  return (struct vector){NULL, 0};
}

static napi_value number(napi_env env, long value) {
  napi_value result;
  napi_create_double(env, (double)value, &result);
  return result;
}

/*
 * sendfile(socket, file, position, length): the number of bytes queued on the socket. -EINVAL for a descriptor
 * that is in blocking mode, on which sendfile would wait until there is room.
 */
static napi_value send_file(napi_env env, napi_callback_info info) {
  struct arguments arguments = read_arguments(env, info);
  long socket = descriptor_at(&arguments, 0), file = descriptor_at(&arguments, 1);
  long position = position_at(&arguments, 2), length = length_at(&arguments, 3);
  if (!arguments.valid) return number(env, -EINVAL);
  long mode = system_call(SYS_FCNTL, socket, F_GETFL, 0, 0, 0, 0);
  if (mode < 0) return number(env, mode);
  if ((mode & O_NONBLOCK) == 0) return number(env, -EINVAL);
  return number(env, system_call(SYS_SENDFILE, socket, file, (long)&position, length, 0, 0));
}

/* preadv2(2) of one buffer. */
static long read_at(long file, struct vector bytes, long position, long flags) {
  return system_call(SYS_PREADV2, file, (long)&bytes, 1, position, 0, flags);
}

/* Whether one byte can be read without waiting for a disk. */
static int is_byte_resident(long file, long position) {
  char byte;
  return read_at(file, (struct vector){&byte, 1}, position, RWF_NOWAIT) == 1;
}

/*
 * isResident(file, position, length): 1 if the sampled bytes are in the page cache, 0 if one is not or the
 * file system does not support RWF_NOWAIT.
 */
static napi_value is_resident(napi_env env, napi_callback_info info) {
  struct arguments arguments = read_arguments(env, info);
  long file = descriptor_at(&arguments, 0), position = position_at(&arguments, 1);
  long last = position + length_at(&arguments, 2) - 1;
  if (!arguments.valid) return number(env, -EINVAL);
  for (; position < last; position += SAMPLE_INTERVAL) {
    if (!is_byte_resident(file, position)) return number(env, 0);
  }
  return number(env, is_byte_resident(file, last));
}

/*
 * read(file, buffer, position, flags): the number of bytes read. With RWF_NOWAIT (8), only bytes in the page
 * cache are read. tmpfs rejects that flag with EOPNOTSUPP and never needs it.
 */
static napi_value read_file(napi_env env, napi_callback_info info) {
  struct arguments arguments = read_arguments(env, info);
  long file = descriptor_at(&arguments, 0);
  struct vector bytes = bytes_at(&arguments, 1, 0);
  long position = position_at(&arguments, 2), flags = flags_at(&arguments, 3);
  if (!arguments.valid) return number(env, -EINVAL);
  return number(env, read_at(file, bytes, position, flags));
}

/* struct statx_timestamp of linux/stat.h. */
struct timestamp {
  long long seconds;
  unsigned int nanoseconds;
  int reserved;
};

/* struct statx of linux/stat.h; `unused` covers the members behind the device numbers. */
struct status {
  unsigned int mask, block_size;
  unsigned long long attributes;
  unsigned int links, user, group;
  unsigned short mode, reserved;
  unsigned long long inode, size, blocks, attributes_mask;
  struct timestamp accessed, created, changed, modified;
  unsigned int special_major, special_minor, device_major, device_minor;
  unsigned long long unused[14];
};

/* Identifies one version of a file. Times are in ns. FileIdentity in src/source/file/file-version.ts. */
struct identity {
  long long device, inode, size, modified, changed;
};

/* A version of a file and the path that is expected to lead to it. */
struct versioned_path {
  struct identity identity;
  char path[];
};

static long long nanoseconds(const struct timestamp *time) {
  return time->seconds * 1000000000LL + time->nanoseconds;
}

/* The device number in the encoding of st_dev of stat(2); statx reports major and minor separately. */
static long long device_of(const struct status *status) {
  unsigned long long major = status->device_major, minor = status->device_minor;
  return (long long)((major & 0xfffff000ULL) << 32 | (major & 0xfffULL) << 8 |
                     (minor & 0xffffff00ULL) << 12 | (minor & 0xffULL));
}

/* Whether the nanoseconds of a time fit into 64 bits: from 1677 to 2262. File systems store later times. */
static int fits(const struct timestamp *time) {
  return time->seconds > -9223372036LL && time->seconds < 9223372036LL;
}

/* Returns 0, or -EOVERFLOW for a time or a size that the identity cannot represent. */
static long identify(const struct status *status, struct identity *identity) {
  if (!fits(&status->modified) || !fits(&status->changed) || (long long)status->size < 0) return -EOVERFLOW;
  identity->device = device_of(status);
  identity->inode = (long long)status->inode;
  identity->size = (long long)status->size;
  identity->modified = nanoseconds(&status->modified);
  identity->changed = nanoseconds(&status->changed);
  return 0;
}

static int is_same(const struct identity *one, const struct identity *other) {
  return one->changed == other->changed && one->modified == other->modified &&
         one->size == other->size && one->inode == other->inode && one->device == other->device;
}

static long get_status(long folder, const char *path, long flags, struct status *status) {
  return system_call(SYS_STATX, folder, (long)path, flags, STATX_BASIC_STATS, (long)status, 0);
}

/*
 * isCurrent(versions, offset, links): 1 if the path still leads to that version of the file, 0 if it leads to
 * another. `versions` holds five 64-bit integers (device, inode, size, mtime and ctime in ns) at `offset`, a
 * multiple of 8, and the path behind them, which ends with a NUL byte; so does `versions`. `links` is 0, or
 * AT_SYMLINK_NOFOLLOW: then 0 also where the last segment of the path is a symbolic link or a mount point.
 */
static napi_value is_current(napi_env env, napi_callback_info info) {
  struct arguments arguments = read_arguments(env, info);
  struct vector bytes = bytes_at(&arguments, 0, sizeof(struct versioned_path) + 1);
  long offset = length_at(&arguments, 1), links = integer_at(&arguments, 2, AT_SYMLINK_NOFOLLOW);
  if (!arguments.valid || (offset & 7) != 0 || (links != 0 && links != AT_SYMLINK_NOFOLLOW) ||
      (unsigned long)offset + sizeof(struct versioned_path) >= bytes.length ||
      ((char *)bytes.base)[bytes.length - 1] != 0) {
    return number(env, -EINVAL);
  }
  struct versioned_path *version = (struct versioned_path *)((char *)bytes.base + offset);
  struct status status;
  long failure = get_status(AT_FDCWD, version->path, links, &status);
  if (failure < 0) return number(env, failure);
  if (links != 0 && (status.attributes & STATX_ATTR_MOUNT_ROOT) != 0) return number(env, 0);
  struct identity now;
  failure = identify(&status, &now);
  if (failure < 0) return number(env, failure);
  return number(env, is_same(&version->identity, &now));
}

/* struct open_how of linux/openat2.h. */
struct open_how {
  unsigned long long flags, mode, resolve;
};

/* Opens a path only if all of it is in the directory entry cache; -EAGAIN otherwise. */
static long open_cached(long folder, const char *path, unsigned long long flags,
                        unsigned long long resolve) {
  struct open_how how = {flags | O_CLOEXEC, 0, resolve | RESOLVE_CACHED};
  return system_call(SYS_OPENAT2, folder, (long)path, (long)&how, sizeof how, 0, 0);
}

static void close_file(long file) { single_call(SYS_CLOSE, file, 0, 0, 0, 0, 0); }

/* Where to probe: `device` is the root folder's, `flags` are for preadv2. */
struct probe_target {
  long long device, flags;
  char paths[];
};

/* The version of a file, and bytes of it from the requested position on. */
struct probe_result {
  struct identity identity;
  char bytes[];
};

/* Reads the bytes between two status calls; -ESTALE if those report different versions. */
static long read_version(long file, struct probe_result *result, unsigned long capacity, long position,
                         long flags) {
  struct status status;
  long count = get_status(file, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, &status);
  if (count < 0) return count;
  if ((status.mode & S_IFMT) != S_IFREG) return -EISDIR;
  count = identify(&status, &result->identity);
  if (count < 0) return count;
  if (capacity == 0) return 0;
  count = read_at(file, (struct vector){result->bytes, capacity}, position, flags);
  if (count < 0) return count;
  long failure = get_status(file, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, &status);
  if (failure < 0) return failure;
  struct identity after;
  failure = identify(&status, &after);
  if (failure < 0) return failure;
  return is_same(&result->identity, &after) ? count : -ESTALE;
}

/*
 * Opens the file beneath the root folder. -EXDEV if the root is on another device than expected, or the path
 * leaves the root or crosses a mount point.
 */
static long open_beneath(const struct probe_target *target, const char *key) {
  struct status status;
  long root = open_cached(AT_FDCWD, target->paths, O_PATH | O_DIRECTORY, 0);
  if (root < 0) return root;
  long file = get_status(root, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, &status);
  if (file == 0 && device_of(&status) != target->device) file = -EXDEV;
  if (file == 0) {
    file = open_cached(root, key, O_NONBLOCK,
                       RESOLVE_BENEATH | RESOLVE_NO_XDEV | RESOLVE_NO_MAGICLINKS);
  }
  close_file(root);
  return file;
}

/*
 * probe(target, result, position): reads a regular file beneath a root folder from `position` on. Writes the
 * five integers of its version into `result`, and the bytes behind them. Returns the number of bytes. The
 * version is the same before and after the read. Symbolic links may not leave the root or its device. Uses
 * only cached directory entries and pages: -EAGAIN where the disk would have to be read.
 *
 * `target` holds two 64-bit integers (the root's device, flags for preadv2) and two paths, each of which ends
 * with a NUL byte: the root, and the key of the file beneath it.
 */
static napi_value probe(napi_env env, napi_callback_info info) {
  struct arguments arguments = read_arguments(env, info);
  struct vector target_bytes = bytes_at(&arguments, 0, sizeof(struct probe_target) + 1);
  struct vector result_bytes = bytes_at(&arguments, 1, sizeof(struct probe_result));
  long position = position_at(&arguments, 2);
  if (!arguments.valid) return number(env, -EINVAL);
  struct probe_target *target = target_bytes.base;
  const char *end = (char *)target + target_bytes.length, *key = target->paths;
  while (key < end && *key != 0) key += 1;
  key += 1;
  if (key >= end || end[-1] != 0 || (target->flags & ~RWF_NOWAIT) != 0) return number(env, -EINVAL);
  long file = open_beneath(target, key);
  if (file < 0) return number(env, file);
  long count = read_version(file, result_bytes.base, result_bytes.length - sizeof(struct probe_result),
                            position, (long)target->flags);
  close_file(file);
  return number(env, count);
}

/* isAppendOnly(file): 1 if the kernel lets nobody change bytes that the file has (chattr +a), otherwise 0. */
static napi_value is_append_only(napi_env env, napi_callback_info info) {
  struct arguments arguments = read_arguments(env, info);
  long file = descriptor_at(&arguments, 0);
  if (!arguments.valid) return number(env, -EINVAL);
  struct status status;
  long failure = get_status(file, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, &status);
  return number(env, failure == 0 ? (status.attributes & STATX_ATTR_APPEND) != 0 : failure);
}

/* unsentBytes(socket): the number of bytes in the send queue that the peer has not acknowledged. */
static napi_value unsent_bytes(napi_env env, napi_callback_info info) {
  struct arguments arguments = read_arguments(env, info);
  long socket = descriptor_at(&arguments, 0);
  if (!arguments.valid) return number(env, -EINVAL);
  int bytes = 0;
  long failure = system_call(SYS_IOCTL, socket, SIOCOUTQ, (long)&bytes, 0, 0, 0);
  return number(env, failure == 0 ? bytes : failure);
}

/*
 * Read leases (F_SETLEASE of fcntl(2)) and the sockets that carry pages of a leased file. While a process has
 * a read lease, no process can open the file for writing or truncate it: the caller waits until the lease is
 * released, at most /proc/sys/fs/lease-break-time seconds. Constants are the same on both architectures.
 */
#if defined(__x86_64__)
#define SYS_CONNECT 42
#define SYS_SETSOCKOPT 54
#define SYS_GETSOCKOPT 55
#else
#define SYS_CONNECT 203
#define SYS_SETSOCKOPT 208
#define SYS_GETSOCKOPT 209
#endif
#define F_SETSIG 10
#define F_SETLEASE 1024
#define F_GETLEASE 1025
#define F_RDLCK 0
#define F_UNLCK 2
#define SIGURG 23
#define SOL_SOCKET 1
#define SO_LINGER 13
#define SOL_IP 0
#define IP_PKTINFO 8
#define IP_PKTOPTIONS 9
#define SOL_IPV6 41
#define IPV6_MULTICAST_IF 17

/*
 * takeLease(file): 0. The signal of a break is one that is ignored by default: SIGIO would end the process.
 * -EAGAIN if a process has the file open for writing, -EACCES for another owner's file without CAP_LEASE,
 * -EINVAL where the file system has no leases.
 */
static napi_value take_lease(napi_env env, napi_callback_info info) {
  struct arguments arguments = read_arguments(env, info);
  long file = descriptor_at(&arguments, 0);
  if (!arguments.valid) return number(env, -EINVAL);
  long failure = system_call(SYS_FCNTL, file, F_SETSIG, SIGURG, 0, 0, 0);
  if (failure == 0) failure = system_call(SYS_FCNTL, file, F_SETLEASE, F_RDLCK, 0, 0, 0);
  return number(env, failure);
}

/* hasLease(file): 1 if the file is leased and nobody waits for its end, otherwise 0. */
static napi_value has_lease(napi_env env, napi_callback_info info) {
  struct arguments arguments = read_arguments(env, info);
  long file = descriptor_at(&arguments, 0);
  if (!arguments.valid) return number(env, -EINVAL);
  return number(env, system_call(SYS_FCNTL, file, F_GETLEASE, 0, 0, 0, 0) == F_RDLCK);
}

/* dropLease(file): 0. -EAGAIN if there is none. */
static napi_value drop_lease(napi_env env, napi_callback_info info) {
  struct arguments arguments = read_arguments(env, info);
  long file = descriptor_at(&arguments, 0);
  if (!arguments.valid) return number(env, -EINVAL);
  return number(env, system_call(SYS_FCNTL, file, F_SETLEASE, F_UNLCK, 0, 0, 0));
}

/*
 * setAbortive(socket, on): 0. While it is on, closing the socket discards its send queue and sends RST, also
 * where the kernel closes it because the process has ended (SO_LINGER with 0 s).
 */
static napi_value set_abortive(napi_env env, napi_callback_info info) {
  struct arguments arguments = read_arguments(env, info);
  long socket = descriptor_at(&arguments, 0), on = integer_at(&arguments, 1, 1);
  if (!arguments.valid) return number(env, -EINVAL);
  int linger[2] = {(int)on, 0};
  return number(env, system_call(SYS_SETSOCKOPT, socket, SOL_SOCKET, SO_LINGER, (long)linger, sizeof linger, 0));
}

/*
 * disconnect(socket): 0. Discards the send queue of a TCP connection and sends RST. The descriptor stays open:
 * another thread may close it (connect(2) with AF_UNSPEC).
 */
static napi_value disconnect_socket(napi_env env, napi_callback_info info) {
  struct arguments arguments = read_arguments(env, info);
  long socket = descriptor_at(&arguments, 0);
  if (!arguments.valid) return number(env, -EINVAL);
  long long unspecified[2] = {0, 0};
  return number(env, system_call(SYS_CONNECT, socket, (long)unspecified, sizeof unspecified, 0, 0, 0));
}

/* The control message IP_PKTINFO: struct cmsghdr and struct in_pktinfo. */
struct packet_info {
  unsigned long length;
  int level, type, interface;
  unsigned int local, destination;
};

/*
 * incomingInterface(socket): the index of the network interface through which an accepted TCP connection was
 * established. The kernel keeps it as the interface for multicast, which a TCP socket does not use: IPv6
 * sockets report it as such, IPv4 sockets only as packet information.
 */
static napi_value incoming_interface(napi_env env, napi_callback_info info) {
  struct arguments arguments = read_arguments(env, info);
  long socket = descriptor_at(&arguments, 0);
  if (!arguments.valid) return number(env, -EINVAL);
  int index = 0, length = sizeof index;
  long failure = system_call(SYS_GETSOCKOPT, socket, SOL_IPV6, IPV6_MULTICAST_IF, (long)&index,
                             (long)&length, 0);
  if (failure == 0) return number(env, index);
  int on = 1;
  struct {
    struct packet_info first;
    char others[256];
  } options = {{0, 0, 0, 0, 0, 0}, {0}};
  length = sizeof options;
  failure = system_call(SYS_SETSOCKOPT, socket, SOL_IP, IP_PKTINFO, (long)&on, sizeof on, 0);
  if (failure == 0) {
    failure = system_call(SYS_GETSOCKOPT, socket, SOL_IP, IP_PKTOPTIONS, (long)&options, (long)&length, 0);
  }
  if (failure < 0) return number(env, failure);
  int is_known = length >= (int)(sizeof(unsigned long) + 3 * sizeof(int)) && options.first.level == SOL_IP &&
                 options.first.type == IP_PKTINFO;
  return number(env, is_known ? options.first.interface : -EINVAL);
}

/*
 * Sending by copy. Each thread that has loaded the library has one buffer for all of its connections: bytes
 * stay in it only during a call.
 */

#define COPY_CAPACITY (1024 * 1024)
#define PROT_READ_WRITE 3
#define MAP_PRIVATE_ANONYMOUS 0x22
#define MSG_DONTWAIT 0x40
#define MSG_NOSIGNAL 0x4000

static void *map_copy_buffer(void) {
  long address = system_call(SYS_MMAP, 0, COPY_CAPACITY, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0);
  return address < 0 && address > -4096 ? NULL : (void *)address;
}

static void unmap_copy_buffer(napi_env env, void *buffer, void *hint) {
  (void)env, (void)hint;
  system_call(SYS_MUNMAP, (long)buffer, COPY_CAPACITY, 0, 0, 0, 0);
}

/* 1 if the file is this version, 0 if it is another, a negative errno if that is unknown. */
static long is_version(long file, const struct identity *expected) {
  struct status status;
  struct identity now;
  long failure = get_status(file, "", AT_EMPTY_PATH | AT_STATX_DONT_SYNC, &status);
  if (failure == 0) failure = identify(&status, &now);
  return failure < 0 ? failure : is_same(expected, &now);
}

/* Fills the buffer. Returns 0 if one of the bytes cannot be read without waiting, or at all. */
static int read_whole(long file, struct vector bytes, long position, long flags) {
  // A read of a range that is only partly in memory would be copied in vain.
  if (flags == RWF_NOWAIT && !is_byte_resident(file, position + (long)bytes.length - 1)) return 0;
  return read_at(file, bytes, position, flags) == (long)bytes.length;
}

/*
 * sendCopy(socket, file, position, length, flags, version): reads bytes of a file, compares its version, and
 * sends what was read. Returns the number of bytes that the socket has accepted; 0 if one of the bytes cannot
 * be read without waiting for a disk, or at all; -EAGAIN if the socket has no room; -ESTALE, and nothing is
 * sent, if the file is another version. `flags` are for preadv2, as of `read`. `version` holds five 64-bit
 * integers: device, inode, size, mtime and ctime in ns.
 *
 * The version is compared after the read: a write changes the times of a file before its bytes.
 */
static napi_value send_copy(napi_env env, napi_callback_info info) {
  struct arguments arguments = read_arguments(env, info);
  long socket = descriptor_at(&arguments, 0), file = descriptor_at(&arguments, 1);
  long position = position_at(&arguments, 2), length = integer_at(&arguments, 3, COPY_CAPACITY);
  long flags = flags_at(&arguments, 4);
  const struct identity *expected = bytes_at(&arguments, 5, sizeof(struct identity)).base;
  if (!arguments.valid || length == 0) return number(env, -EINVAL);
  void *buffer = NULL;
  napi_get_instance_data(env, &buffer);
  if (buffer == NULL) return number(env, 0);
  int is_read = read_whole(file, (struct vector){buffer, (unsigned long)length}, position, flags);
  long current = is_version(file, expected);
  if (current == 0) return number(env, -ESTALE);
  if (current < 0 || !is_read) return number(env, 0);
  return number(env, system_call(SYS_SENDTO, socket, (long)buffer, length, MSG_DONTWAIT | MSG_NOSIGNAL, 0, 0));
}

static void export_function(napi_env env, napi_value exports, const char *name, napi_callback function) {
  napi_value value;
  napi_create_function(env, name, NAPI_AUTO_LENGTH, function, NULL, &value);
  napi_set_named_property(env, exports, name, value);
}

NAPI_MODULE_INIT() {
  export_function(env, exports, "sendfile", send_file);
  export_function(env, exports, "isResident", is_resident);
  export_function(env, exports, "read", read_file);
  export_function(env, exports, "unsentBytes", unsent_bytes);
  export_function(env, exports, "isCurrent", is_current);
  export_function(env, exports, "probe", probe);
  export_function(env, exports, "isAppendOnly", is_append_only);
  export_function(env, exports, "takeLease", take_lease);
  export_function(env, exports, "hasLease", has_lease);
  export_function(env, exports, "dropLease", drop_lease);
  export_function(env, exports, "setAbortive", set_abortive);
  export_function(env, exports, "disconnect", disconnect_socket);
  export_function(env, exports, "incomingInterface", incoming_interface);
  export_function(env, exports, "sendCopy", send_copy);
  void *buffer = map_copy_buffer();
  if (buffer != NULL) napi_set_instance_data(env, buffer, unmap_copy_buffer, NULL);
  return exports;
}
