import { afterAll, describe, expect, it } from 'vitest'
import { applicationWith } from '../fixture/application.js'
import { Folder } from '../fixture/files.js'
import { readZip } from '../fixture/zip-reader.js'

const folder = new Folder({ 'films/a.mp4': 'film', 'films/b.txt': 'short', 'other/c.txt': 'c' })
afterAll(() => folder[Symbol.dispose]())

const namesIn = async (response: Response) =>
  readZip(Buffer.from(await response.arrayBuffer())).map(({ name }) => name)

describe('reply.zip', () => {
  const withRoute = (entries: unknown, options?: unknown, more = {}) =>
    applicationWith({ root: folder.path, serve: false, ...more }, (app) => {
      app.get('/z', (_request, reply) => reply.zip(entries as string[], options as object))
    })

  it('sends files and folders under the names that the application gives', async () => {
    const entries = [
      'films/b.txt',
      { path: 'other', name: 'docs' },
      { path: 'films/a.mp4', name: 'x/first.mp4' },
    ]
    await using served = await withRoute(entries, { name: 'my films.zip' })
    const response = await fetch(`${served.url}/z`)
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="my films.zip"')
    expect(await namesIn(response)).toEqual(['docs/c.txt', 'films/b.txt', 'x/first.mp4'])
    const part = await fetch(`${served.url}/z`, { headers: { range: 'bytes=-22' } })
    expect(part.status).toBe(206)
  })

  it('puts what a folder has at the top with an empty name, and the whole root with an empty path', async () => {
    await using served = await withRoute([{ path: 'other/', name: '' }])
    expect(await namesIn(await fetch(`${served.url}/z`))).toEqual(['c.txt'])
    await using whole = await withRoute([''])
    expect(await namesIn(await fetch(`${whole.url}/z`))).toContain('other/c.txt')
  })

  it('sends 404 where an entry leads to nothing, or to what allowedPath refuses', async () => {
    await using served = await withRoute(['films/b.txt', 'nothing'])
    expect((await fetch(`${served.url}/z`)).status).toBe(404)
    const allowedPath = () => false
    await using refusing = await withRoute(['films/b.txt'], undefined, { allowedPath })
    expect((await fetch(`${refusing.url}/z`)).status).toBe(404)
  })

  it.each([
    ['films', undefined, /^entries: expected an array of paths/],
    [[5], undefined, /^entries\[0\]\.path: expected a path below the root; received 5/],
    [['a', '../x'], undefined, /^entries\[1\]\.path: /],
    [[{ path: 'a', name: '../x' }], undefined, /^entries\[0\]\.name: expected a relative path/],
    [[{ path: 'a', name: '/x' }], undefined, /^entries\[0\]\.name: /],
    [[{ path: 'a', name: 'C:/x' }], undefined, /^entries\[0\]\.name: /],
    [[{ path: 'a', name: 'x\\y' }], undefined, /^entries\[0\]\.name: /],
    [[{ path: 'a', name: 'x\u0000' }], undefined, /^entries\[0\]\.name: /],
    [[{ path: 'a', name: '\ud800' }], undefined, /^entries\[0\]\.name: /],
    [[{ path: 'a', name: 'x'.repeat(65_536) }], undefined, /^entries\[0\]\.name: /],
    [[{ path: 'a', name: '' }], undefined, /^entries\[0\]\.name: expected a name/],
    [['films/b.txt'], { title: 'x' }, /title/],
    [['films/b.txt'], { name: 5 }, /^name: expected a non-empty string/],
  ])('of %j with %j throws a clear error', async (entries, options, message) => {
    await using served = await withRoute(entries, options)
    const response = await fetch(`${served.url}/z`)
    expect(response.status).toBe(500)
    expect(served.log.map(({ err }) => (err as Error | undefined)?.message).join()).toMatch(
      new RegExp(message.source.replace('^', '(^|,)')),
    )
  })
})
