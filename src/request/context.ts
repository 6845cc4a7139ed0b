import type { FastifyInstance } from 'fastify'
import { Departures } from '../delivery/client-disconnect.js'
import type { Patience } from '../delivery/transfer.js'
import { TransferBook } from '../delivery/transfer-registry.js'
import { ZeroCopy } from '../delivery/zero-copy.js'
import type { FaultLayer } from '../fault/fault-layer.js'
import { loadSystemCalls } from '../native/bindings.js'
import { bad } from '../settings/validate.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** What the registrations of lastbyte in this application are sending, and have sent. */
    transfers: TransferBook
  }
}

/** What the deliveries of one registration must know. */
export interface DeskSettings extends Patience {
  /** ms that running transfers get when the application closes. */
  readonly shutdownGrace: number
  readonly faults: FaultLayer | undefined
  /** Whether the system sends files by itself where it can. `on`: where it can't, that is an error. */
  readonly zeroCopy: 'auto' | 'on' | 'off'
}

/** What the deliveries of one registration share. */
export interface Desk<S extends DeskSettings = DeskSettings> {
  readonly settings: S
  readonly book: TransferBook
  readonly departures: Departures
  readonly zeroCopy: ZeroCopy | undefined
}

/** Opens the desk of a registration; the book of transfers is one for the whole application. */
export function openDesk<S extends DeskSettings>(fastify: FastifyInstance, settings: S): Desk<S> {
  if (!fastify.hasDecorator('transfers')) fastify.decorate('transfers', new TransferBook())
  const book = fastify.transfers
  fastify.addHook('preClose', async () => book.drain(settings.shutdownGrace))
  book.observe(() => {
    // A connection that falls idle while the server stops would hold it for the keep-alive time.
    if (book.draining) setImmediate(() => fastify.server.closeIdleConnections?.())
  })
  return { settings, book, departures: new Departures(), zeroCopy: openZeroCopy(settings) }
}

/** @throws LastbyteError BAD_SETTING where it is wanted and can't be had */
function openZeroCopy({ zeroCopy }: DeskSettings): ZeroCopy | undefined {
  if (zeroCopy === 'off') return undefined
  const capability = loadSystemCalls()
  if (capability.kind === 'native') return new ZeroCopy(capability.calls)
  if (zeroCopy === 'on') throw bad('zeroCopy', `can't be had: ${capability.reason}`, zeroCopy)
  return undefined
}
