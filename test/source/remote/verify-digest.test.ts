import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { verifyDigest } from '../../../src/source/remote/verify-digest.js'
import { textAndError } from '../../fixture/bodies.js'

async function* chunksOf(...texts: string[]) {
  for (const text of texts) yield Buffer.from(text)
}

const digestOf = (algorithm: 'sha-256' | 'sha-512', text: string) => ({
  algorithm,
  hex: createHash(algorithm.replace('-', '')).update(text).digest('hex'),
})

describe('verifyDigest', () => {
  it.each(['sha-256', 'sha-512'] as const)(
    'yields all chunks if their %s matches',
    async (algorithm) => {
      const chunks = verifyDigest(chunksOf('ab', 'c', 'd'), digestOf(algorithm, 'abcd'), 'p')
      expect(await textAndError(chunks)).toEqual({ text: 'abcd', error: undefined })
    },
  )

  it.each([
    [['ab', 'c', 'd'], 'abc'],
    [['abcd'], ''],
  ])('withholds the last chunk of %j if the digest does not match', async (texts, text) => {
    const outcome = await textAndError(
      verifyDigest(chunksOf(...texts), digestOf('sha-256', 'x'), 'p'),
    )
    expect(outcome.text).toBe(text)
    expect(outcome.error).toMatchObject({
      code: 'DIGEST_MISMATCH',
      facts: {
        wanted: digestOf('sha-256', 'x').hex,
        received: digestOf('sha-256', 'abcd').hex,
        proxy: 'p',
      },
    })
  })

  it('keeps the last chunk where the memory of each one is used again for the next', async () => {
    async function* lent(texts: readonly string[]) {
      const memory = Buffer.alloc(8)
      for (const text of texts) {
        yield memory.subarray(0, memory.write(text))
        memory.fill('x')
      }
    }
    const lengths = fc.array(fc.stringMatching(/^[a-w]{1,8}$/), { maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(lengths, async (texts) => {
        const text = texts.join('')
        const chunks = verifyDigest(lent(texts), digestOf('sha-256', text), 'p')
        expect(await textAndError(chunks)).toEqual({ text, error: undefined })
      }),
    )
  })

  it('accepts the digest of no bytes', async () => {
    const chunks = verifyDigest(chunksOf(), digestOf('sha-256', ''), 'p')
    expect(await textAndError(chunks)).toEqual({ text: '', error: undefined })
  })
})
