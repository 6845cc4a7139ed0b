import { describe, expect, it } from 'vitest'
import type { Version } from '../../src/fault/fault.js'
import type { Exchange } from '../../src/request/exchange.js'
import { followedBytes, selectedBytes } from '../../src/response/frame-source.js'
import { digestCache } from '../../src/source/digest/digest-cache.js'
import { MemorySource } from '../fixture/memory-source.js'
import { reprDigest } from '../fixture/sha256.js'
import { transferAlone } from '../fixture/transfer.js'

const TEXT = '0123456789'

interface Case {
  readonly slice?: { readonly start: number; readonly end: number }
  readonly next?: number
  readonly digest?: 'asked' | 'off'
  /** Bytes that the source sends in place of the slice. */
  readonly sends?: string
  readonly sourceTimeout?: number
  readonly digests?: 'sent' | 'withheld'
}

/** The bytes that `selectedBytes` yields, and the digest that it reports. */
async function read({ slice = { start: 0, end: 10 }, next = slice.start, ...more }: Case) {
  const source = new MemorySource({ f: TEXT })
  const opened = await source.open('f')
  if (opened.kind !== 'representation') throw new Error('absent')
  const { representation } = opened
  const digests = digestCache(source, 1000)
  const settings = {
    digest: more.digest ?? 'asked',
    digestLimit: 1000,
    digestMaximum: 1000,
    sourceTimeout: more.sourceTimeout ?? 1000,
  }
  const { transfer } = transferAlone()
  const requested = { served: { source, digests } }
  const exchange = { context: { settings }, transfer, requested } as unknown as Exchange
  const version: Version = {
    etag: '"f"',
    lastModified: 0,
    digests: more.digests ?? 'sent',
    async *read({ start, end }) {
      if (more.sends === 'nothing') await new Promise(() => {})
      yield Buffer.from(more.sends ?? TEXT.slice(start, end))
    },
  }
  let digest: string | undefined
  const reportDigest = (value: string) => {
    digest = value
  }
  const chunks: Uint8Array[] = []
  const found = { key: 'f', representation }
  try {
    for await (const chunk of selectedBytes(exchange, found, version, {
      slice,
      next,
      reportDigest,
    })) {
      chunks.push(chunk)
    }
  } finally {
    await digests.close()
  }
  return { text: Buffer.concat(chunks).toString(), digest }
}

describe('selectedBytes', () => {
  it.each<[string, Case, string, string | undefined]>([
    ['the bytes and the digest of the whole', {}, TEXT, reprDigest(TEXT)],
    [
      'the bytes and the digest of a slice',
      { slice: { start: 2, end: 5 } },
      '234',
      reprDigest('234'),
    ],
    [
      'the rest of a slice after a reconnect, with the digest of the whole slice',
      { slice: { start: 2, end: 8 }, next: 5 },
      '567',
      reprDigest('234567'),
    ],
    ['the bytes without a digest with digest: off', { digest: 'off' }, TEXT, undefined],
    [
      'the bytes without a digest where a fault replaced them',
      { digests: 'withheld' },
      TEXT,
      undefined,
    ],
  ])('yields %s', async (_what, options, text, digest) => {
    expect(await read(options)).toEqual({ text, digest })
  })

  it.each([
    ['fewer bytes', '01234', /ended at byte 5, not at byte 10/],
    ['more bytes', `${TEXT}X`, /ended at byte 11, not at byte 10/],
  ])('rejects for a source that sends %s than announced', async (_what, sends, message) => {
    await expect(read({ sends })).rejects.toMatchObject({
      code: 'SOURCE_SHORT',
      message: expect.stringMatching(message),
    })
  })

  it('rejects for a source that sends nothing for longer than sourceTimeout', async () => {
    await expect(read({ sends: 'nothing', sourceTimeout: 10 })).rejects.toMatchObject({
      code: 'SOURCE_TIMEOUT',
    })
  })
})

describe('followedBytes', () => {
  it('yields the bytes of a growing file, and their digest where they are read from the start', async () => {
    const { transfer } = transferAlone()
    const settings = { digest: 'asked', streams: { followIdle: 5 } }
    const exchange = { context: { settings }, transfer } as unknown as Exchange
    const growth = {
      tag: '"t"',
      async *follow(start: number, idle: number) {
        yield Buffer.from(TEXT.slice(start))
        yield Buffer.from(`idle ${idle}`)
      },
    }
    for (const [next, text] of [
      [0, `${TEXT}idle 5`],
      [4, '456789idle 5'],
    ] as const) {
      let digest: string | undefined
      const reportDigest = (value: string) => {
        digest = value
      }
      const chunks: Uint8Array[] = []
      const selected = { slice: { start: 0, end: 10 }, next, reportDigest }
      for await (const chunk of followedBytes(exchange, growth, selected)) chunks.push(chunk)
      expect(Buffer.concat(chunks).toString()).toBe(text)
      expect(digest).toBe(next === 0 ? reprDigest(text) : undefined)
    }
  })
})
