// Requests a small file at a constant rate, each time over a new connection and without waiting for
// earlier responses (an open workload). Measures the ms from the start of a connection to the first byte of
// its response. Usage: node probe.mjs '{"port","path","size","every","seconds"}', `every` in ms. Prints one
// line of JSON after the seconds or at SIGTERM.
import { connect } from 'node:net'
import { percentile } from './percentile.mjs'

const { port, path, size, every, seconds } = JSON.parse(process.argv[2])
/** ms until the probe stops waiting; a request without a response counts as at least this long. */
const LIMIT = 5_000

const times = []
const pending = new Set()
let isEnding = false

function send() {
  const began = performance.now()
  let received = 0
  let isFirst = true
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  const request = { began }
  pending.add(request)
  socket.on('error', fail)
  socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`)
  socket.on('data', (chunk) => {
    if (isFirst) {
      isFirst = false
      times.push(performance.now() - began)
      pending.delete(request)
      if (chunk.latin1Slice(9, 12) !== '200') fail(new Error(chunk.latin1Slice(0, 200)))
      if (isEnding && pending.size === 0) report()
    }
    received += chunk.length
    if (received > size) socket.destroy()
  })
}

let nextAt = performance.now()
function schedule() {
  if (isEnding) return
  send()
  // Relative to the schedule, so that a late timer doesn't lower the rate.
  nextAt += every
  setTimeout(schedule, Math.max(0, nextAt - performance.now()))
}

function finish() {
  if (isEnding) return
  isEnding = true
  if (pending.size === 0) report()
  else setTimeout(report, LIMIT)
}

function report() {
  for (const { began } of pending) times.push(Math.max(LIMIT, performance.now() - began))
  const [p50, p99] = [percentile(times, 0.5), percentile(times, 0.99)]
  const figures = { requests: times.length, p50, p99, unanswered: pending.size }
  process.stdout.write(`${JSON.stringify(figures)}\n`, () => process.exit())
}

function fail(error) {
  process.stderr.write(`probe: ${error.message}\n`)
  process.exit(1)
}

process.once('SIGTERM', finish)
setTimeout(finish, seconds * 1000)
schedule()
