import { Agent } from 'node:http'
import { connect, type NetConnectOpts, type OnReadOpts, type Socket } from 'node:net'

/** Bytes of a slab. Larger ones saved little time in measurements, and use more memory. */
const SLAB = 256 * 1024
/** Bytes that a slab must have left for the next read. */
const LEAST_ROOM = 64 * 1024

/** An agent whose sockets read all available bytes at once, into buffers that several reads share. */
export class SlabAgent extends Agent {
  override createConnection(options: NetConnectOpts): Socket {
    const socket: Socket = connect({
      ...options,
      onread: intoSlabs((bytes) => socket.push(bytes)),
    } as NetConnectOpts)
    return socket
  }
}

/** Reads into consecutive parts of a slab; its memory is freed with the last chunk that refers to it. */
function intoSlabs(push: (bytes: Uint8Array) => boolean): OnReadOpts {
  let slab = new Uint8Array(0)
  let used = 0
  return {
    buffer() {
      if (slab.length - used < LEAST_ROOM) {
        slab = Buffer.allocUnsafeSlow(SLAB)
        used = 0
      }
      return slab.subarray(used)
    },
    callback(bytes) {
      const chunk = slab.subarray(used, used + bytes)
      used += bytes
      return push(chunk)
    },
  }
}
