import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { faultServer, type StubStream } from '../../../src/testing/index.js'
import { bytesOf, openStream } from '../../../src/testing/stubs/stub-body.js'

async function textOf(stream: StubStream): Promise<string> {
  let text = ''
  for await (const chunk of bytesOf(stream)) text += Buffer.from(chunk)
  return text
}

describe('The function of a body', () => {
  it.each<[string, () => unknown]>([
    ['a generator', () => generated()],
    ['a promise', async () => generated()],
    ['a stream', () => Readable.from(['a', 'b'])],
    ['a stream of the web', () => new Blob(['ab']).stream()],
    ['an array', () => ['a', Buffer.from('b')]],
    ['a text', () => 'ab'],
  ])('may return %s', async (_what, body) => {
    expect(await textOf(await openStream(body))).toBe('ab')
  })

  it.each(['GET', 'POST'])(
    'that returns something else or throws is a 500 to %s that says so',
    async (method) => {
      await using server = await faultServer({ seed: 1 })
      const bodies: [() => unknown, RegExp][] = [
        [
          () => null,
          /^stub: body: expected a function that returns an async iterable; received null/,
        ],
        [() => 5, /received 5/],
        [
          () => {
            throw new Error('of the test')
          },
          /^stub: of the test/,
        ],
      ]
      for (const [body, message] of bodies) {
        server.stub(`${method} /a`, { body: body as () => StubStream })
        const response = await fetch(`${server.url}/a`, { method })
        expect([response.status, await response.text()]).toEqual([
          500,
          expect.stringMatching(message),
        ])
      }
    },
  )

  it('with a chunk that is neither text nor bytes warns of it', async () => {
    const warned = new Promise<Error>((resolve) => process.once('warning', resolve))
    await expect(textOf([5] as never)).rejects.toThrow(/^body: expected chunks of text/)
    expect((await warned).message).toBe(
      'stub: body: expected chunks of text or Uint8Array; received 5',
    )
  })
})

async function* generated() {
  yield 'a'
  yield Buffer.from('b')
}
