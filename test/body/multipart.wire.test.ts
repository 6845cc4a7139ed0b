import { expect, it } from 'vitest'
import { createFaults } from '../../src/testing/index.js'
import { serverWith } from '../fixture/application.js'
import { Folder, pattern } from '../fixture/files.js'
import { RawClient } from '../fixture/raw-http.js'

const SIZE = 1_000_000
const RANGES = { Range: 'bytes=0-299999,400000-799999' }

it.each(['always', 'off'] as const)(
  'A multipart body begins with CRLF and has its announced length with zeroCopy: %s',
  async (zeroCopy) => {
    using folder = new Folder({ f: pattern(SIZE) })
    await using served = await serverWith({ root: folder.path, zeroCopy })
    using client = new RawClient(served.port)
    client.request('/f', { ...RANGES, Connection: 'close' })
    const { body, fields } = await client.closed()
    const boundary = fields['content-type']?.split('boundary=')[1]
    expect(body.toString('latin1').startsWith(`\r\n--${boundary}\r\n`)).toBe(true)
    expect(body).toHaveLength(Number(fields['content-length']))
  },
)

it.each([0, 1, 2, 3, 40])(
  'A fault at byte %i of a multipart response counts the CRLF before the first delimiter',
  async (at) => {
    using folder = new Folder({ f: pattern(SIZE) })
    const faults = createFaults({ seed: 1 })
    await using served = await serverWith({ root: folder.path, faults })
    using client = new RawClient(served.port)
    const fault = { 'Lastbyte-Fault': `truncate;at=${at};from=response` }
    client.request('/f', { ...RANGES, ...fault })
    const { body } = await client.closed()
    expect(body).toHaveLength(at)
    expect('\r\n--'.startsWith(body.toString('latin1', 0, 4))).toBe(true)
  },
)
