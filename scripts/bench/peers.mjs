import { once } from 'node:events'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { familyOf } from './measure.mjs'
import { SERVER_CORE, start, stop } from './processes.mjs'
import { hasNginx, nginxCommand } from './servers/nginx.mjs'

/** What is measured, and what it is called in the tables. */
export const SERVERS = {
  lastbyte: 'lastbyte',
  faults: 'lastbyte, faults unarmed',
  static: '@fastify/static',
  sirv: 'sirv',
  nginx: 'nginx',
}

export function isInstalled(name) {
  return name !== 'nginx' || hasNginx()
}

/**
 * Starts a server over `folder` in a process of its own; a proxy, before the server at that URL.
 *
 * @param scratch a folder for what the server writes
 */
export async function startServer(name, folder, scratch) {
  const { command, args, env, port } = await commandOf(name, folder, scratch)
  const child = start(SERVER_CORE, command, args, env)
  const failed = once(child, 'exit').then(([code]) => {
    throw new Error(`${name} ended with ${code}`)
  })
  failed.catch(() => {})
  return {
    name,
    port: await Promise.race([port === undefined ? portOf(child) : accepting(port), failed]),
    /** Its process and those that it has started. */
    get pids() {
      return familyOf(child.pid)
    },
    stop: () => stop(child),
  }
}

async function commandOf(name, folder, scratch) {
  if (name === 'nginx') return nginxCommand({ root: folder }, join(scratch, name))
  if (name === 'proxy-nginx') return nginxCommand({ origin: folder }, join(scratch, name))
  const script = join(import.meta.dirname, 'servers', `${name}.mjs`)
  return { command: process.execPath, args: [script, folder] }
}

async function portOf(child) {
  const [line] = await once(child.stdout, 'data')
  return Number(line)
}

/** Waits until someone accepts connections on the port, for 5 s. */
async function accepting(port) {
  for (let tries = 0; tries < 100; tries += 1) {
    const socket = connect(port, '127.0.0.1')
    const isOpen = await once(socket, 'connect').then(
      () => true,
      () => false,
    )
    socket.destroy()
    if (isOpen) return port
    await wait(50)
  }
  throw new Error(`Nobody listens on port ${port}`)
}
