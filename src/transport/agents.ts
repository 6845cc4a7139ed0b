import type { Agent } from 'node:http'
import { Agent as SecureAgent } from 'node:https'
import type { LookupFunction } from 'node:net'
import { SlabAgent } from './slab-agent.js'

export interface AgentRules {
  /** Whether a certificate that nobody vouches for will do. Default false. */
  readonly insecure?: boolean
  /** How a name becomes an address; the system's way where it is absent. */
  readonly lookup?: LookupFunction | undefined
}

/** Connections that are kept for the next request. Whoever reads watches for stalls. */
export class Agents {
  readonly #plain: Agent
  readonly #secure: Agent

  constructor({ insecure = false, lookup }: AgentRules = {}) {
    const shared = { keepAlive: true, ...(lookup && { lookup }) }
    this.#plain = new SlabAgent(shared)
    this.#secure = new SecureAgent({ ...shared, rejectUnauthorized: !insecure })
  }

  for({ protocol }: URL): Agent {
    return protocol === 'https:' ? this.#secure : this.#plain
  }

  close(): void {
    this.#plain.destroy()
    this.#secure.destroy()
  }
}
