// Starts an S3 server, OpenStack Swift with its S3 API, on free ports of 127.0.0.1, with all its data in one
// temporary folder. Requires Debian's swift-proxy, swift-account, swift-container and swift-object.
// Usage: node scripts/swift/start.mjs
//
// Prints one line of JSON when it is ready: {"endpoint", "accessKeyId", "secretAccessKey"}. Stops its processes
// and removes its folder on SIGINT, on SIGTERM, and when a stdin that is not a terminal ends.
import { spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { configuration } from './configuration.mjs'

/** Debian installs Swift for the system's Python only. */
const PYTHON = '/usr/bin/python3'
const SERVE = join(import.meta.dirname, 'serve.py')
const SERVERS = ['account', 'container', 'object', 'proxy']
/** Attempts with new ports, if another process takes a port between its selection and its use. */
const ATTEMPTS = 5
/** Fails unless the file system stores as much metadata (user xattrs) as Swift needs per object. */
const PROBE = `
import os, sys, tempfile
with tempfile.NamedTemporaryFile(dir=sys.argv[1]) as file:
    os.setxattr(file.name, 'user.swift.metadata', b'x' * 2000)
`

/** Creates a folder on a file system with user xattrs, in which Swift stores each object's metadata. */
function makeFolder() {
  const cache = join(import.meta.dirname, '../../node_modules/.cache')
  const reasons = []
  for (const place of [tmpdir(), '/dev/shm', cache]) {
    if (place === cache) mkdirSync(cache, { recursive: true })
    const { status, stderr, error } = spawnSync(PYTHON, ['-c', PROBE, place], { encoding: 'utf8' })
    if (status === 0) return mkdtempSync(join(place, 'lastbyte-swift-'))
    reasons.push(`${place}: ${error?.message ?? stderr.trim().split('\n').at(-1)}`)
  }
  throw new Error(
    `Cannot start Swift: it requires a file system with user xattrs\n${reasons.join('\n')}`,
  )
}

/** Different ports that are free: each one stays bound until all are known. */
async function freePorts(count) {
  const holders = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'))
  await Promise.all(holders.map((holder) => once(holder, 'listening')))
  const ports = holders.map((holder) => holder.address().port)
  await Promise.all(holders.map((holder) => once(holder.close(), 'close')))
  return ports
}

/** Starts Swift's processes. `ended` resolves to the end of their stderr. */
function serve(folder, ports) {
  const addresses = SERVERS.map((server) => `${server}=${ports[server]}`)
  const child = spawn(PYTHON, [SERVE, folder, ...addresses], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, STARTED_BY: `${process.pid}` },
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (text) => {
    stdout += text
  })
  // The end of stderr contains the reason of a failure; the buffer must not grow while Swift runs.
  child.stderr.on('data', (text) => {
    stderr = `${stderr}${text}`.slice(-20_000)
  })
  const ended = once(child, 'close').then(() => stderr)
  const hasAllPorts = () => SERVERS.every((server) => stdout.includes(`listening ${server}\n`))
  return { child, ended, hasAllPorts }
}

/** Resolves to true when Swift responds, or to false if it ends first. */
async function becomesReady(swift, endpoint) {
  let hasEnded = false
  swift.ended.then(() => {
    hasEnded = true
  })
  while (!hasEnded) {
    // Before all four ports are bound, another process could respond on one of them.
    if (swift.hasAllPorts()) {
      const response = await fetch(`${endpoint}/healthcheck`).catch(() => undefined)
      await response?.arrayBuffer()
      if (response?.ok) return true
    }
    await wait(10)
  }
  return false
}

async function start(user) {
  let stderr = ''
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const folder = makeFolder()
    const free = await freePorts(SERVERS.length)
    const ports = Object.fromEntries(SERVERS.map((server, index) => [server, free[index]]))
    const endpoint = `http://127.0.0.1:${ports.proxy}`
    for (const name of ['devices/disk', 'recon']) mkdirSync(join(folder, name), { recursive: true })
    for (const [name, text] of Object.entries(configuration(folder, ports, user)))
      writeFileSync(join(folder, name), text, { mode: 0o600 })
    const swift = serve(folder, ports)
    swift.ended.then(() => rmSync(folder, { recursive: true, force: true }))
    running = swift
    if (stopping) stop()
    if (await becomesReady(swift, endpoint)) return { ...swift, endpoint }
    stderr = await swift.ended
    if (!stderr.includes('Could not bind')) break
  }
  throw new Error(`Cannot start Swift: ${stderr}`)
}

/** The running servers, and whether a signal has requested their end. */
let running
let stopping = false

function stop() {
  stopping = true
  running?.child.kill('SIGTERM')
}

for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, stop)
if (!process.stdin.isTTY) process.stdin.resume().on('end', stop)

const user = { account: 'test', name: 'tester', secret: randomBytes(16).toString('hex') }
try {
  const swift = await start(user)
  const accessKeyId = `${user.account}:${user.name}`
  const { endpoint } = swift
  process.stdout.write(
    `${JSON.stringify({ endpoint, accessKeyId, secretAccessKey: user.secret })}\n`,
  )
  const stderr = await swift.ended
  if (!stopping) throw new Error(`Swift has ended: ${stderr}`)
} catch (error) {
  if (!stopping) {
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 1
  }
}
process.stdin.destroy()
