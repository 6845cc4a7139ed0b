// The files that every server of the matrix serves.
import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'

export const FILM = 'film.mp4'
export const PAGE = 'text.html'

/** Bytes of the film: enough for drills that cut a connection after more than the kernel buffers. */
const FILM_SIZE = 8 * 1024 * 1024
/** Larger than what servers leave uncompressed, such as 20 bytes (nginx) or 1 KiB (Node's middlewares). */
const PAGE_LINES = 2_000
/** s before now at which the files were changed: from 60 s on, Last-Modified is a strong validator. */
const AGE = 86_400

/** An MP4 box: its length, its type and its content. */
function box(type, content) {
  const head = Buffer.alloc(8)
  head.writeUInt32BE(8 + content.length)
  head.write(type, 4, 'latin1')
  return Buffer.concat([head, content])
}

/** Bytes without a period, so that no two ranges are alike. The same at each call. */
function noise(size) {
  const blocks = []
  for (let index = 0; index * 64 < size; index += 1) {
    blocks.push(createHash('sha512').update(`block ${index}`).digest())
  }
  return Buffer.concat(blocks, size)
}

/** The boxes of an MP4 whose index (moov) is in front, as players need it. */
function film() {
  const index = [
    box('ftyp', Buffer.from('isom\x00\x00\x02\x00isommp41', 'latin1')),
    box('moov', box('free', Buffer.alloc(64))),
  ]
  const used = index.reduce((sum, { length }) => sum + length, 0)
  return Buffer.concat([...index, box('mdat', noise(FILM_SIZE - used - 8))])
}

function page() {
  const lines = Array.from(
    { length: PAGE_LINES },
    (_, index) => `<p>Line ${index} of the page.</p>`,
  )
  return Buffer.from(`<!doctype html>\n<title>Text</title>\n${lines.join('\n')}\n`)
}

/** Fills a folder with the film, the page and the compressed variants of the page. Users other than root can read them. */
export function makeFiles(folder) {
  mkdirSync(folder, { recursive: true })
  chmodSync(folder, 0o755)
  const text = page()
  const files = {
    [FILM]: film(),
    [PAGE]: text,
    [`${PAGE}.gz`]: gzipSync(text),
    [`${PAGE}.br`]: brotliCompressSync(text),
  }
  const changed = Math.floor(Date.now() / 1000) - AGE
  for (const [name, bytes] of Object.entries(files)) {
    const path = join(folder, name)
    writeFileSync(path, bytes, { mode: 0o644 })
    utimesSync(path, changed, changed)
  }
}
