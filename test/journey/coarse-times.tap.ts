import { renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import tap from 'tap'
import { pattern } from '../fixture/files.js'
import { IMAGES, MountedImage, needsImage } from '../fixture/mounted-image.js'
import { Server } from '../fixture/process.js'

const SIZE = 600_000

const CHANGES = {
  'rewritten in place': (path: string, content: Buffer) =>
    writeFileSync(path, content, { flag: 'r+' }),
  'replaced by a rename': (path: string, content: Buffer) => {
    writeFileSync(`${path}.new`, content)
    renameSync(`${path}.new`, path)
  },
  'removed and written again': (path: string, content: Buffer) => {
    rmSync(path)
    writeFileSync(path, content)
  },
}

for (const [name, kind] of Object.entries(IMAGES)) {
  tap.test(`versions of a file in one second on ${name}`, needsImage(kind), async (t) => {
    using image = new MountedImage(kind)
    await using server = await Server.start([image.path])
    for (const [how, change] of Object.entries(CHANGES)) {
      await t.test(`share neither a tag nor bytes where it is ${how}`, async (t) => {
        const path = join(image.path, 'f.bin')
        // The start of an even second: FAT stores no others.
        await delay(2_010 - (Date.now() % 2_000))
        writeFileSync(path, pattern(SIZE))
        change(path, pattern(SIZE, 1))
        const first = await fetch(`${server.url}/f.bin`)
        t.ok(Buffer.from(await first.arrayBuffer()).equals(pattern(SIZE, 1)))
        const etag = first.headers.get('etag') ?? ''
        t.match(etag, /^"[\w-]{22}"$/, 'a file that rests has a strong tag')
        change(path, pattern(SIZE, 2))
        for (const headers of [
          {},
          { 'if-range': etag, range: 'bytes=9-' },
          { 'if-none-match': etag },
        ]) {
          const next = await fetch(`${server.url}/f.bin`, { headers })
          t.same([next.status, next.headers.get('etag') === etag], [200, false])
          t.ok(
            Buffer.from(await next.arrayBuffer()).equals(pattern(SIZE, 2)),
            'only bytes of the second version',
          )
        }
      })
    }
  })
}
