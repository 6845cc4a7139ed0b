import type { Socket } from 'node:net'
import type { NativeBindings } from '../native/bindings.js'
import type { Response } from './response-writer.js'

/** Whether a response is sent on a plain TCP connection whose descriptor is known. */
export function isPlainConnection(response: Response, socket: Socket): boolean {
  return !('stream' in response) && !('encrypted' in socket) && descriptorOf(socket) !== undefined
}

/**
 * The descriptor of a connection, valid in the current turn of the event loop: later the connection may be
 * closed and the number belong to another one.
 */
export function descriptorOf(socket: unknown): number | undefined {
  const { fd = -1 } = (socket as { _handle?: { fd?: number } | null } | null)?._handle ?? {}
  return fd >= 0 ? fd : undefined
}

/**
 * Bytes of an open connection that its peer has not acknowledged, a FIN included; undefined where no system call
 * tells.
 */
export function unacknowledgedBytes(
  socket: Socket,
  calls: Pick<NativeBindings, 'unsentBytes'> | undefined,
): number | undefined {
  const descriptor = descriptorOf(socket)
  const bytes = descriptor === undefined ? undefined : calls?.unsentBytes(descriptor)
  return bytes !== undefined && bytes >= 0 ? bytes : undefined
}
