import { Agent } from 'node:http'
import { connect, type NetConnectOpts, type OnReadOpts, type Socket } from 'node:net'

/** Bytes of a slab, and the least room for a read. Larger ones save little, and hold more memory. */
const SLAB = 256 * 1024
const LEAST_ROOM = 64 * 1024

/** An agent whose connections read as much at once as there is. */
export class SlabAgent extends Agent {
  override createConnection(options: NetConnectOpts): Socket {
    const socket: Socket = connect({
      ...options,
      onread: intoSlabs((bytes) => socket.push(bytes)),
    } as NetConnectOpts)
    return socket
  }
}

/** Reads one after the other into slabs; a slab is freed with the last view on it. */
function intoSlabs(push: (bytes: Uint8Array) => boolean): OnReadOpts {
  let slab = new Uint8Array(0)
  let at = 0
  return {
    buffer() {
      if (slab.length - at < LEAST_ROOM) {
        slab = Buffer.allocUnsafeSlow(SLAB)
        at = 0
      }
      return slab.subarray(at)
    },
    callback(bytes) {
      const read = slab.subarray(at, at + bytes)
      at += bytes
      return push(read)
    },
  }
}
