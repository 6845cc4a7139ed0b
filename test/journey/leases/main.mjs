// Run by leases.tap.ts in a network namespace: serves a file to clients in the namespace `client`, and reports in
// JSON what happened to leases, writers and bytes.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'

const SIZE = 32 * 1024 * 1024
const MAIN = new URL('../../../dist/cli/main.js', import.meta.url).pathname
const folder = mkdtempSync(join(tmpdir(), 'lastbyte-'))
const path = join(folder, 'f')
const first = Buffer.alloc(SIZE, '0123456789abcdef, the first version\n')
const PORT = 8080

/** Prints a line when it has received the first bytes, then reads on at a line of stdin, and reports in JSON. */
const CLIENT = `
  const net = require('node:net')
  const first = require('node:fs').readFileSync(process.argv[1])
  const socket = net.connect(${PORT}, '10.9.0.1', () => {
    socket.write('GET /f HTTP/1.1\\r\\nHost: a\\r\\nConnection: close\\r\\n\\r\\n')
  })
  const chunks = []
  socket.on('error', () => {})
  socket.on('data', (chunk) => chunks.push(chunk))
  socket.once('data', () => {
    socket.pause()
    console.log('paused')
  })
  process.stdin.once('data', () => socket.resume())
  socket.on('close', () => {
    const whole = Buffer.concat(chunks)
    const body = whole.subarray(whole.indexOf('\\r\\n\\r\\n') + 4)
    const isPrefix = body.equals(first.subarray(0, body.length))
    console.log(JSON.stringify({ received: body.length, isPrefix }))
    process.exit()
  })`

function leases() {
  const { ino } = statSync(path)
  const lines = readFileSync('/proc/locks', 'latin1').split('\n')
  return lines.filter((line) => line.includes('LEASE') && line.includes(`:${ino} `)).length
}

/** Bytes in the send queues of the server's connections, also of those without a process. */
function queuedBytes() {
  const port = `:${PORT.toString(16).toUpperCase()} `
  return readFileSync('/proc/net/tcp', 'latin1')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local]) => `${local} `.endsWith(port))
    .reduce((sum, [, , , , queues]) => sum + Number.parseInt(queues, 16), 0)
}

async function until(condition) {
  for (let tries = 0; tries < 200 && !condition(); tries += 1) await wait(25)
}

async function startServer() {
  const args = [MAIN, 'serve', folder, '--host', '10.9.0.1', '--port', String(PORT)]
  // Files are leased for sendfile alone, whatever the rest of the suite uses.
  const env = { ...process.env, LASTBYTE_ZERO_COPY: 'on' }
  const server = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] })
  await once(createInterface(server.stdout), 'line')
  return server
}

/** A client that has received the first bytes and reads no more. */
async function pausedClient() {
  const args = ['netns', 'exec', 'client', process.execPath, '-e', CLIENT, first.path]
  const child = spawn('ip', args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  await lines.next()
  // Until the buffers of the connection are full.
  let queued = 0
  await until(() => {
    const before = queued
    queued = queuedBytes()
    return queued > 100_000 && queued === before
  })
  return {
    async report() {
      child.stdin.write('\n')
      return JSON.parse((await lines.next()).value)
    },
  }
}

/** Rewrites the file in place in another process. Resolves to the ms that opening it took. */
async function rewrite() {
  const program = `
    const began = performance.now()
    const file = fs.openSync(process.argv[1], 'r+')
    console.log(performance.now() - began)
    fs.writeSync(file, Buffer.alloc(${SIZE}, 'another version'))`
  const child = spawn(process.execPath, ['-e', program, path], { stdio: ['ignore', 'pipe', 2] })
  const [line] = await once(createInterface(child.stdout), 'line')
  if (child.exitCode === null) await once(child, 'exit')
  return Number(line)
}

try {
  writeFileSync(path, first)
  first.path = join(folder, 'copy')
  writeFileSync(first.path, first)
  const server = await startServer()

  const whole = await pausedClient()
  const paused = leases()
  const { received, isPrefix } = await whole.report()
  const isWhole = received === SIZE && isPrefix
  await until(() => leases() === 0)
  const complete = leases()

  const short = await pausedClient()
  const waited = await rewrite()
  const written = leases()
  const cut = await short.report()

  writeFileSync(path, first)
  // A file whose lease was broken is not leased again for a while, another one is.
  rmSync(path)
  writeFileSync(path, first)
  const last = await pausedClient()
  const before = { leases: leases(), isQueued: queuedBytes() > 0 }
  server.kill('SIGKILL')
  await once(server, 'exit')
  const after = { leases: leases(), isQueued: queuedBytes() > 0 }
  await last.report()

  const report = {
    leases: { paused, complete, written },
    isWhole,
    waited,
    isPrefix: cut.isPrefix,
    received: cut.received,
    size: SIZE,
    killed: { before, after },
  }
  process.stdout.write(`${JSON.stringify(report)}\n`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
