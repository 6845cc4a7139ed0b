import type { FastifyInstance } from 'fastify'
import { DisconnectWatcher } from '../delivery/client-disconnect.js'
import type { TransferTimeouts } from '../delivery/transfer.js'
import { TransferRegistry } from '../delivery/transfer-registry.js'
import { ZeroCopy } from '../delivery/zero-copy.js'
import type { FaultLayer } from '../fault/fault-layer.js'
import { loadBindings } from '../native/bindings.js'
import { invalidSetting } from '../settings/validate.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** What the registrations of lastbyte in this application are sending, and have sent. */
    transfers: TransferRegistry
  }
}

/** What the deliveries of one registration must know. */
export interface ContextSettings extends TransferTimeouts {
  /** ms that running transfers get when the application closes. */
  readonly shutdownGrace: number
  readonly faults: FaultLayer | undefined
  /** Whether the system sends files by itself where it can. `on`: where it can't, that is an error. */
  readonly zeroCopy: 'auto' | 'on' | 'off'
}

/** What the deliveries of one registration share. */
export interface RegistrationContext<S extends ContextSettings = ContextSettings> {
  readonly settings: S
  readonly transfers: TransferRegistry
  readonly disconnects: DisconnectWatcher
  readonly zeroCopy: ZeroCopy | undefined
}

/** Opens the context of a registration; the transfers of transfers is one for the whole application. */
export function createContext<S extends ContextSettings>(
  fastify: FastifyInstance,
  settings: S,
): RegistrationContext<S> {
  if (!fastify.hasDecorator('transfers')) fastify.decorate('transfers', new TransferRegistry())
  const transfers = fastify.transfers
  fastify.addHook('preClose', async () => transfers.drain(settings.shutdownGrace))
  transfers.observe(() => {
    // A connection that falls idle while the server stops would hold it for the keep-alive time.
    if (transfers.draining) setImmediate(() => fastify.server.closeIdleConnections?.())
  })
  return {
    settings,
    transfers,
    disconnects: new DisconnectWatcher(),
    zeroCopy: openZeroCopy(settings),
  }
}

/** @throws LastbyteError BAD_SETTING where it is wanted and can't be had */
function openZeroCopy({ zeroCopy }: ContextSettings): ZeroCopy | undefined {
  if (zeroCopy === 'off') return undefined
  const capability = loadBindings()
  if (capability.kind === 'native') return new ZeroCopy(capability.calls)
  if (zeroCopy === 'on')
    throw invalidSetting('zeroCopy', `can't be had: ${capability.reason}`, zeroCopy)
  return undefined
}
