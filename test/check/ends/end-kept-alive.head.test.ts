import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { check } from '../../../src/check/check.js'

it('does not blame a server without ranges whose HEAD has no Content-Length', async () => {
  const server = createServer((_request, response) => {
    response.removeHeader('transfer-encoding')
    response.write('a'.repeat(1_000))
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  try {
    const { failed } = await check(`http://127.0.0.1:${port}/f`)
    expect(failed.map((result) => result.check.id)).not.toContain('end-kept-alive')
  } finally {
    server.closeAllConnections()
    server.close()
  }
})
