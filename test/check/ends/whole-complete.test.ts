import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { check } from '../../../src/check/check.js'

it('finds a server whose connection ends one byte before the end of each whole body', async () => {
  const body = Buffer.alloc(100_000, 'a')
  const server = createServer((request, response) => {
    const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '')
    if (range !== null) {
      const slice = body.subarray(Number(range[1]), Number(range[2]) + 1)
      const last = Number(range[1]) + slice.length - 1
      response.writeHead(206, {
        'content-range': `bytes ${range[1]}-${last}/${body.length}`,
        'content-length': slice.length,
      })
      response.end(slice)
      return
    }
    response.writeHead(200, { 'content-length': body.length })
    if (request.method === 'HEAD') response.end()
    else response.write(body.subarray(1), () => response.socket?.end())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  try {
    const { failed } = await check(`http://127.0.0.1:${port}/f`)
    expect(failed.map((result) => result.check.id)).toContain('whole-complete')
  } finally {
    server.closeAllConnections()
    server.close()
  }
})
