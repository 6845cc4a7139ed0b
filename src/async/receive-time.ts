/** Bytes that may be in the kernel's send queue, and bytes a second of a client that receives them slowly. */
const LARGEST_QUEUE = 8 * 1024 * 1024
const SLOW_CLIENT = 20 * 1024

/**
 * The ms in which a slow client receives what was written to its socket, of which the kernel may still have megabytes.
 *
 * @param written bytes
 */
export function receiveTime(written: number): number {
  return (Math.min(LARGEST_QUEUE, written) / SLOW_CLIENT) * 1_000
}
