import { describe, expect, it } from 'vitest'
import { fileOpener, readReadme } from '../../src/response/read-readme.js'

const entry = (name: string, size = 5, kind = 'file') => ({ name, size, kind })

/** Opens any name as a text of its key, and counts what is open. */
function opener(bytes: (key: string) => Uint8Array = (key) => Buffer.from(`text of ${key}`)) {
  const state = { opened: [] as string[], open: 0 }
  const openFile = async (key: string) => {
    state.opened.push(key)
    state.open += 1
    const content = bytes(key)
    const facts = { name: key, contentType: undefined, size: content.length }
    const close = async () => {
      state.open -= 1
    }
    const read = async function* (size: number) {
      for (let at = 0; at < size; at += 3) yield content.subarray(at, Math.min(size, at + 3))
    }
    return { representation: { facts, close }, read }
  }
  return { state, openFile }
}

describe('readReadme', () => {
  it.each([
    [[entry('README.md')], 'README.md'],
    [[entry('readme.MD'), entry('README.md')], 'README.md'],
    [[entry('Readme.markdown')], 'Readme.markdown'],
    [[entry('README.txt'), entry('README'), entry('NOTREADME.md')], undefined],
    [[entry('README.md', 0, 'directory')], undefined],
    [[entry('README.md', 262_145)], undefined],
    [[], undefined],
  ])('of %j reads %s', async (entries, name) => {
    const { state, openFile } = opener()
    const want = name && { name, text: `text of films/${name}` }
    expect(await readReadme(entries, 'films/', openFile)).toEqual(want)
    expect(state).toEqual({ opened: name ? [`films/${name}`] : [], open: 0 })
  })

  it('decodes characters that two chunks share', async () => {
    const { openFile } = opener(() => Buffer.from('ää🎬é'))
    expect((await readReadme([entry('README.md')], '', openFile))?.text).toBe('ää🎬é')
  })

  it('reads nothing of a file that has grown beyond the limit, and closes it', async () => {
    const { state, openFile } = opener(() => Buffer.alloc(262_145))
    expect(await readReadme([entry('README.md')], '', openFile)).toBeUndefined()
    expect(state.open).toBe(0)
  })

  it('is undefined where the client may not have the file', async () => {
    expect(await readReadme([entry('README.md')], '', async () => undefined)).toBeUndefined()
  })
})

describe('fileOpener', () => {
  const signal = new AbortController().signal
  const closed: string[] = []
  const source = {
    async open(key: string) {
      if (key === 'gone') return { kind: 'absent' } as const
      const bytes = Buffer.from(key)
      const facts = { name: key, contentType: undefined, size: bytes.length }
      const read = async function* ({ start = 0, end = 0 }) {
        yield bytes.subarray(start, end)
      }
      const close = async () => {
        closed.push(key)
      }
      return { kind: 'representation', representation: { facts, read, close } } as const
    },
  }
  const openFile = fileOpener(source, signal, (key) => key !== 'secret')

  it('opens a file that the client may have', async () => {
    const opened = await openFile('README.md')
    const chunks: Uint8Array[] = []
    for await (const chunk of opened?.read(4) ?? []) chunks.push(chunk)
    expect(Buffer.concat(chunks).toString()).toBe('READ')
    await opened?.representation.close()
    expect(closed).toEqual(['README.md'])
  })

  it.each(['secret', 'gone'])('opens nothing for a file that is %s', async (key) => {
    expect(await openFile(key)).toBeUndefined()
    expect(closed).toEqual(['README.md'])
  })
})
