import fc from 'fast-check'
import { expect, it } from 'vitest'
import { textAndError } from '../../fixture/bodies.js'
import { ProxyWithOrigin } from '../../fixture/proxy-with-origin.js'
import {
  anyAnswers,
  anyIdentity,
  type Identity,
  type OriginAnswer,
  rollingDeploy,
  scriptOf,
  VersionOrigin,
} from '../../fixture/version-origin.js'

const sized = rollingDeploy.map((answer): OriginAnswer => ({ ...answer, length: 'known' }))
const examples: [Identity, OriginAnswer[]][] = [
  ['strong tag', [...rollingDeploy]],
  ['strong tag', sized],
  ['date', sized],
]

it('sends a prefix of one version, and all of it or a short body, whatever versions its origin sends in turn', async () => {
  const property = fc.asyncProperty(anyIdentity, anyAnswers, async (identity, answers) => {
    const origin = new VersionOrigin(identity)
    const upstream = { retryFor: 300, openFor: 300 }
    await using relay = await ProxyWithOrigin.start(scriptOf(origin, answers), { upstream })
    const response = await fetch(`${relay.front.url}/f`)
    if (response.status !== 200) return void (await response.body?.cancel())
    const etag = response.headers.get('etag')
    const { text, error } = await textAndError(
      response.body as unknown as AsyncIterable<Uint8Array>,
    )
    const versions = [0, 1, 2].filter(
      (version) =>
        (origin.fieldsOf(version).etag ?? etag) === etag &&
        origin.contentOf(version).startsWith(text),
    )
    expect(versions).not.toEqual([])
    if (error === undefined)
      expect(versions.map((version) => origin.contentOf(version))).toContain(text)
  })
  await fc.assert(property, { numRuns: 40, examples })
}, 60_000)
