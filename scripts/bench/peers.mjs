import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { familyOf } from './measure.mjs'
import { firstLineOf, SERVER_CORE, start, stop, wait } from './processes.mjs'
import { caddyCommand, hasCaddy } from './servers/caddy.mjs'
import { freePort } from './servers/free-port.mjs'
import { hasNginx, nginxCommand } from './servers/nginx.mjs'
import { TLS_SERVERS, tlsCommand } from './servers/tls-commands.mjs'

const COMMAND = join(import.meta.dirname, '../../dist/cli/main.cjs')

/** The file servers that `--servers` selects. */
export const SERVERS = [
  ...['lastbyte', 'queued', 'portable', 'static', 'sirv', 'express'],
  ...['nginx', 'caddy', 'faults'],
]

/** The servers of a run without --servers. */
export const USUAL_SERVERS = SERVERS.filter((name) => !['queued', 'faults'].includes(name))

const PROGRAMS = {
  nginx: hasNginx,
  'nginx-copy': hasNginx,
  'proxy-nginx': hasNginx,
  caddy: hasCaddy,
  'tls-nginx': hasNginx,
  'tls-caddy': hasCaddy,
  's3-lastbyte': hasSwift,
  's3-proxy': hasSwift,
}

/** Commands that start other programs than a script of servers/. */
const COMMANDS = {
  nginx: (root, place) => nginxCommand({ root }, place),
  'nginx-copy': (root, place) => nginxCommand({ root, sendfile: 'off' }, place),
  'proxy-nginx': (origin, place) => nginxCommand({ origin }, place),
  caddy: caddyCommand,
  'workers-1': (root) => workersCommand(root, 1),
  'workers-2': (root) => workersCommand(root, 2),
  ...Object.fromEntries(
    TLS_SERVERS.map((name) => [name, (root, place) => tlsCommand(name, root, place)]),
  ),
}

/** Servers that are a script of servers/ with options of their own. */
const VARIANTS = {
  portable: { script: 'lastbyte', env: { LASTBYTE_ZERO_COPY: 'off' } },
  queued: { script: 'lastbyte', options: { zeroCopy: 'always' } },
  cached: { script: 'lastbyte', options: { contentCache: 1024 ** 3 } },
  'no-digest': { script: 'lastbyte', options: { digest: 'off' } },
  's3-proxy': { script: 'proxy-lastbyte' },
}

const installed = new Map()

/** Whether the program of a server is installed; servers without a program of their own always are. */
export function isInstalled(name) {
  if (!installed.has(name)) installed.set(name, PROGRAMS[name]?.() ?? true)
  return installed.get(name)
}

function hasSwift() {
  return spawnSync('sh', ['-c', 'command -v swift-proxy-server']).status === 0
}

/**
 * Starts a server for a folder in its own process.
 *
 * @param folder the folder to serve; for a proxy, the URL of its origin
 * @param scratch a folder for files that the server writes
 * @param core the core that the process is pinned to; undefined for none
 */
export async function startServer(name, folder, scratch, { core } = { core: SERVER_CORE }) {
  const place = join(scratch, name)
  mkdirSync(place, { recursive: true })
  const { command, args, env, port } = await commandOf(name, folder, place)
  const child = start(command, args, { core, env, cwd: place })
  return {
    name,
    port: port === undefined ? Number(await firstLineOf(child)) : await accepting(child, port),
    /** The ids of the server's process and its children. */
    get pids() {
      return familyOf(child.pid)
    },
    stop: () => stop(child),
  }
}

function commandOf(name, folder, place) {
  if (COMMANDS[name] !== undefined) return COMMANDS[name](folder, place)
  const { script = name, env: own, options = {} } = VARIANTS[name] ?? {}
  const { LASTBYTE_ZERO_COPY: _, ...env } = process.env
  const file = join(import.meta.dirname, 'servers', `${script}.mjs`)
  return {
    command: process.execPath,
    args: [file, folder, JSON.stringify(options)],
    env: { ...env, ...own },
  }
}

/** `lastbyte serve` reports its port only in its log, which is silent here, so the port is chosen before. */
async function workersCommand(folder, workers) {
  const port = await freePort()
  const args = [COMMAND, 'serve', folder, '--port', port, '--log-level', 'silent']
  return { command: process.execPath, args: [...args, '--workers', workers], port }
}

/** Waits up to 10 s until the port accepts connections. */
async function accepting(child, port) {
  for (let tries = 0; tries < 200 && child.exitCode === null; tries += 1) {
    const socket = connect(port, '127.0.0.1')
    const isOpen = await once(socket, 'connect').then(
      () => true,
      () => false,
    )
    socket.destroy()
    if (isOpen) return port
    await wait(50)
  }
  throw new Error(
    `${child.spawnargs.join(' ')}: expected a listener on port ${port} within 10 s; received none\n${child.stderrTail}`,
  )
}
