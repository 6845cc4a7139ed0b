import type { Socket } from 'node:net'
import type { Response } from './response-writer.js'

/** Whether a response goes out on a plain connection, of which the system can be told the number. */
export function isPlainConnection(response: Response, socket: Socket): boolean {
  return !('stream' in response) && !('encrypted' in socket) && descriptorOf(socket) !== undefined
}

/**
 * The number of a connection's descriptor: good for this turn alone, since the connection may be closed
 * in the next, and its number another's.
 */
export function descriptorOf(socket: unknown): number | undefined {
  const { fd = -1 } = (socket as { _handle?: { fd?: number } | null } | null)?._handle ?? {}
  return fd >= 0 ? fd : undefined
}
