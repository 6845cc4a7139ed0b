import type { FastifyInstance } from 'fastify'
import { FrameTurns } from '../body/frame-turns.js'
import { DisconnectWatcher } from '../delivery/client-disconnect.js'
import { ConnectionTimers } from '../delivery/connection-timers.js'
import { LeaseGuards } from '../delivery/lease-guard.js'
import { type RateOptions, Rates } from '../delivery/pace.js'
import { RemotePeers } from '../delivery/remote-peers.js'
import { COPYING_GUARDS, type SendGuards, TRUSTING_GUARDS } from '../delivery/send-guard.js'
import { ConnectionTables } from '../delivery/tcp-send-queue.js'
import type { TransferTimeouts } from '../delivery/transfer.js'
import { TransferRegistry } from '../delivery/transfer-registry.js'
import { ZeroCopy } from '../delivery/zero-copy.js'
import type { FaultLayer } from '../fault/fault-layer.js'
import { loadBindings, type NativeBindings, type ZeroCopyMode } from '../native/bindings.js'
import { reportMissingBindings } from '../native/report-loss.js'
import type { InlineStyle } from '../pages/inline-style.js'
import { invalidSetting } from '../validation/option-error.js'
import { FastifyInternals } from './fastify-internals.js'
import { type ListingGate, PROCESS_LISTINGS } from './listing-gate.js'
import { type RouterSyntax, targetSyntax } from './target-syntax.js'

declare module 'fastify' {
  interface FastifyInstance {
    /** The transfers of all registrations of lastbyte in this application. */
    transfers: TransferRegistry
  }
}

/** The settings that every response of a registration depends on. */
export interface ContextSettings extends TransferTimeouts {
  /** ms until running transfers are aborted when the application closes. */
  readonly shutdownGrace: number
  readonly faults: FaultLayer | undefined
  /** Bytes a second of all transfers together, and of those to one address. Default: no limits. */
  readonly rates?: RateOptions | undefined
  /** Where files are sent by sendfile, and not by copy. `on` throws without the native bindings. */
  readonly zeroCopy: ZeroCopyMode
}

/** The state that all responses of one registration share. */
export interface RegistrationContext<S extends ContextSettings = ContextSettings> {
  readonly settings: S
  readonly transfers: TransferRegistry
  readonly disconnects: DisconnectWatcher
  readonly timers: ConnectionTimers
  readonly turns: FrameTurns
  readonly internals: FastifyInternals
  readonly syntax: RouterSyntax
  readonly listings: ListingGate
  /** The stylesheet within listings, where no route serves the one of all pages. */
  readonly listingStyle?: InlineStyle | undefined
  /** For the connections whose state no system call tells. */
  readonly tables: ConnectionTables
  /** System calls that Node doesn't expose; undefined without the native bindings. */
  readonly calls: NativeBindings | undefined
  /** undefined without the native bindings: files are read in the thread pool and written by Node. */
  readonly zeroCopy: ZeroCopy | undefined
}

/**
 * Creates the context of a registration.
 *
 * @param transfers default: the registry of the whole application
 * @throws LastbyteError BAD_SETTING where zero-copy is required and not available
 */
export function createContext<S extends ContextSettings>(
  fastify: FastifyInstance,
  settings: S,
  transfers: TransferRegistry = transfersOf(fastify),
): RegistrationContext<S> {
  fastify.addHook('preClose', async () => transfers.drain(settings.shutdownGrace))
  transfers.observe(() => {
    // A connection that becomes idle while the server closes would stay open for keepAliveTimeout.
    if (transfers.draining) setImmediate(() => fastify.server.closeIdleConnections?.())
  })
  const { rate, ratePerAddress } = settings.rates ?? {}
  // The limits are those of the whole application: they are shared by its registrations.
  if (rate !== undefined || ratePerAddress !== undefined) {
    transfers.rates ??= new Rates({ rate, ratePerAddress })
  }
  const calls = bindingsFor(settings)
  return {
    settings,
    transfers,
    disconnects: new DisconnectWatcher(),
    timers: new ConnectionTimers(calls),
    turns: new FrameTurns(),
    internals: new FastifyInternals(),
    syntax: targetSyntax(fastify),
    listings: PROCESS_LISTINGS,
    tables: new ConnectionTables(),
    calls,
    zeroCopy: calls && new ZeroCopy(calls, guardsFor(settings, calls)),
  }
}

function transfersOf(fastify: FastifyInstance): TransferRegistry {
  if (!fastify.hasDecorator('transfers')) fastify.decorate('transfers', new TransferRegistry())
  return fastify.transfers
}

function guardsFor({ zeroCopy }: ContextSettings, calls: NativeBindings): SendGuards {
  if (zeroCopy === 'off') return COPYING_GUARDS
  return zeroCopy === 'always' ? TRUSTING_GUARDS : new LeaseGuards(calls, new RemotePeers(calls))
}

function bindingsFor({ zeroCopy }: ContextSettings): NativeBindings | undefined {
  const capability = loadBindings()
  if (capability.kind === 'native') return capability.calls
  if (zeroCopy === 'on') {
    throw invalidSetting('zeroCopy', `is not available here: ${capability.reason}`, zeroCopy)
  }
  if (zeroCopy === 'auto') reportMissingBindings(capability)
  return undefined
}
