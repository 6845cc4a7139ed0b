import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fetchRepresentation } from '../../src/client/download/fetch-representation.js'
import { openStream } from '../../src/client/open-stream.js'
import { nodeHash } from '../../src/client/platform/node-hash.js'
import type { LastbyteError } from '../../src/errors.js'
import { textAndError } from '../fixture/bodies.js'
import { downloadTask } from '../fixture/download-task.js'
import { Folder } from '../fixture/files.js'
import { inForm } from '../fixture/long-form.js'
import { MemoryTransport } from '../fixture/memory-transport.js'
import { type ModelOutcome, modelOf } from '../fixture/version-model.js'
import {
  anyAnswers,
  anyIdentity,
  type Identity,
  type OriginAnswer,
  rollingDeploy,
  VersionOrigin,
} from '../fixture/version-origin.js'

const examples: [Identity, OriginAnswer[]][] = [['strong tag', [...rollingDeploy]]]
const FOREVER = { retryFor: Number.POSITIVE_INFINITY }
const ENDS: Record<string, ModelOutcome['end']> = {
  REPRESENTATION_CHANGED: 'changed',
  NOT_RESUMABLE: 'changed',
  REFUSED: 'refused',
}

/** A transport that sends the answers in turn, and then 404. */
function transportOf(origin: VersionOrigin, answers: readonly OriginAnswer[]): MemoryTransport {
  let used = 0
  return new MemoryTransport(({ fields }) => {
    const answer = answers[used]
    used += 1
    if (answer === undefined) return { status: 404 }
    const sent = origin.send(answer, fields.range)
    const chunks = sent.body.match(/.{1,3}/g) ?? []
    const body = chunks.map((text) => Buffer.from(text))
    return { ...sent, body: sent.isCut ? [...body, new Error('ECONNRESET')] : body }
  })
}

/** The model of a download: it restarts where a version can't be continued. */
function modelOfDownload(origin: VersionOrigin, answers: readonly OriginAnswer[]): ModelOutcome {
  for (let begin = 0; ; ) {
    const outcome = modelOf(origin, answers, begin)
    if (outcome.end !== 'changed') return outcome
    begin = outcome.used
  }
}

describe('A client of an origin whose versions take turns', () => {
  it('streams a prefix of the one version whose tag it reports, and all of it or an error', async () => {
    const property = fc.asyncProperty(anyIdentity, anyAnswers, async (identity, answers) => {
      const origin = new VersionOrigin(identity)
      const transport = transportOf(origin, answers)
      const { version = 0, received, end } = modelOf(origin, answers)
      const setup = { checksum: undefined, signal: undefined, createHash: nodeHash, close() {} }
      const opened = await openStream(transport.policy(FOREVER), setup).catch(
        (error: LastbyteError) => error,
      )
      if (opened instanceof Error) {
        expect([opened.code, end]).toEqual(['REFUSED', 'refused'])
        return
      }
      const { text, error } = await textAndError(
        opened.body as unknown as AsyncIterable<Uint8Array>,
      )
      expect(text).toBe(origin.contentOf(version).slice(0, received))
      expect(error === undefined ? 'complete' : ENDS[error.code ?? '']).toBe(end)
      expect(opened.etag).toBe(origin.fieldsOf(version).etag)
      if (end === 'complete') expect(text).toBe(origin.contentOf(version))
    })
    await fc.assert(property, { numRuns: 3000, examples })
  })

  it('downloads all of one version, or nothing', async () => {
    const property = fc.asyncProperty(anyIdentity, anyAnswers, async (identity, answers) => {
      using folder = new Folder()
      const origin = new VersionOrigin(identity)
      const { version = 0, end } = modelOfDownload(origin, answers)
      const { task, part } = await downloadTask(folder, transportOf(origin, answers), FOREVER)
      const fetched = await fetchRepresentation(task).catch((error: LastbyteError) => error)
      if (fetched instanceof Error) {
        expect([fetched.code, end]).toEqual(['REFUSED', 'refused'])
        await part.suspend()
        return
      }
      await part.finish()
      expect(readFileSync(folder.at('f'), 'utf8')).toBe(origin.contentOf(version))
      expect(end).toBe('complete')
      const { validator } = fetched
      if (validator.kind === 'strong') expect(validator.etag).toBe(`"v${version}"`)
    })
    await fc.assert(property, { numRuns: inForm({ short: 100, long: 3000 }), examples })
  })
})
