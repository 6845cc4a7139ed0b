import type { Agent } from 'node:http'
import { Agent as SecureAgent } from 'node:https'
import type { LookupFunction } from 'node:net'
import { SlabAgent } from './slab-agent.js'

export interface AgentRules {
  /** Accepts certificates that can't be verified. Default false. */
  readonly insecure?: boolean
  /** Resolves host names. Default: the system's resolver. */
  readonly lookup?: LookupFunction | undefined
}

/** Keep-alive connections for http: and https:. They have no timeout: the reader of a body detects stalls. */
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
