import { connect } from 'node:net'
import { expect, it } from 'vitest'
import { fileSource } from '../../src/source/file/file-source.js'
import { fileCaches } from '../../src/source/file/process-caches.js'
import { applicationWith } from '../fixture/application.js'
import { Folder, pattern } from '../fixture/files.js'
import { SETTLED_CLOCK } from '../fixture/settled-files.js'

const SIZE = 120_000
const FILES = 40
/** Responses that a connection is sent while it reads nothing: more than kernels buffer. */
const UNREAD = 60

/** The bodies of responses on one connection. */
function* bodiesIn(received: Buffer): Generator<Buffer> {
  for (let at = 0; at < received.length; ) {
    const body = received.indexOf('\r\n\r\n', at) + 4
    const head = received.toString('latin1', at, body)
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1])
    yield received.subarray(body, body + length)
    at = body + length
  }
}

/** Fewer contents than there are files, so that each request replaces some. */
it('sends what was in the cache to clients that read late, whatever has replaced it there', async () => {
  const contents = Array.from({ length: FILES }, (_, n) => pattern(SIZE, n))
  using folder = new Folder(Object.fromEntries(contents.map((bytes, n) => [`${n}`, bytes])))
  const source = fileSource({
    roots: [folder.path],
    dotfiles: 'ignore',
    clock: SETTLED_CLOCK,
    caches: fileCaches(2 * 1024 * 1024),
  })
  await using served = await applicationWith({ source })
  const fetchFile = async (n: number) => {
    const response = await fetch(`${served.url}/${n}`)
    return Buffer.from(await response.arrayBuffer()).equals(contents[n] as Buffer)
  }
  const { port, hostname: host } = new URL(served.url)
  const slow = Array.from({ length: 4 }, () => connect({ port: Number(port), host }))
  const drawn = slow.map((_, client) =>
    Array.from({ length: UNREAD }, (_each, n) => (client * 7 + n * 3) % FILES),
  )
  // One at a time, so that each response finds an empty socket or one that a response waits for.
  for (let n = 0; n < UNREAD; n += 1) {
    for (const [client, socket] of slow.entries()) {
      const close = n === UNREAD - 1 ? 'Connection: close\r\n' : ''
      socket.write(`GET /${drawn[client]?.[n]} HTTP/1.1\r\nHost: localhost\r\n${close}\r\n`)
    }
    expect(await fetchFile((n * 11) % FILES)).toBe(true)
  }
  for (let n = 0; n < 2 * FILES; n += 1) expect(await fetchFile((n * 17) % FILES)).toBe(true)
  expect(served.app.transfers.running.size).toBeGreaterThan(0)
  for (const [client, socket] of slow.entries()) {
    const chunks: Buffer[] = []
    for await (const chunk of socket) chunks.push(chunk)
    const bodies = [...bodiesIn(Buffer.concat(chunks))]
    expect(bodies).toHaveLength(UNREAD)
    const wrong = bodies.filter(
      (body, n) => !body.equals(contents[drawn[client]?.[n] ?? 0] as Buffer),
    )
    expect(wrong).toHaveLength(0)
  }
})
