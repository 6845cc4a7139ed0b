/** Who asks for work: a client's address, and one of its connections. */
export interface Asker {
  /** The group of its address; a proxy that isn't trusted is one address for all its clients. */
  readonly address: string
  readonly connection: string
}

/** Where nobody is known, as in a request that an application injects. */
export const NOBODY: Asker = { address: '', connection: '' }

/**
 * Items that wait for their turn. The addresses take turns, and so do the connections of one address: an asker with a
 * thousand items delays another one by one item. An item may have several askers, and has the first turn of them.
 */
export class FairQueue<T extends object> {
  readonly #addresses = new Map<string, Map<string, Set<T>>>()
  readonly #askers = new Map<T, Asker[]>()

  get size(): number {
    return this.#askers.size
  }

  add(item: T, asker: Asker): void {
    const { address, connection } = asker
    const connections = this.#addresses.get(address) ?? new Map<string, Set<T>>()
    const items = connections.get(connection) ?? new Set()
    if (items.has(item)) return
    this.#addresses.set(address, connections.set(connection, items.add(item)))
    const askers = this.#askers.get(item)
    if (askers === undefined) this.#askers.set(item, [asker])
    else askers.push(asker)
  }

  has(item: T): boolean {
    return this.#askers.has(item)
  }

  remove(item: T): void {
    for (const { address, connection } of this.#askers.get(item) ?? []) {
      const connections = this.#addresses.get(address)
      const items = connections?.get(connection)
      items?.delete(item)
      if (items?.size === 0) connections?.delete(connection)
      if (connections?.size === 0) this.#addresses.delete(address)
    }
    this.#askers.delete(item)
  }

  /** Removes the next item of an address that is allowed. */
  take(isAllowed: (address: string) => boolean): { item: T; address: string } | undefined {
    for (const [address, connections] of this.#addresses) {
      if (!isAllowed(address)) continue
      for (const [connection, items] of connections) {
        for (const item of items) {
          // The next turn of both comes after that of all others.
          this.#addresses.delete(address)
          this.#addresses.set(address, connections)
          connections.delete(connection)
          connections.set(connection, items)
          this.remove(item)
          return { item, address }
        }
      }
    }
    return undefined
  }

  /** How many items a connection has. */
  countOf({ address, connection }: Asker): number {
    return this.#addresses.get(address)?.get(connection)?.size ?? 0
  }

  /** The newest item of the asker that has the most, if that is more than this one would have. */
  outweighing(asker: Asker): T | undefined {
    const [address = '', connections] = heaviest(this.#addresses, total) ?? []
    const [, items] = heaviest(connections ?? new Map<string, Set<T>>(), ({ size }) => size) ?? []
    const own = this.#addresses.get(asker.address)
    const isHeavier =
      address === asker.address
        ? (items?.size ?? 0) > this.countOf(asker) + 1
        : total(connections) > total(own) + 1
    return isHeavier ? [...(items ?? [])].at(-1) : undefined
  }
}

function total(connections: Map<string, Set<object>> | undefined): number {
  let items = 0
  for (const { size } of connections?.values() ?? []) items += size
  return items
}

function heaviest<V>(all: Map<string, V>, weigh: (value: V) => number): [string, V] | undefined {
  let found: [string, V] | undefined
  let most = 0
  for (const entry of all) {
    const weight = weigh(entry[1])
    if (weight <= most) continue
    most = weight
    found = entry
  }
  return found
}
