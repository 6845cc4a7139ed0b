import { addressGroup, isLoopback } from '../http/client-address.js'

/** How much one client address may use at once. */
export interface AddressLimitOptions {
  /** Connections, idle ones included: a number, Infinity, or `auto` for 256, except from this machine. */
  readonly connectionsPerAddress?: number | 'auto' | undefined
  /** Requests whose response has not ended: a number, Infinity, or `auto` for 256, except from this machine. */
  readonly requestsPerAddress?: number | 'auto' | undefined
  /** Addresses of proxies, to whose own connections and requests no limit applies. */
  readonly isTrusted?: ((address: string) => boolean) | undefined
}

/** The default of both limits: far above what a browser or a download tool uses. */
const AUTOMATIC = 256

/**
 * Refused connections of one address that stay open until they have received their refusal. Further ones are
 * closed at once.
 */
const MOST_REFUSED = 16

/** What an address uses. */
interface Usage {
  connections: number
  refused: number
  requests: number
}

/** Takes back what was counted. Has an effect once. */
export type Release = () => void

/** A connection: counted, refused with a response, or without. */
export type Admission =
  | { readonly kind: 'counted' | 'refused'; readonly release: Release }
  | { readonly kind: 'dropped' }

/** Counts the connections and requests of each client address, and judges further ones. */
export class AddressLimits {
  /** Connections that are counted at the moment. */
  connections = 0
  /** Requests that are counted at the moment. */
  requests = 0
  refusedConnections = 0
  refusedRequests = 0
  readonly #usages = new Map<string, Usage>()

  constructor(private readonly options: AddressLimitOptions = {}) {}

  /** The number of addresses that use something. */
  get size(): number {
    return this.#usages.size
  }

  connect(address: string): Admission {
    const limit = this.#limitFor(address, this.options.connectionsPerAddress)
    const group = addressGroup(address)
    const { connections, refused } = this.#usages.get(group) ?? UNUSED
    if (connections < limit) {
      this.connections += 1
      const release = this.#count(group, 'connections', () => {
        this.connections -= 1
      })
      return { kind: 'counted', release }
    }
    this.refusedConnections += 1
    if (refused >= MOST_REFUSED) return { kind: 'dropped' }
    return { kind: 'refused', release: this.#count(group, 'refused', () => {}) }
  }

  /** Counts a request; undefined where its address has too many. */
  request(address: string): Release | undefined {
    const limit = this.#limitFor(address, this.options.requestsPerAddress)
    const group = addressGroup(address)
    if ((this.#usages.get(group) ?? UNUSED).requests >= limit) {
      this.refusedRequests += 1
      return undefined
    }
    this.requests += 1
    return this.#count(group, 'requests', () => {
      this.requests -= 1
    })
  }

  #limitFor(address: string, limit: number | 'auto' = 'auto'): number {
    if (this.options.isTrusted?.(address)) return Number.POSITIVE_INFINITY
    if (limit !== 'auto') return limit
    // The clients of a proxy on this machine, and tests, share its address.
    return isLoopback(address) ? Number.POSITIVE_INFINITY : AUTOMATIC
  }

  #count(group: string, what: keyof Usage, released: () => void): Release {
    const usage = this.#usages.get(group) ?? { ...UNUSED }
    usage[what] += 1
    this.#usages.set(group, usage)
    let isCounted = true
    return () => {
      if (!isCounted) return
      isCounted = false
      usage[what] -= 1
      released()
      const isUnused = usage.connections + usage.refused + usage.requests === 0
      if (isUnused) this.#usages.delete(group)
    }
  }
}

const UNUSED: Usage = { connections: 0, refused: 0, requests: 0 }
