import { request } from 'node:http'
import { connect as connectHttp2 } from 'node:http2'
import { buffer } from 'node:stream/consumers'
import type { Ports } from './soak-server.js'

/** ms that a good response may take on a busy machine. */
const TIMEOUT = 10_000

/** A file that the server has. */
export interface Expected {
  readonly path: string
  readonly content: Buffer
}

/**
 * Requests a file over HTTP/1.1 and HTTP/2, whole and a range.
 *
 * @throws unless every byte is correct
 */
export async function requireGoodResponses(file: Expected, ports: Ports): Promise<void> {
  const { path, content } = file
  const middle = Math.floor(content.length / 2)
  const range = { range: `bytes=${middle}-` }
  const rest = content.subarray(middle)
  requireSame('GET', await getPlain(path, {}, ports), { status: 200, body: content })
  requireSame('GET with Range', await getPlain(path, range, ports), { status: 206, body: rest })
  requireSame('GET over HTTP/2', await getSecure(path, ports), { status: 200, body: content })
}

interface Response {
  readonly status: number
  readonly body: Buffer
}

function requireSame(what: string, received: Response, expected: Response): void {
  const isSame = received.status === expected.status && received.body.equals(expected.body)
  if (isSame) return
  const of = ({ status, body }: Response) => `status ${status} with ${body.length} bytes`
  throw new Error(`${what}: expected ${of(expected)}; received ${of(received)}, or other bytes`)
}

function getPlain(path: string, headers: Record<string, string>, ports: Ports): Promise<Response> {
  const signal = AbortSignal.timeout(TIMEOUT)
  const options = { host: '127.0.0.1', port: ports.plain, path, headers, agent: false, signal }
  return new Promise((resolve, reject) => {
    request(options, (response) => {
      buffer(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject)
    })
      .on('error', reject)
      .end()
  })
}

async function getSecure(path: string, ports: Ports): Promise<Response> {
  const session = connectHttp2(`https://127.0.0.1:${ports.secure}`, { rejectUnauthorized: false })
  session.setTimeout(TIMEOUT, () => session.destroy(new Error(`no response in ${TIMEOUT} ms`)))
  const failed = new Promise<never>((_, reject) => void session.on('error', reject))
  failed.catch(() => {})
  let status = 0
  const stream = session.request({ ':path': path })
  stream.on('response', (head) => {
    status = Number(head[':status'])
  })
  try {
    const body = await Promise.race([buffer(stream), failed])
    return { status, body }
  } finally {
    session.destroy()
  }
}
