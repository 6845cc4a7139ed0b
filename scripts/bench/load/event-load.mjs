// Clients of an event stream on plain sockets, which count events. Usage: node event-load.mjs
// '{"port","path","clients","runUp","seconds","reads"}'; with `reads` false they stop reading after the first
// event. Prints `open` after a run-up of some seconds, which begins when every client has received an event, and
// `{ events, seconds }` at the end.
import { once } from 'node:events'
import { connect } from 'node:net'

const { port, path, clients, runUp = 0, seconds, reads = true } = JSON.parse(process.argv[2])
const REQUEST = `GET ${path} HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n`
/** ms until every client must have received an event. */
const LIMIT = 60_000
/** Connections that are opened at once. */
const AT_ONCE = 32
const BLANK = Buffer.from('\n\n')

let events = 0

async function open() {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', (error) => {
    process.stderr.write(`client of ${path}: ${error.message}\n`)
    process.exit(1)
  })
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await once(socket, 'data')
  return socket
}

function listen(socket) {
  socket.write(REQUEST)
  return new Promise((resolve) => {
    socket.once('data', () => {
      if (!reads) socket.pause()
      resolve()
    })
    let endsInLine = false
    socket.on('data', (chunk) => {
      if (endsInLine && chunk[0] === 10) events += 1
      endsInLine = chunk[chunk.length - 1] === 10
      for (let at = chunk.indexOf(BLANK); at !== -1; at = chunk.indexOf(BLANK, at + 2)) events += 1
    })
  })
}

const timer = setTimeout(() => {
  process.stderr.write(`${path}: expected an event for every client within ${LIMIT} ms\n`)
  process.exit(1)
}, LIMIT)
// All clients connect before the first requests events: a busy server accepts few new connections.
const sockets = []
while (sockets.length < clients) {
  const count = Math.min(AT_ONCE, clients - sockets.length)
  sockets.push(...(await Promise.all(Array.from({ length: count }, open))))
}
await Promise.all(sockets.map(listen))
clearTimeout(timer)
await new Promise((resolve) => setTimeout(resolve, runUp * 1000))
process.stdout.write('open\n')
events = 0
const began = performance.now()
setTimeout(() => {
  const elapsed = (performance.now() - began) / 1000
  process.stdout.write(`${JSON.stringify({ events, seconds: elapsed })}\n`, () => process.exit())
}, seconds * 1000)
