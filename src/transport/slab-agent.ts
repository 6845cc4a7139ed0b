import { Agent, type AgentOptions, type ClientRequest } from 'node:http'
import type { NetConnectOpts, Socket } from 'node:net'
import { SlabPool } from './slab.js'
import { SlabSocket } from './slab-socket.js'

/** The methods of an agent that Node calls for its connections. */
type Hooks = {
  createConnection(options: NetConnectOpts): Socket
  /** For a connection that waits for its next request. Returns whether it is kept. */
  keepSocketAlive(socket: Socket): boolean
  /** For a connection that gets its next request. */
  reuseSocket(socket: Socket, request: ClientRequest): void
}

/** An agent whose sockets read into slabs. */
export class SlabAgent extends Agent {
  constructor(options?: AgentOptions) {
    super(options)
    readIntoSlabs(this)
  }
}

/**
 * Makes the future connections of an agent read into slabs. Others are closed after their response, and so is a kept
 * connection that receives bytes without a request.
 */
export function readIntoSlabs(agent: Agent): void {
  const hooks = agent as unknown as Hooks
  const { keepSocketAlive, reuseSocket } = hooks
  const pool = new SlabPool()

  // Before the listener of node:http, which may give the connection to a request that waits for one.
  agent.prependListener('free', (socket) => {
    if (socket instanceof SlabSocket) socket.receive(undefined)
  })

  hooks.createConnection = (options) => new SlabSocket(options, pool).connect(options)

  hooks.keepSocketAlive = (socket) => {
    if (!(socket instanceof SlabSocket)) return false
    socket.expectNothing()
    return keepSocketAlive.call(agent, socket)
  }

  hooks.reuseSocket = (socket, request) => {
    if (socket instanceof SlabSocket) socket.receive(undefined)
    reuseSocket.call(agent, socket, request)
  }
}
