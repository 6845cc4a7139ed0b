import { once } from 'node:events'
import { connect } from 'node:http2'
import { describe, expect, it } from 'vitest'
import { serverWith } from '../fixture/application.js'
import { Folder } from '../fixture/files.js'
import { FLAG, FRAME, frame, Http2Attacker, headerBlock } from '../fixture/http2-attacker.js'
import { tls } from '../fixture/tls.js'

const LIMITS = { requestTimeout: 300 }
const HALF = frame(FRAME.HEADERS, FLAG.END_STREAM, 1, headerBlock('/f').subarray(0, 2))
const MORE = frame(FRAME.CONTINUATION, 0, 1, Buffer.from([0x82]))

describe('Http2Liveness', () => {
  it.each<[string, (attacker: Http2Attacker) => void]>([
    ['sends nothing', () => {}],
    ['sends half a preface', (attacker) => attacker.send(Buffer.from('PRI * HT'))],
    ['sends no SETTINGS', (attacker) => attacker.begin(Buffer.alloc(0))],
    [
      'leaves a HEADERS frame without END_HEADERS',
      (attacker) => {
        attacker.begin()
        attacker.send(HALF)
      },
    ],
    [
      'leaves half a frame header',
      (attacker) => {
        attacker.begin()
        attacker.send(HALF.subarray(0, 5))
      },
    ],
    [
      'leaves half a header block',
      (attacker) => {
        attacker.begin()
        attacker.send(HALF.subarray(0, 10))
      },
    ],
  ])('closes a connection of HTTP/2 that %s', async (_what, act) => {
    using folder = new Folder({ f: 'f' })
    await using server = await serverWith({ root: folder.path }, { tls, limits: LIMITS })
    using attacker = await Http2Attacker.connect(server.port)
    attacker.isPolite = false
    act(attacker)
    await attacker.closed()
  })

  it.each([
    ['CONTINUATION frames', HALF, MORE],
    [
      'a header block',
      frame(FRAME.HEADERS, 0, 1, Buffer.alloc(9_000)).subarray(0, 9),
      Buffer.from([0x82]),
    ],
    [
      'a frame of an unknown type',
      frame(99, 0, 0, Buffer.alloc(9_000)).subarray(0, 9),
      Buffer.from([0]),
    ],
  ])('closes a connection of HTTP/2 that sends %s slowly', async (_what, start, piece) => {
    using folder = new Folder({ f: 'f' })
    await using server = await serverWith({ root: folder.path }, { tls, limits: LIMITS })
    using attacker = await Http2Attacker.connect(server.port)
    attacker.isPolite = false
    attacker.begin()
    attacker.send(start)
    const timer = setInterval(() => attacker.send(piece), 100)
    await attacker.closed()
    clearInterval(timer)
  })

  it('keeps an idle connection that acknowledges PING frames, and does not send them without end', async () => {
    using folder = new Folder({ f: 'f' })
    await using server = await serverWith({ root: folder.path }, { tls, limits: LIMITS })
    using idle = await Http2Attacker.connect(server.port)
    idle.begin()
    using attacker = await Http2Attacker.connect(server.port)
    attacker.isPolite = false
    attacker.begin()
    // Twice the time in which the idle one would have been closed.
    await attacker.closed()
    using second = await Http2Attacker.connect(server.port)
    second.isPolite = false
    second.begin()
    await second.closed()
    expect(idle.socket.destroyed).toBe(false)
    expect(idle.counts.get(FRAME.PING)).toBeLessThanOrEqual(2)
    idle.send(frame(FRAME.HEADERS, FLAG.END_STREAM | FLAG.END_HEADERS, 1, headerBlock('/f')))
    await expect.poll(() => idle.counts.get(FRAME.HEADERS)).toBe(1)
  })

  it('spares a download that takes longer than the timeout', async () => {
    using folder = new Folder({ f: Buffer.alloc(2_000_000, 'f') })
    await using server = await serverWith({ root: folder.path }, { tls, limits: LIMITS })
    const session = connect(`https://127.0.0.1:${server.port}`, { rejectUnauthorized: false })
    const stream = session.request({ ':path': '/f' })
    let bytes = 0
    stream.on('data', (chunk) => {
      bytes += chunk.length
      stream.pause()
      setTimeout(() => stream.resume(), 20)
    })
    await once(stream, 'close')
    expect(bytes).toBe(2_000_000)
    session.close()
  })
})
