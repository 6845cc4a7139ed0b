import { closeSync, openSync, writeFileSync } from 'node:fs'
import net, { type AddressInfo, type Socket } from 'node:net'
import { join } from 'node:path'
import { Folder } from '../../fixture/files.js'

/** Bytes of the file that calls read and send. */
export const FILE_SIZE = 300_000

/** What valid calls refer to. */
export interface Subjects {
  /** The root folder of a probe, and the name of a file in it. */
  readonly root: string
  readonly name: string
  /** Open for reading. */
  readonly file: number
  readonly folder: number
  /** Devices without an end. */
  readonly zero: number
  /** A connection whose client reads and discards. */
  readonly socket: number
  /** A connection whose client never reads. */
  readonly full: number
  /** A connection that a call may end. */
  readonly disposable: number
  /** A descriptor in blocking mode: a call must not wait for it. */
  readonly blocking: number
  /** Closed before the first call. */
  readonly closed: number
  /** Bytes that the reading client has received. */
  received(): number
  close(): void
}

interface Pair {
  readonly descriptor: number
  readonly client: Socket
  readonly end: () => void
}

/** Two ends of a connection; `descriptor` is that of the server. */
async function connect(): Promise<Pair> {
  // Node must not read the server's end: it would close one that a call has ended, and its number.
  const server = net.createServer({ pauseOnConnect: true })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const client = net.connect((server.address() as AddressInfo).port, '127.0.0.1')
  client.on('error', () => {})
  const peer = await new Promise<Socket>((resolve) => server.once('connection', resolve))
  const { fd: descriptor } = (peer as unknown as { _handle: { fd: number } })._handle
  const end = () => {
    client.destroy()
    peer.destroy()
    server.close()
  }
  return { descriptor, client, end }
}

export async function openSubjects(): Promise<Subjects> {
  const folder = new Folder()
  const path = join(folder.path, 'f')
  writeFileSync(path, Buffer.alloc(FILE_SIZE, 'lastbyte'))
  const [reading, paused, disposable] = [await connect(), await connect(), await connect()]
  let received = 0
  reading.client.on('data', (chunk) => {
    received += chunk.length
  })
  const closed = openSync(path, 'r')
  const descriptors = {
    file: openSync(path, 'r'),
    folder: openSync(folder.path, 'r'),
    zero: openSync('/dev/zero', 'r'),
    blocking: openSync('/dev/null', 'w'),
  }
  closeSync(closed)
  return {
    ...descriptors,
    root: folder.path,
    name: 'f',
    socket: reading.descriptor,
    full: paused.descriptor,
    disposable: disposable.descriptor,
    closed,
    received: () => received,
    close() {
      for (const descriptor of Object.values(descriptors)) closeSync(descriptor)
      reading.end()
      paused.end()
      disposable.end()
      folder[Symbol.dispose]()
    },
  }
}
