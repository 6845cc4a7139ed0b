import type { FastifyInstance } from 'fastify'
import { delay } from '../../async/delay.js'
import type { FaultLayer } from '../../fault/fault-layer.js'
import type { Slice } from '../../http/byte-range.js'
import { splitTarget } from '../../http/request-target.js'
import { createContext } from '../../request/context.js'
import { SourceRegistry } from '../../request/source-registry.js'
import { handleRequest } from '../../response/handle-request.js'
import { settleOptions } from '../../settings/settings.js'
import type { ByteSource, Opened } from '../../source/byte-source.js'
import { once, opened, passedFields, type SettledResponse } from './stub-response.js'
import { respondToUpload } from './stub-upload.js'
import { decodedPath, type Stubs } from './stubs.js'

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
    const path = decodedPath(splitTarget(request.raw.url ?? '').path)
    const stub = path.startsWith('/-/') ? undefined : stubs.find(request.method, path)
    if (stub === undefined) return done()
    if (request.method === 'GET' || request.method === 'HEAD') {
      const requested = { key: path.slice(1), served: sources.own, root: undefined, settings }
      void handleRequest(context, { ...requested, codings: [] }, reply)
      return undefined
    }
    void respondToUpload(context, stub, reply)
    return undefined
  })
}

function stubSource(stubs: Stubs): ByteSource {
  return {
    async open(key, { method }, signal) {
      const response = stubs.find(method, `/${key}`)?.take()
      if (response === undefined) return { kind: 'absent' }
      if (response.delay > 0) await delay(response.delay, signal)
      return openedResponse(response, key, method)
    },
  }
}

async function openedResponse(
  taken: SettledResponse,
  key: string,
  method: string,
): Promise<Opened> {
  // The function of a body isn't called for HEAD.
  const response = method === 'HEAD' ? { ...taken, stream: undefined } : await opened(taken)
  const { status, fields, body, stream, type, etag, lastModified } = response
  if (status !== 200 || typeof body === 'function') {
    const read = () => stream ?? once(Buffer.alloc(0))
    const length = typeof body === 'function' ? undefined : body.length
    const answer = { status, fields: passedFields(response), length, read, close: async () => {} }
    return { kind: 'answered', answer }
  }
  const name = key.slice(key.lastIndexOf('/') + 1)
  const read = ({ start, end }: Slice) => once(body.subarray(start, end))
  const facts = { name, contentType: type, size: body.length, etag, lastModified, fields }
  return { kind: 'representation', representation: { facts, read, close: async () => {} } }
}
