import type { FastifyRequest } from 'fastify'
import { FairGate, type Leave } from '../async/fair-gate.js'
import { SliceBudget, TimeSlices } from '../async/time-slices.js'
import { addressGroup, isLoopback } from '../http/client-address.js'
import type { ByteSource } from '../source/byte-source.js'

/** Far more than browsers and download tools request at once; an entry takes about 200 bytes of a response. */
const LIMITS = {
  places: 256,
  placesPerGroup: 64,
  items: 500_000,
  itemsPerGroup: 125_000,
}

/** Limits the work for listings of folders, so that it does not delay other requests. */
export class ListingGate {
  readonly #local = new FairGate({ ...LIMITS, running: 2 })
  /** A source that retries waits for a network most of the time, and may wait for long. */
  readonly #remote = new FairGate({ ...LIMITS, running: 16 })
  readonly #budget = new SliceBudget()

  /** The number of listings that are read or rendered. */
  get running(): number {
    return this.#local.running + this.#remote.running
  }

  /**
   * Waits until a folder may be listed for a request. Client addresses take turns.
   *
   * @param ended aborted when the response was sent or the client has left
   * @throws LastbyteError SOURCE_BUSY where too many wait; the reason of `ended`
   */
  enter(
    { patience }: Pick<ByteSource, 'patience'>,
    request: FastifyRequest,
    ended: AbortSignal,
  ): Promise<Leave> {
    const gate = patience === undefined ? this.#local : this.#remote
    return gate.enter(groupOf(request), ended)
  }

  /** Slices of the time that all listings share. */
  slices(signal: AbortSignal): TimeSlices {
    return new TimeSlices(signal, this.#budget)
  }
}

/** The client address. On loopback the connection: the clients of a proxy on this machine share its address. */
function groupOf({ ip = '', raw: { socket } }: FastifyRequest): string {
  return isLoopback(ip) ? `${ip} ${socket.remotePort}` : addressGroup(ip)
}

/**
 * The gate that all applications of the process share, since they share its thread and its thread pool. See
 * docs/decisions/0035-listings-take-turns.md.
 */
export const PROCESS_LISTINGS = new ListingGate()
