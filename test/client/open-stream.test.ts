import { expect, it } from 'vitest'
import { openStream } from '../../src/client/open-stream.js'
import { nodeHash } from '../../src/client/platform/node-hash.js'
import { MemoryTransport } from '../fixture/memory-transport.js'

const BYTES = Buffer.from('coded bytes')
const FIELDS = { 'content-encoding': 'x-gzip', 'content-length': `${BYTES.length}` }

it('openStream passes on coded bytes as sent, with their coding, and closes once at the end', async () => {
  const transport = new MemoryTransport(() => ({ status: 200, fields: FIELDS, body: [BYTES] }))
  let closed = 0
  const policy = { ...transport.policy(), codings: 'as-sent' } as const
  const { body, contentEncoding, size } = await openStream(policy, {
    checksum: undefined,
    signal: undefined,
    createHash: nodeHash,
    close: () => {
      closed += 1
    },
  })
  expect(await new Response(body).text()).toBe('coded bytes')
  expect({ contentEncoding, size, closed }).toEqual({
    contentEncoding: 'x-gzip',
    size: BYTES.length,
    closed: 1,
  })
})
