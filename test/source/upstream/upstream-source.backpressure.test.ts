import type { ServerResponse } from 'node:http'
import { describe, expect, it } from 'vitest'
import { upstreamSource } from '../../../src/source/upstream/upstream-source.js'
import { openAt } from '../../contract/byte-source.contract.js'
import { ScriptedServer } from '../../fixture/scripted-server.js'

const MIB = 1024 * 1024
const SIZE = 256 * MIB
/** Bytes that the socket buffers of one connection may take, both ends together. */
const IN_SOCKETS = 24 * MIB

describe('a response of an origin that is faster than the client', () => {
  it('is read ahead by no more than the buffers, and closed when the reader stops', async () => {
    const block = Buffer.alloc(MIB)
    let written = 0
    let sent: ServerResponse | undefined
    await using server = await ScriptedServer.start((_request, response) => {
      sent = response
      response.writeHead(200, { etag: '"v1"', 'content-length': SIZE })
      const fill = () => {
        while (written < SIZE) {
          written += block.length
          if (!response.write(block)) return
        }
      }
      response.on('drain', fill)
      fill()
    })
    const source = upstreamSource({ origin: server.url, readAhead: 64 * 1024 })
    const representation = await openAt(source, 'f')
    const chunks = representation
      .read({ start: 0, end: SIZE }, new AbortController().signal)
      [Symbol.asyncIterator]()
    await chunks.next()
    let before = -1
    await expect
      .poll(
        () => {
          const isStill = written === before
          before = written
          return isStill
        },
        { interval: 250, timeout: 10_000 },
      )
      .toBe(true)
    expect(written).toBeLessThan(IN_SOCKETS)
    expect(sent?.writableNeedDrain).toBe(true)
    await chunks.return?.()
    await representation.close()
    await expect.poll(() => sent?.destroyed).toBe(true)
    await source.close?.()
  })
})
