import type { Socket } from 'node:net'
import type { SendableFile } from '../source/sendable-file.js'
import type { Response } from './response-writer.js'
import type { Transfer } from './transfer.js'

/** What a range of a file is sent by, and on. */
export interface SendContext {
  readonly file: SendableFile
  readonly response: Response
  readonly transfer: Transfer
}

/**
 * Decides whether pages of a file may be queued on a socket, from the first page until the client has
 * acknowledged all of them.
 */
export interface SendGuard {
  /** `queue`: pages may be queued now. `wait`: not before `ended`. `copy`: never again. */
  permission(): 'queue' | 'wait' | 'copy'
  /** Resolves when no page is queued any longer and the bytes must be copied. */
  readonly ended: Promise<void>
  /** Ends the guard after all queued bytes were acknowledged. */
  acknowledged(): void
  /** Ends the guard after a failure. Resolves when the connection may be closed. */
  abandon(): Promise<void>
}

/** Opens a guard for each range. */
export interface SendGuards {
  /** What at least must have happened to the bytes of a range before the next one is sent. */
  readonly until: 'accepted' | 'acknowledged'
  /** Whether pages of a file may be queued on a socket as far as is known, so that a guard is worth opening. */
  accepts(file: SendableFile, socket: Socket): boolean
  open(context: SendContext): SendGuard
}

/** For files that are only replaced by renaming: pages may always be queued. */
const TRUSTED: SendGuard = {
  permission: () => 'queue',
  get ended() {
    return new Promise<void>(() => {})
  },
  acknowledged: () => {},
  abandon: async () => {},
}

export const TRUSTING_GUARDS: SendGuards = {
  until: 'accepted',
  accepts: () => true,
  open: () => TRUSTED,
}

/** For a file that cannot be protected. */
export const COPYING: SendGuard = {
  permission: () => 'copy',
  get ended() {
    return Promise.resolve()
  },
  acknowledged: () => {},
  abandon: async () => {},
}

export const COPYING_GUARDS: SendGuards = {
  until: 'accepted',
  accepts: () => false,
  open: () => COPYING,
}
