// A load generator: sends requests over keep-alive connections, one at a time on each, counts every body
// byte, and exits with an error at the first wrong response. Usage:
//   node load.mjs '{"port","path","size","slice","connections","seconds"}'
// `slice`: bytes of the random ranges to request; without it, the whole file is requested. Prints `started`
// when every connection is open, and one line of JSON after the seconds or at SIGTERM. Latencies are ms to
// the last byte.
import { connect } from 'node:net'
import { percentile } from './percentile.mjs'

const { port, path, size, slice, connections, seconds } = JSON.parse(process.argv[2])
const READ_BUFFER = 1024 * 1024

let connected = 0
let requests = 0
let bytes = 0
let began = 0
const times = []
const clients = Array.from({ length: connections }, openClient)

function openClient() {
  let head = Buffer.alloc(0)
  let expected = {}
  let remaining = 0
  let sentAt = 0

  const socket = connect({
    port,
    host: '127.0.0.1',
    noDelay: true,
    onread: { buffer: Buffer.allocUnsafeSlow(READ_BUFFER), callback: receive },
  })
  socket.on('connect', () => {
    connected += 1
    if (connected === connections) start()
  })
  socket.on('error', fail)
  socket.on('close', () => fail(new Error('the server closed a connection')))

  function send() {
    const start = slice === undefined ? 0 : Math.floor(Math.random() * (size - slice + 1))
    const end = start + (slice ?? size) - 1
    const range = slice === undefined ? '' : `Range: bytes=${start}-${end}\r\n`
    expected =
      slice === undefined
        ? { status: 200, length: size }
        : { status: 206, length: slice, contentRange: `bytes ${start}-${end}/${size}` }
    sentAt = performance.now()
    socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${range}\r\n`)
  }

  function receive(count, buffer) {
    if (remaining > 0) receiveBody(count)
    else receiveHead(buffer.subarray(0, count))
    return true
  }

  function receiveHead(chunk) {
    head = head.length === 0 ? chunk : Buffer.concat([head, chunk])
    const end = head.indexOf('\r\n\r\n')
    if (end === -1) {
      head = Buffer.from(head)
      return
    }
    check(head.latin1Slice(0, end + 2), expected)
    remaining = expected.length
    const body = head.length - end - 4
    head = Buffer.alloc(0)
    if (body > 0) receiveBody(body)
  }

  function receiveBody(count) {
    remaining -= count
    bytes += count
    if (remaining < 0) fail(new Error(`received ${-remaining} bytes after the body`))
    if (remaining > 0) return
    requests += 1
    times.push(performance.now() - sentAt)
    send()
  }

  return { send, socket }
}

function check(head, { status, length, contentRange }) {
  const received = {
    status: Number(head.slice(9, 12)),
    length: Number(/^content-length: *(\d+)\r$/im.exec(head)?.[1]),
    contentRange: /^content-range: *(.*)\r$/im.exec(head)?.[1],
  }
  for (const [member, expected] of Object.entries({ status, length, contentRange })) {
    if (received[member] !== expected) {
      fail(new Error(`${member}: expected ${expected}; received ${received[member]}\n${head}`))
    }
  }
}

function start() {
  process.stdout.write('started\n')
  process.once('SIGTERM', report)
  began = performance.now()
  setTimeout(report, seconds * 1000)
  for (const { send } of clients) send()
}

function report() {
  const figures = { requests, bytes, seconds: (performance.now() - began) / 1000 }
  const latency = { p50: percentile(times, 0.5), p99: percentile(times, 0.99) }
  process.stdout.write(`${JSON.stringify({ ...figures, ...latency })}\n`, () => process.exit())
}

function fail(error) {
  process.stderr.write(`load: ${error.message}\n`)
  process.exit(1)
}
