import { Agent, type ClientRequest, IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import type { GetObjectCommand } from '@aws-sdk/client-s3'
import { NodeBody } from '../../transport/node-body.js'
import { readIntoSlabs } from '../../transport/slab-agent.js'
import { SlabSocket } from '../../transport/slab-socket.js'
import type { S3Settings } from './s3-options.js'

/** The members of the SDK's request handler for Node that are used. */
interface RequestHandler {
  httpHandlerConfigs?(): { readonly httpAgent?: Agent }
  /** Whether the agent was created by the application. */
  readonly externalAgent?: boolean
}

const AGENT = Agent.prototype as unknown as Record<string, unknown>
/** Options by which connections are opened in another way than to the server. */
const OTHER_CONNECTIONS = ['proxyEnv', 'createConnection', 'socketPath']

/**
 * Makes the bodies of responses bypass the parser of node:http. The SDK's own agent for http: URLs reads into slabs from
 * the first response on. Agents and handlers of the application, and https:, stay as they are. The request and its
 * timeouts, signature, retries and errors are those of the SDK.
 */
export function readDirectly(
  { middlewareStack }: GetObjectCommand,
  { client, retryPolicy: { readAhead } }: S3Settings,
): void {
  const { requestHandler } =
    (client as { config?: { requestHandler?: RequestHandler } }).config ?? {}
  if (requestHandler?.httpHandlerConfigs === undefined) return
  middlewareStack.add(
    (next) => async (request) => {
      const result = await next(request)
      // Created with the first request.
      const { httpAgent } = requestHandler.httpHandlerConfigs?.() ?? {}
      if (requestHandler.externalAgent === false && isPlain(httpAgent)) readIntoSlabs(httpAgent)
      const { response } = result as { response: { statusCode: number; body: unknown } }
      if (response.statusCode < 300) response.body = directBody(response.body, readAhead)
      return result
    },
    // Within all middleware that reads the body.
    { step: 'deserialize', priority: 'low', name: 'lastbyteDirectBody' },
  )
}

/** Whether an agent opens connections as node:http does. One that reads into slabs does not. */
function isPlain(agent: Agent | undefined): agent is Agent {
  if (agent?.constructor !== Agent) return false
  const { options = {} } = agent as Agent & { options?: object }
  return (
    (agent as unknown as typeof AGENT).createConnection === AGENT.createConnection &&
    OTHER_CONNECTIONS.every((name) => !(name in options))
  )
}

function directBody(body: unknown, readAhead: number): unknown {
  if (!(body instanceof IncomingMessage)) return body
  const { req: request } = body as { req?: ClientRequest }
  if (!(request?.socket instanceof SlabSocket)) return body
  return new BodyStream(new NodeBody(request, body, { readAhead, chunks: 'lent' }))
}

/** A body for the SDK and its middleware, whose chunks are copies. */
class BodyStream extends Readable {
  constructor(readonly chunks: NodeBody) {
    super()
  }

  override _read(): void {
    this.chunks.next().then(
      ({ done, value }) => this.push(done ? null : Buffer.from(value)),
      (error) => this.destroy(error),
    )
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    void this.chunks.return()
    done(error)
  }
}

/** The chunks of a body. Each is valid until the next one is requested. */
export function chunksOf(body: AsyncIterable<Uint8Array> | undefined) {
  return body instanceof BodyStream ? body.chunks : body?.[Symbol.asyncIterator]()
}
