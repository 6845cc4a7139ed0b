import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import { describe, expect, it } from 'vitest'
import { StreamError } from '../../src/http/stream-error.js'
import { applicationWith } from '../fixture/application.js'
import { parseLines, type RawEvents, readEvents } from '../fixture/event-client.js'
import { FaultServer } from '../fixture/fault-server.js'

const schema = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../docs/schemas/${name}.json`, import.meta.url), 'utf8'))

const ajv = addFormats.default(new Ajv({ strict: true, allowUnionTypes: true }))
ajv.addSchema(schema('error'), 'error')
ajv.addSchema(schema('line'), 'line')
ajv.addSchema(schema('event-data'), 'event')

function errorsOf(name: string, value: unknown): unknown {
  const validate = ajv.getSchema(name)
  if (validate === undefined) throw new Error(`no schema ${name}`)
  return validate(value) ? [] : validate.errors
}

/** Checks each event against its schema; returns the number of events of each name. */
function checkEvents({ events }: RawEvents): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { event = 'message', data } of events) {
    counts[event] = (counts[event] ?? 0) + 1
    expect(errorsOf(event === 'error' ? 'error' : 'event', JSON.parse(data))).toEqual([])
  }
  return counts
}

function checkLines({ text }: RawEvents): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const line of parseLines(text)) {
    counts[String(line.type)] = (counts[String(line.type)] ?? 0) + 1
    expect(errorsOf('line', line)).toEqual([])
  }
  return counts
}

describe('The frame schemas in docs', () => {
  const fault = 'source-error; at=300000'
  it.each<[string, string, Record<string, string>]>([
    ['/f', 'end', {}],
    ['/f?encoding=utf-8', 'end', {}],
    ['/f', 'error', { 'Lastbyte-Fault': fault }],
  ])('accept each frame of %s up to its %s frame', async (path, last, fields) => {
    await using faulty = await FaultServer.start()
    const { port } = faulty.server
    const close = { Connection: 'close', ...fields }
    const events = checkEvents(await readEvents(port, path, close))
    expect(events).toEqual({ data: expect.any(Number), [last]: 1 })
    const accept = { Accept: 'application/x-ndjson', ...close }
    const lines = checkLines(await readEvents(port, path, accept))
    expect(lines).toEqual(events)
  })

  it('accept the rows and the error frames of an application', async () => {
    await using app = await applicationWith({ serve: false }, (instance) => {
      instance.get('/', (_request, reply) =>
        reply.ndjson(
          (async function* () {
            yield { n: 1 }
            yield null
            throw new StreamError({ type: 'quota', status: 429, retryable: true }, 'Enough')
          })(),
        ),
      )
    })
    const lines = checkLines(await readEvents(app.port, '/'))
    expect(lines).toEqual({ data: 2, error: 1 })
  })

  it.each([
    ['line', { type: 'data', offset: -1, chunk: '' }],
    ['line', { type: 'data', offset: 0 }],
    ['line', { type: 'error', error: { type: 'x' } }],
    ['event', { size: 'x' }],
    ['error', { type: '' }],
  ])('reject as a %s the value %j', (name, value) => expect(errorsOf(name, value)).not.toEqual([]))
})
