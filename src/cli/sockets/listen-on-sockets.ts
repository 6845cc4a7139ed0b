import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'
import type { FastifyInstance } from 'fastify'
import type { Bound } from '../serving-urls.js'
import { type InheritedSocket, unusable } from './inherited-sockets.js'
import { kindOfDescriptor, whyNotListening } from './socket-table.js'

/** Connections that may wait in the queue of a socket. The kernel has a limit below, net.core.somaxconn. */
const BACKLOG = 65_535

/**
 * Lets an application accept connections on sockets that were passed on, instead of on a port of its own. Its server
 * gets them from a listener for each socket, as if it had accepted them, and closes with the last of them.
 *
 * @throws LastbyteError BAD_SETTING for one that doesn't listen for streams
 */
export async function listenOnSockets(
  app: FastifyInstance,
  sockets: readonly InheritedSocket[],
): Promise<Bound[]> {
  const { server } = app
  const listeners = sockets.map(() => listenerFor(server))
  let bound: Bound[] = []
  // An address rather than a path: whether a client is one of a Unix socket is decided by it.
  const announced = () => bound.find((each) => typeof each === 'object') ?? bound[0]
  const close = server.close.bind(server)
  Object.assign(server, {
    listen() {
      Promise.all(sockets.map((socket, nth) => open(listeners[nth] as Server, socket))).then(
        (all) => {
          bound = all
          server.emit('listening')
        },
        (error) => server.emit('error', error),
      )
      return server
    },
    address: () => announced() ?? null,
    close(done?: () => void) {
      const closed = listeners.map((listener) => new Promise((end) => listener.close(end)))
      // Ends idle connections.
      close()
      Promise.all(closed).then(() => done?.())
      return server
    },
  })
  // Fastify would look up other addresses for localhost.
  await app.listen({ host: '127.0.0.1', port: 0 })
  for (const other of bound.filter((each) => each !== announced())) {
    app.log.info(`Server listening at ${textOf(other, server)}`)
  }
  return bound
}

/** A listener with the options for connections of a server, which it passes them to. */
function listenerFor(server: Server): Server {
  const { allowHalfOpen = false, noDelay = true } = server as Server & {
    readonly allowHalfOpen?: boolean
    readonly noDelay?: boolean
  }
  return createServer({ allowHalfOpen, noDelay }, (socket) => server.emit('connection', socket))
}

async function open(listener: Server, socket: InheritedSocket): Promise<Bound> {
  listener.listen({ fd: socket.fd }, BACKLOG)
  await once(listener, 'listening').catch((error: Error) => {
    const descriptor = kindOfDescriptor(socket.fd)
    const reason = descriptor.kind === 'socket' ? whyNotListening(descriptor.inode) : undefined
    throw unusable(socket, reason ?? `can't be used: ${error.message}`)
  })
  // Node doesn't know the path of a socket that it has not bound.
  return (listener.address() as AddressInfo | null) ?? socket.path ?? `descriptor ${socket.fd}`
}

function textOf(bound: Bound, server: object): string {
  if (typeof bound === 'string') return bound
  const { address, port } = bound
  const scheme = 'setSecureContext' in server ? 'https' : 'http'
  return `${scheme}://${address.includes(':') ? `[${address}]` : address}:${port}`
}
