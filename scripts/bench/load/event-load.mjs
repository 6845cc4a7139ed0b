// Clients of an event stream on bare sockets, that count events. Told what to do in JSON:
//   { port, path, clients, seconds, reads }
// Says `open` when every client has had an event, and `{ events, seconds }` at the end.
import { once } from 'node:events'
import { connect } from 'node:net'

const { port, path, clients, seconds, reads = true } = JSON.parse(process.argv[2])
const REQUEST = `GET ${path} HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n`
const BLANK = Buffer.from('\n\n')

let events = 0

async function open() {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', (error) => {
    process.stderr.write(`A client of ${path}: ${error.message}\n`)
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

const late = setTimeout(() => {
  process.stderr.write(`${path}: not every client has had an event within 20 s\n`)
  process.exit(1)
}, 20_000)
// Each has had an answer before the first asks for events: a busy server accepts few new clients.
const sockets = []
for (let n = 0; n < clients; n += 1) sockets.push(await open())
await Promise.all(sockets.map(listen))
clearTimeout(late)
process.stdout.write('open\n')
events = 0
const began = performance.now()
setTimeout(() => {
  const took = (performance.now() - began) / 1000
  process.stdout.write(`${JSON.stringify({ events, seconds: took })}\n`, () => process.exit())
}, seconds * 1000)
