import type { FastifyInstance, FastifyReply } from 'fastify'
import { delay } from '../../async/delay.js'
import type { FaultLayer } from '../../fault/fault-layer.js'
import type { Slice } from '../../http/byte-range.js'
import { splitTarget } from '../../http/request-target.js'
import { createContext } from '../../request/context.js'
import { requestSignal } from '../../request/request-signal.js'
import { SourceRegistry } from '../../request/source-registry.js'
import { handleRequest } from '../../response/handle-request.js'
import { sendProblemForError } from '../../response/problem-response.js'
import { respondWithFaults } from '../../response/respond-with-faults.js'
import { settleOptions } from '../../settings/settings.js'
import type { ByteSource, Opened } from '../../source/byte-source.js'
import { passedFields, type SettledResponse, type StubStream } from './stub-response.js'
import type { Stubs } from './stubs.js'

/** ms in which a stub must send something: its `delay` is no failure. */
const PATIENCE = 2 ** 31 - 1

/** Responds to requests that a stub matches, before any route, by the code that serves files. */
export function addStubs(app: FastifyInstance, stubs: Stubs, faults: FaultLayer): void {
  const source = stubSource(stubs)
  const settings = settleOptions({
    source,
    faults,
    pages: false,
    shutdownGrace: 0,
    sourceTimeout: PATIENCE,
    zeroCopy: 'off',
  })
  const context = createContext(app, settings)
  const sources = new SourceRegistry(source, settings)
  app.addHook('onClose', () => sources.close())
  // `done` isn't called for a stub, so that no route responds as well.
  app.addHook('onRequest', (request, reply, done) => {
    const path = pathOf(request.raw.url ?? '')
    const stub = path.startsWith('/-/') ? undefined : stubs.find(request.method, path)
    if (stub === undefined) return done()
    if (request.method === 'GET' || request.method === 'HEAD') {
      const requested = { key: path.slice(1), served: sources.own, root: undefined, settings }
      void handleRequest(context, { ...requested, codings: [] }, reply)
      return undefined
    }
    void respondWithFaults(context, reply, () => {
      send(stub.take(), reply, requestSignal(context.disconnects, reply)).catch((error) => {
        if (!reply.sent) sendProblemForError(reply, error)
      })
      return reply
    })
    return undefined
  })
}

/** Responds to a method other than GET and HEAD, for which there are no ranges and no representation. */
async function send(
  response: SettledResponse,
  reply: FastifyReply,
  signal: AbortSignal,
): Promise<void> {
  if (response.delay > 0) await delay(response.delay, signal)
  const body = typeof response.body === 'function' ? await collect(response.body()) : response.body
  reply.code(response.status).headers(passedFields(response)).send(body)
}

function stubSource(stubs: Stubs): ByteSource {
  return {
    async open(key, { method }, signal) {
      const response = stubs.find(method, `/${key}`)?.take()
      if (response === undefined) return { kind: 'absent' }
      if (response.delay > 0) await delay(response.delay, signal)
      return openedResponse(response, key)
    },
  }
}

function openedResponse(response: SettledResponse, key: string): Opened {
  const { status, fields, body, type, etag, lastModified } = response
  if (status !== 200 || typeof body === 'function') {
    const read = () => (typeof body === 'function' ? bytesOf(body()) : once(body))
    const length = typeof body === 'function' ? undefined : body.length
    const answer = { status, fields: passedFields(response), length, read, close: async () => {} }
    return { kind: 'answered', answer }
  }
  const name = key.slice(key.lastIndexOf('/') + 1)
  const read = ({ start, end }: Slice) => once(body.subarray(start, end))
  const facts = { name, contentType: type, size: body.length, etag, lastModified, fields }
  return { kind: 'representation', representation: { facts, read, close: async () => {} } }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes
}

async function* bytesOf(stream: StubStream): AsyncGenerator<Uint8Array> {
  for await (const chunk of stream) {
    yield typeof chunk === 'string' ? Buffer.from(chunk) : (chunk as Uint8Array)
  }
}

async function collect(stream: StubStream): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of bytesOf(stream)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

function pathOf(target: string): string {
  const { path } = splitTarget(target)
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
