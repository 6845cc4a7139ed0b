import { expect, it } from 'vitest'
import { LiveRepresentation } from '../../../src/source/live/live-representation.js'
import { bytesOf } from '../../contract/byte-source.contract.js'
import { descriptorsBelow } from '../../fixture/descriptors.js'
import { Folder, pattern } from '../../fixture/files.js'
import { liveChain } from '../../fixture/live-file.js'
import { openFile } from '../../fixture/open-file.js'

it('LiveRepresentation has the bytes of when it was opened, and is closed once', async () => {
  using folder = new Folder({ f: pattern(200_000) })
  const chain = await liveChain()
  const representation = new LiveRepresentation(openFile(folder.at('f')), chain, [])
  expect(representation.facts).toMatchObject({
    size: 200_000,
    etag: `${chain.tag.slice(0, -1)}.200000"`,
    dateStrength: 'shared',
    chain: { tag: chain.tag, state: 'growing' },
  })
  const bytes = await bytesOf(representation, { start: 100_000, end: 199_999 })
  expect(bytes.equals(pattern(200_000).subarray(100_000, 199_999))).toBe(true)
  await Promise.all([representation.close(), representation.close()])
  expect(descriptorsBelow(folder.path)).toBe(0)
})
