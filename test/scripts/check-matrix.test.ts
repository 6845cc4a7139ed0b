import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

// The scripts are JavaScript without type declarations.
const load = (file: string) =>
  import(new URL(`../../scripts/check-matrix/${file}`, import.meta.url).href)
const { BEGIN, END, insertInto, kept, mergeRows, reportOf, unreproduced } = await load('report.mjs')
const { readOptions } = await load('options.mjs')
const { SERVERS } = await load('servers/index.mjs')
const { signatureFields } = await load('servers/signature.mjs')
const { changed } = await load('changes.mjs')
const { FILM, makeFiles, PAGE } = await load('files.mjs')

const row = {
  id: 'nginx',
  name: 'nginx',
  version: '1.22.1',
  date: '2026-11-26',
  level: 'safe',
  failed: [
    { id: 'range-malformed', group: 'ranges', strength: 'MUST' },
    { id: 'if-range-stale-etag', group: 'conditions', strength: 'MUST' },
  ],
  advice: [{ id: 'digest-announced', group: 'digests', strength: 'advice' }],
  setting: '`gzip_static on`',
}

describe('reportOf', () => {
  it('lists each server with its level and a link to the page of each failed check', () => {
    const [, , nginx] = reportOf([row]).split('\n')
    expect(nginx).toBe(
      '| nginx | 1.22.1 | 2026-11-26 | safe | [range-malformed](checks/ranges.md#range-malformed), ' +
        '[if-range-stale-etag](checks/conditions.md#if-range-stale-etag) | ' +
        '[digest-announced](checks/digests.md#digest-announced) |',
    )
  })

  it('shows a server without failures by a dash, and names only settings that differ', () => {
    const other = { ...row, id: 'sirv', name: 'sirv', failed: [], advice: [], setting: undefined }
    const text = reportOf([row, other])
    expect(text).toContain('| sirv | 1.22.1 | 2026-11-26 | safe | – | – |')
    expect(text).toContain('- nginx: `gzip_static on`')
    expect(text).not.toContain('- sirv')
  })
})

describe('The reproductions', () => {
  const curl = 'curl -r x $URL'
  const reproductions = {
    'range-malformed': {
      nginx: { curl, sent: '206' },
      sirv: { curl, sent: '500' },
      koa: { curl, sent: '206' },
    },
    'range-first-byte': { nginx: { curl, sent: '206 of the whole' } },
  }

  it('are shown below the table, each line of curl once for the servers that fail the check', () => {
    const text = reportOf([row, { ...row, id: 'sirv', name: 'sirv' }], reproductions)
    expect(text).toContain('- range-malformed: `curl -r x $URL`\n  - nginx: 206\n  - sirv: 500')
    expect(text).not.toContain('range-first-byte')
    expect(text).not.toContain('koa')
  })

  it('are needed for each failure of another server before the page is written', () => {
    expect(unreproduced([row], reproductions)).toEqual(['nginx: if-range-stale-etag'])
    expect(unreproduced([{ ...row, id: 'lastbyte-s3' }], reproductions)).toEqual([])
    expect(unreproduced([{ ...row, id: 'h3' }], reproductions)).toHaveLength(2)
  })
})

describe('mergeRows', () => {
  it('replaces the rows of an earlier run, in the order of the servers', () => {
    const earlier = [{ ...row, version: '1.20' }, { id: 'sirv' }, { id: 'gone' }]
    const merged = mergeRows(earlier, [row], ['sirv', 'koa', 'nginx'])
    expect(merged).toEqual([{ id: 'sirv' }, row])
  })
})

describe('kept', () => {
  it('leaves out what differs at each run', () => {
    const failure = { ...row.failed[0], received: '206', expected: '200', request: {} }
    const full = { ...row, failed: [failure], skipped: [{ id: 'x' }], cost: { requests: 9 } }
    expect(kept(full)).toEqual({ ...row, failed: [row.failed[0]] })
  })
})

describe('insertInto', () => {
  it('replaces only what is between the marks of a document', () => {
    const document = `before\n${BEGIN}\nold\n${END}\nafter\n`
    const inserted = `before\n${BEGIN}\n\nnew\n\n${END}\nafter\n`
    expect(insertInto(document, 'new')).toBe(inserted)
    expect(insertInto(inserted, 'new')).toBe(inserted)
  })

  it('refuses a document without the marks', () => {
    expect(() => insertInto(`${END}${BEGIN}`, 'new')).toThrow(/expected <!-- matrix:begin -->/)
  })
})

describe('readOptions', () => {
  it('selects all servers, installs what is missing and writes the page by default', () => {
    expect(readOptions([])).toMatchObject({ servers: SERVERS, quick: false, writes: true })
  })

  it.each([[['--only', 'nginx,koa']], [['--quick']]])(
    'writes the page for %j only if that is requested',
    (args) => {
      expect(readOptions(args).writes).toBe(false)
      expect(readOptions([...args, '--write']).writes).toBe(true)
    },
  )

  it('starts servers to examine by hand only if they are named', () => {
    expect(readOptions(['--serve', '--only', 'koa'])).toMatchObject({ serve: true, writes: false })
    expect(() => readOptions(['--serve'])).toThrow('--serve: expected --only')
  })

  it('refuses an unknown server with the known names', () => {
    expect(() => readOptions(['--only', 'iis'])).toThrow(/--only: .* nginx, .*; received iis/)
  })
})

describe('The servers of the matrix', () => {
  it('have different ids', () => {
    const ids = SERVERS.map(({ id }: { id: string }) => id)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('from the npm registry are all in the pinned list', () => {
    const list = readFileSync('scripts/check-matrix/package-lock.json', 'utf8')
    for (const { npm = [] } of SERVERS) {
      for (const name of npm) expect(list).toContain(`"node_modules/${name}"`)
    }
  })
})

describe('signatureFields', () => {
  it('signs a request as the SDK of AWS does', async () => {
    const { S3Client } = await import('@aws-sdk/client-s3')
    const keys = { accessKeyId: 'test:tester', secretAccessKey: 'secret' }
    const { config } = new S3Client({ region: 'us-east-1', credentials: keys })
    const signer = await config.signer({
      name: 'sigv4',
      signingName: 's3',
      signingRegion: 'us-east-1',
    } as never)
    const now = new Date('2026-11-26T10:00:00Z')
    const request = {
      method: 'GET',
      path: '/files/film.mp4',
      query: {},
      headers: { host: '127.0.0.1:9', 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
    }
    const { headers } = await signer.sign(request as never, { signingDate: now })
    const ours = { method: 'GET', target: '/files/film.mp4', host: '127.0.0.1:9' }
    expect({ host: '127.0.0.1:9', ...signatureFields(ours, keys, now) }).toEqual(headers)
  })
})

describe('changed', () => {
  const first = Buffer.from('abcdefgh')

  it.each([
    ['rewrite', 8],
    ['rename', 8],
    ['truncate', 4],
    ['append', 10],
    ['restore', 8],
  ])('makes %s a file of %i bytes', (change, size) => {
    expect(changed(change, first)).toHaveLength(size)
  })

  it('keeps the bytes of what is truncated, appended to or restored, and no byte otherwise', () => {
    expect(changed('truncate', first)).toEqual(first.subarray(0, 4))
    expect(changed('append', first).subarray(0, 8)).toEqual(first)
    expect(changed('restore', first)).toEqual(first)
    for (const change of ['rewrite', 'rename']) {
      const other = changed(change, first)
      for (const [at, byte] of first.entries()) expect(other[at]).not.toBe(byte)
    }
  })
})

describe('makeFiles', () => {
  it('makes the same files at each call, a day old, with moov in front of the film', () => {
    const folder = mkdtempSync(join(tmpdir(), 'lastbyte-matrix-'))
    try {
      makeFiles(folder)
      const film = readFileSync(join(folder, FILM))
      expect(film).toHaveLength(8 * 1024 * 1024)
      expect(film.indexOf('moov')).toBeLessThan(film.indexOf('mdat'))
      const digest = () =>
        createHash('sha256')
          .update(readFileSync(join(folder, FILM)))
          .digest('hex')
      const before = digest()
      makeFiles(folder)
      expect(digest()).toBe(before)
      const age = Date.now() - statSync(join(folder, PAGE)).mtimeMs
      expect(age).toBeGreaterThan(86_000_000)
      expect(age).toBeLessThan(87_000_000)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
