// Asks for a small file at a steady pace, each time over a new connection, whether those before have
// been answered or not: as people come, who don't wait for each other. Tells the ms from the start of a
// connection to the first byte of its answer. Usage: node probe.mjs '{"port","path","size","every",
// "seconds"}', `every` in ms. Prints one line of JSON after the seconds or at SIGTERM.
import { connect } from 'node:net'
import { percentile } from './percentile.mjs'

const { port, path, size, every, seconds } = JSON.parse(process.argv[2])
/** ms that a request may take, and counts for if it takes longer. */
const LIMIT = 5_000

const times = []
const waiting = new Set()
let isEnding = false

function ask() {
  const began = performance.now()
  let received = 0
  let isFirst = true
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  const request = { began }
  waiting.add(request)
  socket.on('error', fail)
  socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`)
  socket.on('data', (chunk) => {
    if (isFirst) {
      isFirst = false
      times.push(performance.now() - began)
      waiting.delete(request)
      if (chunk.latin1Slice(9, 12) !== '200') fail(new Error(chunk.latin1Slice(0, 200)))
      if (isEnding && waiting.size === 0) report()
    }
    received += chunk.length
    if (received > size) socket.destroy()
  })
}

let due = performance.now()
function pace() {
  if (isEnding) return
  ask()
  // A late timer must not slow the pace down.
  due += every
  setTimeout(pace, Math.max(0, due - performance.now()))
}

function finish() {
  if (isEnding) return
  isEnding = true
  if (waiting.size === 0) report()
  else setTimeout(report, LIMIT)
}

function report() {
  for (const { began } of waiting) times.push(Math.max(LIMIT, performance.now() - began))
  const [p50, p99] = [percentile(times, 0.5), percentile(times, 0.99)]
  const figures = { requests: times.length, p50, p99, unanswered: waiting.size }
  process.stdout.write(`${JSON.stringify(figures)}\n`, () => process.exit())
}

function fail(error) {
  process.stderr.write(`probe: ${error.message}\n`)
  process.exit(1)
}

process.once('SIGTERM', finish)
setTimeout(finish, seconds * 1000)
pace()
