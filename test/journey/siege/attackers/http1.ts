import { setTimeout as pause } from 'node:timers/promises'
import { type Attack, hold, openMany } from './attack.js'

const get = (path: string, fields = '') =>
  `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${fields}\r\n`

/** Sends thousands of requests at once, and reads no response. */
export const pipelining: Attack = async (target) => {
  const sockets = await openMany(2, target)
  for (const socket of sockets) {
    socket.pause()
    socket.write(get('/names/1').repeat(20_000))
  }
  await hold(sockets, target.draw)
}

/** Asks for a file, and reads nothing of it. */
export const stalledReaders: Attack = async (target) => {
  const sockets = await openMany(50, target)
  for (const socket of sockets) {
    socket.pause()
    socket.write(get(target.draw.oneOf(['/stable-0', '/rewritten', '/truncated', '/names/'])))
  }
  await hold(sockets, target.draw)
}

/** Asks for a file, and leaves at once. */
export const aborts: Attack = async (target) => {
  const sockets = await openMany(100, target)
  for (const socket of sockets) {
    socket.write(get(target.draw.oneOf(['/stable-1', '/replaced', '/names/', '/'])))
  }
  await pause(target.draw.between(0, 50))
  for (const socket of sockets) socket.resetAndDestroy()
}

/** Sends one byte at a time of a header or of a body. */
export const slowRequests: Attack = async (target) => {
  const sockets = await openMany(40, target)
  const start = target.draw.oneOf([
    'GET /stable-0 HTTP/1.1\r\nHost: localhost\r\nX: ',
    'POST /stable-0 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n',
    'POST /stable-0 HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n',
  ])
  for (const socket of sockets) socket.write(start)
  for (let sent = target.draw.between(1, 8); sent > 0; sent -= 1) {
    await pause(1_000)
    for (const socket of sockets) if (!socket.destroyed) socket.write('x')
  }
  for (const socket of sockets) socket.destroy()
}

/** Asks for the digest of a file that takes hours to read, and leaves. */
export const digests: Attack = async (target) => {
  const sockets = await openMany(5, target)
  const fields = `Want-Repr-Digest: sha-256=9\r\nX-Any: ${target.draw.next()}\r\n`
  for (const socket of sockets) socket.write(get('/sparse', fields).replace('GET', 'HEAD'))
  await hold(sockets, target.draw)
}

/** Lists a folder of 20,000 names, and leaves. */
export const listings: Attack = async (target) => {
  const sockets = await openMany(10, target)
  const accept = target.draw.oneOf(['application/json', 'text/html'])
  for (const socket of sockets) socket.write(get('/names/', `Accept: ${accept}\r\n`))
  await pause(target.draw.between(0, 1_000))
  for (const socket of sockets) socket.destroy()
}

/** Asks for thousands of ranges of one file. */
export const ranges: Attack = async (target) => {
  const sockets = await openMany(20, target)
  const list = Array.from({ length: 800 }, (_, each) => `${each * 9}-${each * 9 + 3}`)
  for (const socket of sockets) socket.write(get('/stable-2', `Range: bytes=${list}\r\n`))
  await hold(sockets, target.draw)
}

/** Opens connections, and says nothing. */
export const idle: Attack = async (target) => {
  await hold(await openMany(200, target), target.draw)
}
