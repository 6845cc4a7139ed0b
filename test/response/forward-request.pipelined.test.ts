import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { FRONTS } from '../fixture/forwarding-front.js'

const COUNT = 20

/** An origin that answers the first request last. Its responses tell the target and the size of the body. */
async function reversedOrigin(status: number) {
  const answers: (() => void)[] = []
  const server = createServer(async (request, response) => {
    let bytes = 0
    for await (const chunk of request) bytes += chunk.length
    const body = status === 204 ? undefined : `${request.url} ${bytes};`
    answers.push(() => void response.writeHead(status, { 'x-target': request.url }).end(body))
    if (answers.length < COUNT) return
    for (const answer of answers.splice(0).reverse()) {
      answer()
      await new Promise(setImmediate)
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

const REQUESTS: [method: string, body: string, status: number][] = [
  ['DELETE', '', 204],
  ['DELETE', '', 200],
  ['POST', '7 bytes', 200],
  ['POST', '7 bytes', 204],
  ['POST', '', 500],
  ['PUT', '7 bytes', 204],
  ['PROPFIND', '', 207],
  ['OPTIONS', '', 204],
]

describe.each(FRONTS)('pipelined requests to %s', (_front, start) => {
  it.each(REQUESTS)(
    'are answered in their order where the origin answers %s with the body %j in the reverse order (%i)',
    async (method, body, status) => {
      await using origin = await reversedOrigin(status)
      await using front = await start(origin.url)
      const client = connect(front.port, '127.0.0.1')
      const chunks: Buffer[] = []
      client.on('data', (chunk) => chunks.push(chunk))
      const requests = Array.from({ length: COUNT }, (_, n) => {
        const close = n === COUNT - 1 ? 'Connection: close\r\n' : ''
        const length = body === '' ? '' : `Content-Length: ${body.length}\r\n`
        return `${method} /${n} HTTP/1.1\r\nHost: a\r\n${close}${length}\r\n${body}`
      })
      client.write(requests.join(''))
      await once(client, 'close')
      const text = Buffer.concat(chunks).toString('latin1')
      const targets = [...text.matchAll(/^HTTP\/1\.1 (\d+).*?^x-target: (\S+)/gims)]
      expect(targets.map(([, code, target]) => `${code} ${target}`)).toEqual(
        Array.from({ length: COUNT }, (_, n) => `${status} /${n}`),
      )
      if (status === 204) return
      const bodies = Array.from({ length: COUNT }, (_, n) => `/${n} ${body.length};`)
      expect([...text.matchAll(/\/\d+ \d+;/g)].map(([each]) => each)).toEqual(bodies)
    },
  )
})
