import type { Agent } from 'node:http'
import type { LookupFunction } from 'node:net'
import { secureHttp } from './secure-http.js'
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
  /** undefined until an https: URL is requested. */
  #secure: Agent | undefined

  readonly #openSecure: () => Agent

  constructor({ insecure = false, lookup }: AgentRules = {}) {
    const shared = { keepAlive: true, ...(lookup && { lookup }) }
    this.#plain = new SlabAgent(shared)
    this.#openSecure = () => {
      return new (secureHttp().Agent)({ ...shared, rejectUnauthorized: !insecure })
    }
  }

  for({ protocol }: URL): Agent {
    if (protocol !== 'https:') return this.#plain
    this.#secure ??= this.#openSecure()
    return this.#secure
  }

  close(): void {
    this.#plain.destroy()
    this.#secure?.destroy()
  }
}
