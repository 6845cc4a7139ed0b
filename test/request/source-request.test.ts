import { describe, expect, it } from 'vitest'
import { LastbyteError } from '../../src/errors.js'

import { createFaults } from '../../src/fault/create-faults.js'
import type { Exchange } from '../../src/request/exchange.js'
import {
  sourceRequest,
  sourceRequestForFile,
  sourceRequestForFrames,
} from '../../src/request/source-request.js'
import { type FieldOptions, settleFields } from '../../src/settings/field-options.js'

import type { OpenRequest } from '../../src/source/byte-source.js'
import { DeliveryRoute } from '../fixture/delivery.js'

/** The open request that `make` creates for a request with this path. */
async function openRequestFor(
  path: string,
  init: RequestInit = {},
  make: typeof sourceRequest = sourceRequest,
  settings: Parameters<DeliveryRoute['open']>[2] = {},
): Promise<OpenRequest> {
  const route = new DeliveryRoute()
  let request: OpenRequest | undefined
  await using opened = await route.open(
    (delivery) => {
      request = make({ ...delivery, requested: { path: 'a%3Bb' } })
      return delivery.reply.send('')
    },
    undefined,
    settings,
  )
  await fetch(opened.url + path, init)
  return request as OpenRequest
}

describe('sourceRequest', () => {
  it('has the method, the range, the path, the query, the fields and the client of the request', async () => {
    const request = await openRequestFor('/f?a=1&b', {
      headers: { range: 'bytes=0-1', 'x-own': 'x' },
    })
    expect(request).toMatchObject({
      method: 'GET',
      range: 'bytes=0-1',
      path: 'a%3Bb',
      query: '?a=1&b',
      fields: { 'x-own': 'x' },
      asker: { address: '127.0.0.1', protocol: 'http', httpVersion: '1.1' },
    })
    expect((await openRequestFor('/f', { method: 'HEAD' })).method).toBe('HEAD')
  })

  const headers = { 'lastbyte-fault': 'truncate; at=5' }
  const withFaults = { faults: createFaults({ seed: 1 }) }

  it('has neither the field nor the query parameter of a fault layer', async () => {
    const path = '/f?lastbyte-fault=reset&a=1&%zz=1'
    const request = await openRequestFor(path, { headers }, sourceRequest, withFaults)
    expect(request.query).toBe('?a=1&%zz=1')
    expect(request.fields).not.toHaveProperty('lastbyte-fault')
  })

  it('has them unchanged without a fault layer, for a server behind this one', async () => {
    const request = await openRequestFor('/f?lastbyte-fault=reset&a=1', { headers })
    expect(request.query).toBe('?lastbyte-fault=reset&a=1')
    expect(request.fields).toMatchObject(headers)
  })

  it('counts and logs each source read that is resumed', async () => {
    const route = new DeliveryRoute()
    const error = new LastbyteError('SOURCE_SHORT', 'it ended')
    let heals = 0
    await using opened = await route.open((delivery) => {
      sourceRequest({ ...delivery, requested: {} }).onHeal?.({
        offset: 7,
        tries: 2,
        wait: 1.6,
        error,
      })
      heals = delivery.transfer.heals
      return delivery.reply.send('')
    })
    await fetch(`${opened.url}/f?x`)
    const line = opened.log.find(({ msg }) => msg === 'source read resumed')
    expect(heals).toBe(1)
    expect(line).toMatchObject({
      path: '/f',
      offset: 7,
      tries: 2,
      wait: 2,
      error: { code: 'SOURCE_SHORT' },
    })
  })
})

describe('sourceRequestForFile', () => {
  it.each<[FieldOptions, string[]]>([
    [{}, []],
    [{ etag: 'content' }, []],
    [{ acceptRanges: false }, ['range', 'if-range']],
    [{ etag: false }, ['if-match', 'if-none-match']],
    [{ lastModified: false }, ['if-modified-since', 'if-unmodified-since']],
    [
      { etag: false, lastModified: false },
      ['if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since'],
    ],
  ])(
    'with %o leaves out the fields %o, which switched-off fields make useless',
    async (options, absent) => {
      const conditions = {
        'if-match': '"a"',
        'if-none-match': '"a"',
        'if-range': '"a"',
        'if-modified-since': 'now',
        'if-unmodified-since': 'now',
      }
      const headers = { ...conditions, range: 'bytes=0-1', 'x-own': 'x' }
      const fields = settleFields(options)
      const request = await openRequestFor('/f?a=1', { headers }, (delivery) =>
        sourceRequestForFile({ ...delivery, requested: { settings: { fields } } } as Exchange),
      )
      expect(request.range).toBe(absent.includes('range') ? undefined : 'bytes=0-1')
      expect(request).toMatchObject({ query: '?a=1', fields: { 'x-own': 'x' } })
      const names = Object.keys(headers)
      expect(names.filter((name) => !(name in (request.fields ?? {})))).toEqual(
        names.filter((name) => absent.includes(name)),
      )
    },
  )
})

describe('sourceRequestForFrames', () => {
  it('requests the whole representation, without the conditions of its frames', async () => {
    const headers = {
      accept: 'text/event-stream',
      range: 'bytes=0-1',
      'last-event-id': '"a":1',
      'if-match': '"a"',
      'if-none-match': '"a"',
      'if-range': '"a"',
      'if-modified-since': 'now',
      'if-unmodified-since': 'now',
      'x-own': 'x',
    }
    const request = await openRequestFor(
      '/f?start=1',
      { headers },
      (scope) => sourceRequestForFrames({ ...scope, requested: {} }, '?lastbyte-fault=reset&own=1'),
      { faults: createFaults({ seed: 1 }) },
    )
    const { accept, range: _range, ...conditions } = headers
    expect(request).toMatchObject({ range: undefined, query: '?own=1', fields: { 'x-own': 'x' } })
    for (const name of Object.keys({ accept, ...conditions })) {
      if (name !== 'x-own') expect(request.fields).not.toHaveProperty(name)
    }
  })

  it('keeps the query and the fields of an event stream in a request that is forwarded as received', async () => {
    const headers = { accept: 'text/event-stream', 'last-event-id': '7', 'if-match': '"a"' }
    const request = await openRequestFor('/f?start=1', { headers }, (scope) =>
      sourceRequestForFrames(scope, ''),
    )
    expect(request).toMatchObject({ path: 'a%3Bb', query: '?start=1', range: undefined })
    expect(request.fields).toMatchObject({ accept: 'text/event-stream', 'last-event-id': '7' })
    expect(request.fields).not.toHaveProperty('if-match')
  })
})
