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

const COMMAND = join(import.meta.dirname, '../../dist/cli/main.js')

/** The measured servers, and their names in the tables. */
export const SERVERS = {
  lastbyte: 'lastbyte',
  queued: 'lastbyte, zeroCopy: always',
  portable: 'lastbyte, portable',
  static: '@fastify/static',
  sirv: 'sirv',
  express: 'express.static',
  nginx: 'nginx',
  caddy: 'Caddy',
  faults: 'lastbyte, faults unarmed',
  'workers-1': 'lastbyte serve --workers 1',
  'workers-2': 'lastbyte serve --workers 2',
}

/** The servers of a run without --servers. */
export const USUAL_SERVERS = ['lastbyte', 'portable', 'static', 'sirv', 'express', 'nginx', 'caddy']

const PROGRAMS = {
  nginx: hasNginx,
  'proxy-nginx': hasNginx,
  caddy: hasCaddy,
  'workers-1': hasWorkers,
  'workers-2': hasWorkers,
}

export function isInstalled(name) {
  return PROGRAMS[name] === undefined || PROGRAMS[name]()
}

function hasWorkers() {
  const { stdout } = spawnSync(process.execPath, [COMMAND, 'serve', '--help'], { encoding: 'utf8' })
  return stdout.includes('--workers')
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

async function commandOf(name, folder, place) {
  if (name === 'nginx') return nginxCommand({ root: folder }, place)
  if (name === 'proxy-nginx') return nginxCommand({ origin: folder }, place)
  if (name === 'caddy') return caddyCommand(folder, place)
  if (name.startsWith('workers-')) return workersCommand(folder, name.slice('workers-'.length))
  const script = name === 'portable' || name === 'queued' ? 'lastbyte' : name
  const { LASTBYTE_ZERO_COPY, ...env } = process.env
  if (name === 'portable') env.LASTBYTE_ZERO_COPY = 'off'
  const file = join(import.meta.dirname, 'servers', `${script}.mjs`)
  return {
    command: process.execPath,
    args: name === 'queued' ? [file, folder, 'always'] : [file, folder],
    env,
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
