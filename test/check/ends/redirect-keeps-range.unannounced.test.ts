import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { check } from '../../../src/check/check.js'

it('passes the checks of ends where the slices are chunked, without Content-Length', async () => {
  const body = Buffer.from(Array.from({ length: 10_000 }, (_, at) => (at * 7) % 251))
  const server = createServer((request, response) => {
    if (request.url === '/old') {
      response.writeHead(302, { location: '/f', 'content-length': 0 }).end()
      return
    }
    const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '')
    if (range === null) {
      response.writeHead(200, { 'content-length': body.length })
      response.end(request.method === 'HEAD' ? undefined : body)
      return
    }
    const slice = body.subarray(Number(range[1]), Number(range[2] || body.length) + 1)
    const last = Number(range[1]) + slice.length - 1
    response.writeHead(206, { 'content-range': `bytes ${range[1]}-${last}/${body.length}` })
    response.write(slice)
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  try {
    const { failed } = await check(`http://127.0.0.1:${port}/old`)
    const ids = failed.map((result) => result.check.id)
    const ends = ['http-1-0-range', 'redirect-keeps-range', 'end-kept-alive']
    expect(ids.filter((id) => ends.includes(id))).toEqual([])
  } finally {
    server.closeAllConnections()
    server.close()
  }
})
