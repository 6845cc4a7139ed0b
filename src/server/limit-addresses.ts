import type { ServerHttp2Session } from 'node:http2'
import type { Socket } from 'node:net'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { forEveryServer } from '../connection/every-server.js'
import { sendProblem } from '../response/problem-response.js'
import type { AddressLimits, Release } from './address-limits.js'

/** s after which a client that was refused may try again. */
const RETRY_AFTER = { 'retry-after': '1' }

/** ms in which a refused connection must send the request to which the refusal responds. */
const REFUSED_FOR = 5_000

/** A connection that is open. */
interface Connection {
  readonly isRefused: boolean
  /** The counts of its running requests. */
  readonly requests: Set<Release>
}

type Endpoint = Pick<Socket, 'remoteAddress' | 'remotePort' | 'localAddress' | 'localPort'>

/**
 * Responds 503 to the first request of a connection over the limit of its address, and closes it; responds 429
 * to a request over the limit. A client that retries, such as ours, waits for Retry-After.
 */
export function limitAddresses(app: FastifyInstance, limits: AddressLimits): void {
  // By their endpoints: with TLS and HTTP/2 a request has another socket object than the connection.
  const connections = new Map<string, Connection>()
  /** The connections of Unix sockets on which a trusted proxy names clients. */
  const forwarding = new WeakMap<object, Connection>()
  forEveryServer(app, (server) => {
    server.on('connection', (socket: Socket) => open(connections, limits, socket))
    server.on('session', (session: ServerHttp2Session) => {
      const connection = connections.get(endpointOf(session.socket))
      // Its streams get their refusal, and no further one is accepted.
      if (connection?.isRefused) session.once('stream', () => setImmediate(() => session.close()))
    })
  })
  app.addHook('onRequest', async (request, reply) => {
    const { socket } = request.raw
    const connection = connections.get(endpointOf(socket))
    // Without a port the request was injected, came by a Unix socket, or its client has left.
    if (connection === undefined && socket.remotePort === undefined) {
      return countForwarded({ limits, forwarding }, request, reply)
        ? undefined
        : refuseRequest(reply)
    }
    // One that is not known was accepted before its server was watched, and is not counted.
    if (connection === undefined || connection.isRefused) {
      const close = request.raw.httpVersionMajor === 1 ? { connection: 'close' } : {}
      const detail = 'Your address has too many connections open.'
      return sendProblem(reply, 503, detail, { ...RETRY_AFTER, ...close })
    }
    if (count(connection, limits, request, reply.raw)) return undefined
    return refuseRequest(reply)
  })
}

/**
 * Counts a request on a Unix socket for the client that a trusted proxy names. Others have no address. Returns false
 * where it is over the limit.
 */
function countForwarded(
  { limits, forwarding }: { limits: AddressLimits; forwarding: WeakMap<object, Connection> },
  request: FastifyRequest,
  reply: FastifyReply,
): boolean {
  const { ip } = request
  const { socket } = request.raw
  // An injected request has an address.
  if (socket.remoteAddress !== undefined || ip === undefined || socket.destroyed) return true
  const connection = forwarding.get(socket) ?? { isRefused: false, requests: new Set<Release>() }
  if (!forwarding.has(socket)) {
    forwarding.set(socket, connection)
    socket.once('close', () => releaseAll(connection))
  }
  return count(connection, limits, request, reply.raw)
}

function refuseRequest(reply: FastifyReply) {
  return sendProblem(reply, 429, 'Your address has too many requests under way.', RETRY_AFTER)
}

function open(connections: Map<string, Connection>, limits: AddressLimits, socket: Socket): void {
  const { remoteAddress } = socket
  // The client has left already, or the server listens on a Unix socket, whose clients have no address.
  if (remoteAddress === undefined) return
  const admission = limits.connect(remoteAddress)
  if (admission.kind === 'dropped') {
    socket.destroy()
    return
  }
  const key = endpointOf(socket)
  const requests = new Set<Release>()
  const connection = { isRefused: admission.kind === 'refused', requests }
  connections.set(key, connection)
  const timer = connection.isRefused && setTimeout(() => socket.destroy(), REFUSED_FOR).unref()
  socket.once('close', () => {
    if (timer) clearTimeout(timer)
    // The endpoint may belong to the next connection already.
    if (connections.get(key) === connection) connections.delete(key)
    admission.release()
    releaseAll(connection)
  })
}

/** A pipelined request whose turn has not come gets no `close` of its own response. */
function releaseAll({ requests }: Connection): void {
  for (const release of requests) release()
}

/** Counts a request until its response or its connection closes. Returns false where it is over the limit. */
function count(
  { requests }: Connection,
  limits: AddressLimits,
  { ip }: FastifyRequest,
  response: NodeJS.EventEmitter,
): boolean {
  const counted = limits.request(ip)
  if (counted === undefined) return false
  requests.add(counted)
  response.once('close', () => {
    requests.delete(counted)
    counted()
  })
  return true
}

function endpointOf(socket: Endpoint): string {
  return `${socket.remoteAddress} ${socket.remotePort} ${socket.localAddress} ${socket.localPort}`
}
