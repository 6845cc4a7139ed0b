import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { settleFault } from '../../../src/fault/fault-rule.js'
import { InjectedEnding } from '../../../src/fault/injected-ending.js'
import { replace } from '../../../src/fault/kinds/replace.js'
import { sceneOf } from '../../fixture/fault-scene.js'

/** The body of these chunks, of which the source then fails with an error, if one is given. */
async function replaced(
  text: string,
  by: string,
  chunks: readonly string[],
  failure?: Error,
): Promise<{ body: string; fired: number; error: unknown }> {
  async function* source() {
    for (const chunk of chunks) yield Buffer.from(chunk)
    if (failure) throw failure
  }
  const scene = sceneOf()
  let body = ''
  let error: unknown
  try {
    for await (const chunk of replace.body?.({ kind: 'replace', text, by }, source(), scene) ??
      []) {
      body += Buffer.from(chunk).toString('latin1')
    }
  } catch (thrown) {
    error = thrown
  }
  return { body, fired: scene.fired, error }
}

describe('The fault replace', () => {
  it.each<[string, string, string[], string, number]>([
    ['206', '207', ['206 and 206'], '207 and 207', 2],
    ['abc', 'xyz', ['a', 'b', 'c', 'ab', 'c', 'abx'], 'xyzxyzabx', 2],
    ['aab', 'xyz', ['aa', 'ab'], 'axyz', 1],
    ['aa', 'ab', ['a', 'aaa', 'a'], 'ababa', 2],
    ['abc', 'xyz', ['ab'], 'ab', 0],
    ['abc', 'xyz', [], '', 0],
  ])('of %j by %j makes of %j %j', async (text, by, chunks, body, fired) => {
    expect(await replaced(text, by, chunks)).toEqual({ body, fired, error: undefined })
  })

  it('sends the same bytes however the body is split into chunks', async () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(letters, fc.array(letters, { maxLength: 12 }), async (text, chunks) => {
        const by = 'x'.repeat(text.length)
        const expected = chunks.join('').replaceAll(text, by)
        expect((await replaced(text, by, chunks)).body).toBe(expected)
      }),
    )
  })

  it('sends every byte before a fault that ends the body', async () => {
    const ending = new InjectedEnding({ kind: 'cut' })
    const { body, error } = await replaced('abc', 'xyz', ['abcab'], ending)
    expect(body).toBe('xyzab')
    expect(error).toBe(ending)
  })

  it('leaves the bytes of the chunk as they are, which may be those of a cache', async () => {
    const chunk = Buffer.from('abc')
    const source = (async function* () {
      yield chunk
    })()
    const fault = { kind: 'replace', text: 'b', by: 'x' } as const
    for await (const _each of replace.body?.(fault, source, sceneOf()) ?? []);
    expect(chunk.toString()).toBe('abc')
  })

  it.each([
    [
      { text: 'ab', by: 'c' },
      'fault.by: expected a text of 2 bytes, as many as "text" has; received "c"',
    ],
    [{ text: 'ä', by: 'a' }, 'fault.by: expected a text of 2 bytes'],
    [{ text: '', by: '' }, 'fault.text: expected a text of 1 to 1000 bytes'],
    [{ text: 'a'.repeat(1001), by: 'b' }, 'fault.text: expected'],
    [{ text: 'a' }, 'fault.by: '],
  ])('of %j is refused', (members, message) => {
    expect(() => settleFault({ kind: 'replace', ...members }, 'fault')).toThrow(message)
  })
})
