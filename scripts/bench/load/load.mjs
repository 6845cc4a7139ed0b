// A load generator as a process of its own: asks over keep-alive connections, one request at a time
// each, counts every body byte, and ends with an error at the first answer that is not as it should
// be. Usage: node load.mjs '{"port","path","size","slice","connections","seconds"}', where `slice` is
// the bytes of the random ranges to ask for; without it, the whole file. Prints `started` when every
// connection asks, and one line of JSON after the seconds or at SIGTERM. Times are ms to the last byte.
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
  let left = 0
  let asked = 0

  const socket = connect({
    port,
    host: '127.0.0.1',
    noDelay: true,
    onread: { buffer: Buffer.allocUnsafeSlow(READ_BUFFER), callback: take },
  })
  socket.on('connect', () => {
    connected += 1
    if (connected === connections) start()
  })
  socket.on('error', fail)
  socket.on('close', () => fail(new Error('The server closed a connection')))

  function ask() {
    const start = slice === undefined ? 0 : Math.floor(Math.random() * (size - slice + 1))
    const end = start + (slice ?? size) - 1
    const range = slice === undefined ? '' : `Range: bytes=${start}-${end}\r\n`
    expected =
      slice === undefined
        ? { status: 200, length: size }
        : { status: 206, length: slice, contentRange: `bytes ${start}-${end}/${size}` }
    asked = performance.now()
    socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${range}\r\n`)
  }

  function take(count, buffer) {
    if (left > 0) takeBody(count)
    else takeHead(buffer.subarray(0, count))
    return true
  }

  function takeHead(chunk) {
    head = head.length === 0 ? chunk : Buffer.concat([head, chunk])
    const end = head.indexOf('\r\n\r\n')
    if (end === -1) {
      head = Buffer.from(head)
      return
    }
    check(head.latin1Slice(0, end + 2), expected)
    left = expected.length
    const body = head.length - end - 4
    head = Buffer.alloc(0)
    if (body > 0) takeBody(body)
  }

  function takeBody(count) {
    left -= count
    bytes += count
    if (left < 0) fail(new Error(`Received ${-left} bytes beyond the body`))
    if (left > 0) return
    requests += 1
    times.push(performance.now() - asked)
    ask()
  }

  return { ask, socket }
}

function check(head, { status, length, contentRange }) {
  const received = {
    status: Number(head.slice(9, 12)),
    length: Number(/^content-length: *(\d+)\r$/im.exec(head)?.[1]),
    contentRange: /^content-range: *(.*)\r$/im.exec(head)?.[1],
  }
  for (const [what, wanted] of Object.entries({ status, length, contentRange })) {
    if (received[what] !== wanted) {
      fail(new Error(`${what}: wanted ${wanted}, received ${received[what]}\n${head}`))
    }
  }
}

function start() {
  process.stdout.write('started\n')
  process.once('SIGTERM', report)
  began = performance.now()
  setTimeout(report, seconds * 1000)
  for (const { ask } of clients) ask()
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
