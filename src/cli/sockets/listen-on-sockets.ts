import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import type { FastifyInstance } from 'fastify'
import type { InheritedSocket } from './inherited-sockets.js'

/**
 * Accepts connections on sockets that were passed on. The server of the application listens on the first one, and gets
 * the connections of the others as if it had accepted them.
 */
export async function listenOnSockets(
  app: FastifyInstance,
  sockets: readonly InheritedSocket[],
): Promise<void> {
  const [first, ...others] = sockets
  if (first === undefined) return
  // The host only keeps Fastify from resolving localhost: Node takes the descriptor.
  await app.listen({ fd: first.fd, host: '127.0.0.1', port: 0 } as never)
  const added = await Promise.all(others.map(({ fd }) => accept(app.server, fd)))
  // The hook of a closing server can't be added once it listens.
  app.server.once('close', () => closeAll(added))
  const { close } = app.server
  app.server.close = (done) => {
    closeAll(added)
    return close.call(app.server, done)
  }
}

async function accept(to: Server, fd: number): Promise<Server> {
  const { allowHalfOpen } = to as Server & { allowHalfOpen?: boolean }
  const options = { noDelay: true, ...(allowHalfOpen !== undefined && { allowHalfOpen }) }
  const server = createServer(options, (socket) => to.emit('connection', socket))
  server.listen({ fd })
  await once(server, 'listening')
  return server
}

/** Their connections are those of the application's server, which ends them. */
function closeAll(servers: readonly Server[]): void {
  for (const server of servers) if (server.listening) server.close()
}
