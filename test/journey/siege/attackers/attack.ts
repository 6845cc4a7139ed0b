import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { connect as connectTls } from 'node:tls'
import type { SeededDraw } from '../../chaos/seeded-draw.js'

/** What an attacker works with. */
export interface Target {
  readonly plain: number
  /** The port of HTTPS. */
  readonly secure: number
  readonly draw: SeededDraw
}

/** One attack; it is repeated for as long as the siege lasts. */
export type Attack = (target: Target) => Promise<void>

/** ms that an attacker holds what it has opened. */
const HOLD = [500, 8_000] as const

/**
 * Opens connections from an address of its own: the siege's clients come from 127.0.0.1. Those that the server
 * refuses are left out.
 */
export async function openMany(count: number, { plain, draw }: Target): Promise<Socket[]> {
  const localAddress = addressOf(draw)
  const sockets = Array.from({ length: count }, () =>
    connect({ port: plain, host: '127.0.0.1', localAddress }),
  )
  return opened(sockets, 'connect')
}

/** As `openMany`, with TLS. @param protocol what ALPN asks for */
export async function openSecure(
  count: number,
  { secure, draw }: Target,
  protocol: 'h2' | 'http/1.1',
): Promise<Socket[]> {
  const localAddress = addressOf(draw)
  const options = { host: '127.0.0.1', ALPNProtocols: [protocol], rejectUnauthorized: false }
  const sockets = Array.from({ length: count }, () => {
    return connectTls({
      ...options,
      socket: connect({ port: secure, host: '127.0.0.1', localAddress }),
    })
  })
  return opened(sockets, 'secureConnect')
}

/** Connects to the port of HTTPS without a handshake. */
export async function openRaw(count: number, { secure, draw }: Target): Promise<Socket[]> {
  return openMany(count, { plain: secure, secure, draw })
}

/** Holds connections for a while, and ends them by a reset. */
export async function hold(sockets: readonly Socket[], draw: SeededDraw): Promise<void> {
  await pause(draw.between(...HOLD))
  for (const socket of sockets) socket.destroy()
}

function addressOf(draw: SeededDraw): string {
  return `127.0.0.${draw.between(2, 40)}`
}

async function opened(sockets: readonly Socket[], event: string): Promise<Socket[]> {
  // A refused connection is what an attacker expects.
  for (const socket of sockets) socket.on('error', () => socket.destroy())
  const states = sockets.map(async (socket) => {
    const closed = new Promise<'closed'>((resolve) => socket.once('close', () => resolve('closed')))
    return Promise.race([once(socket, event).then(() => socket), closed]).catch(
      () => 'closed' as const,
    )
  })
  return (await Promise.all(states)).filter((each) => each !== 'closed')
}
