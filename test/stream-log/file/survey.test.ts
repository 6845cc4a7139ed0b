import { describe, expect, it } from 'vitest'
import { encodeRecord, type LogRecord } from '../../../src/stream-log/file/log-record.js'
import { StreamFolder } from '../../../src/stream-log/file/stream-folder.js'
import { survey, tailOf } from '../../../src/stream-log/file/survey.js'
import { Folder } from '../../fixture/files.js'

const epoch = (claim: number, first: number) => ({ tag: `tag-000${claim}`, first, claim })

async function put(
  folder: StreamFolder,
  claim: number,
  first: number,
  epochs: ReturnType<typeof epoch>[],
  more: LogRecord[] = [],
) {
  const header = { key: 'a', epochs, first, own: 'before', at: 0 }
  const records = [{ kind: 'header', header } as const, ...more].map(encodeRecord)
  const segment = folder.segment(claim, first, `tag-000${claim}`)
  await folder.createSegment(segment, Buffer.concat(records), 'no sync')
  return segment
}

describe('survey', () => {
  it('leaves out what producers have begun after they were fenced', async () => {
    using root = new Folder({})
    const folder = new StreamFolder(root.path, 'a')
    expect(await survey(folder)).toBeUndefined()
    await folder.create()
    for (const claim of [1, 2, 3]) await folder.createClaim(claim, '')
    expect(await survey(folder)).toEqual({ claim: 3, segments: [] })
    const epochs = [epoch(1, 1), epoch(3, 11)]
    const valid = [
      await put(folder, 1, 1, [epoch(1, 1)]),
      await put(folder, 1, 6, [epoch(1, 1)]),
      await put(folder, 3, 11, epochs),
    ]
    // Of the first producer after the end of its epoch, and of one whose claim the third did not see begin.
    await put(folder, 1, 11, [epoch(1, 1)])
    await put(folder, 2, 12, [epoch(1, 1), epoch(2, 12)])
    const found = await survey(folder)
    expect(found?.segments.map(({ name }) => name)).toEqual(valid.map(({ name }) => name))
    expect(found).toMatchObject({ claim: 3, epochs })
    expect(await survey(folder, 3)).toMatchObject({ claim: 2 })
  })

  it('refuses a segment without a header', async () => {
    using root = new Folder({})
    const folder = new StreamFolder(root.path, 'a')
    await folder.create()
    await folder.createSegment(folder.segment(1, 1, 'aaaaaaaa'), Buffer.alloc(20), 'no sync')
    await expect(survey(folder)).rejects.toThrow(expect.objectContaining({ code: 'SOURCE_FAILED' }))
  })
})

describe('tailOf', () => {
  const event: LogRecord = { kind: 'event', text: 'data: x\n\n', own: '7' }
  const ended: LogRecord = { kind: 'ended', ending: { kind: 'finished' } }
  it.each([
    { more: [], tail: { next: 4, own: 'before', state: undefined } },
    { more: [event, event], tail: { next: 6, own: '7', state: undefined } },
    { more: [event, ended], tail: { next: 5, own: '7', state: ended } },
  ])('finds the end of a segment with $more', async ({ more, tail }) => {
    using root = new Folder({})
    const folder = new StreamFolder(root.path, 'a')
    await folder.create()
    const segment = await put(folder, 1, 4, [epoch(1, 1)], more)
    expect(await tailOf(folder, segment)).toMatchObject(tail)
  })
})
