import { createHash } from 'node:crypto'
import { cpSync } from 'node:fs'
import type { Page } from 'playwright-core'
import tap from 'tap'
import type { FaultRule } from '../../src/testing/index.js'
import { faultServer } from '../../src/testing/index.js'
import { Chromium } from '../fixture/browser.js'
import { Folder, pattern } from '../fixture/files.js'
import { needs } from '../fixture/process.js'

const CONTENT = pattern(3_000_000)
const SHA256 = createHash('sha256').update(CONTENT).digest('hex')

/** An import map for the packages that the client imports by name. */
const IMPORTS = {
  '@noble/hashes/': '/node_modules/@noble/hashes/',
  'structured-headers': '/node_modules/structured-headers/dist/index.js',
  'eventsource-parser': '/node_modules/eventsource-parser/dist/index.js',
}

const PAGE = `<!doctype html><script type="importmap">${JSON.stringify({ imports: IMPORTS })}</script>`

/** Reads /media/f with the client in the page. */
function read(page: Page) {
  return page.evaluate(async () => {
    const client = '/dist/client/browser.js'
    const { resumableStream } = (await import(
      client
    )) as typeof import('../../src/client/browser.js')
    const events: string[] = []
    const options = { retryFor: 10_000, stall: 1_000 }
    const onEvent = (event: { type: string }) => void events.push(event.type)
    const { body, size, digests } = await resumableStream('/media/f', { ...options, onEvent })
    const reader = body.getReader()
    const chunks: Uint8Array<ArrayBuffer>[] = []
    try {
      for (;;) {
        const { done, value } = await reader.read()
        if (done) break
        chunks.push(value as Uint8Array<ArrayBuffer>)
      }
    } catch (error) {
      return { code: (error as { code?: string }).code, events, size, digests: digests.length }
    }
    const bytes = await new Blob(chunks).arrayBuffer()
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
    const hex = Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')
    return { hex, events, size, digests: digests.length }
  })
}

tap.test('resumableStream and readFrames in Chromium', needs('chromium'), async (t) => {
  using folder = new Folder({ 'media/f': CONTENT, 'page.html': PAGE })
  // The published package and its dependencies, without a bundler.
  const packages = ['@noble/hashes', 'structured-headers', 'eventsource-parser']
  for (const each of ['dist', ...packages.map((name) => `node_modules/${name}`)]) {
    cpSync(each, folder.at(each), { recursive: true, dereference: true })
  }
  const server = await faultServer({ root: folder.path, seed: 1 })
  try {
    await using chromium = await Chromium.start()
    const { page } = chromium
    await page.goto(`${server.url}/page.html`)
    const path = '/media/f'
    const readUnder = async (rules: readonly FaultRule[]) => {
      server.faults.disarm()
      server.faults.armAll(rules.map((rule) => ({ ...rule, match: { ...rule.match, path } })))
      return read(page)
    }

    await t.test('read a file without faults, and check its digest', async (t) => {
      const { hex, size, digests } = await readUnder([])
      t.same({ hex, size, digests }, { hex: SHA256, size: CONTENT.length, digests: 1 })
    })
    await t.test('resume through two short bodies, a reset, a stall and a 503', async (t) => {
      const { hex, events } = await readUnder([
        { fault: { kind: 'truncate', at: 500_000 }, times: 1 },
        { fault: { kind: 'connection-reset', at: 1_000_000 }, times: 1 },
        { fault: { kind: 'stall', at: 2_000_000 }, times: 1 },
        { match: { attempt: 2 }, fault: { kind: 'status', status: 503, retryAfter: 0 } },
      ])
      t.equal(hex, SHA256)
      t.ok(events.length >= 4, `${events.length} retries`)
    })
    await t.test(
      'fail with REPRESENTATION_CHANGED if the file changes during the transfer',
      async (t) => {
        const { code } = await readUnder([
          { fault: { kind: 'truncate', at: 500_000 }, times: 1 },
          { match: { range: 'present' }, fault: { kind: 'etag-flip' } },
        ])
        t.equal(code, 'REPRESENTATION_CHANGED')
      },
    )
    await t.test('read frames as events and as lines through short bodies', async (t) => {
      for (const as of ['events', 'lines'] as const) {
        server.faults.disarm()
        server.faults.armAll(
          [500_000, 2_000_000].map((at) => ({
            match: { path },
            fault: { kind: 'truncate', at },
            times: 1,
          })),
        )
        const { size, last } = await page.evaluate(async (as) => {
          const client = '/dist/client/browser.js'
          const { readFrames } = (await import(
            client
          )) as typeof import('../../src/client/browser.js')
          let size = 0
          let last: unknown
          for await (const frame of readFrames('/media/f', { as })) {
            if ('bytes' in frame) size += frame.bytes.length
            last = frame
          }
          return { size, last }
        }, as)
        t.equal(size, CONTENT.length)
        const digest = `sha-256=:${Buffer.from(SHA256, 'hex').toString('base64')}:`
        t.same(last, { type: 'end', size: CONTENT.length, digest })
      }
    })
    await t.test('fail with DIGEST_MISMATCH for a corrupted byte', async (t) => {
      const { code } = await readUnder([{ fault: { kind: 'corrupt', at: 700_000 } }])
      t.equal(code, 'DIGEST_MISMATCH')
    })
  } finally {
    await server.close()
  }
})
