import Fastify from 'fastify'
import pino from 'pino'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createFaults } from '../../src/fault/create-faults.js'
import { createServerFaults, listen, loggerOf } from '../../src/testing/listener.js'
import { Stubs } from '../../src/testing/stubs/stubs.js'

describe('createServerFaults', () => {
  let printed = ''
  beforeEach(() => {
    printed = ''
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      printed += text
      return true
    })
  })
  afterEach(() => vi.restoreAllMocks())

  it('prints a seed that was drawn', () => {
    const { seed } = createServerFaults({})
    expect(printed).toBe(`lastbyte: faults by seed ${seed}\n`)
  })

  it('prints nothing when the seed is given', () => {
    expect(createServerFaults({ seed: 7 }).seed).toBe(7)
    expect(printed).toBe('')
  })
})

describe('loggerOf', () => {
  it('is the logger of the options, or a silent one', () => {
    const logger = pino({ level: 'silent' })
    expect(loggerOf({ logger })).toBe(logger)
    expect(loggerOf({}).level).toBe('silent')
  })
})

describe('listen', () => {
  it.each([
    ['127.0.0.1', /^http:\/\/127\.0\.0\.1:\d+$/],
    ['::1', /^http:\/\/\[::1\]:\d+$/],
  ])('on %s has the URL %s', async (host, url) => {
    const faults = createFaults({ seed: 7 })
    const listener = await listen(Fastify(), faults, new Stubs(), { host })
    expect(listener).toMatchObject({ seed: 7, faults, url: expect.stringMatching(url) })
    expect(listener.url).toMatch(new RegExp(`:${listener.port}$`))
    const { token } = listener
    const get = (fields: Record<string, string>) =>
      fetch(`${listener.url}/-/faults`, { headers: fields })
    expect((await get({})).status).toBe(401)
    expect((await get({ authorization: `Bearer ${token}` })).status).toBe(200)
    await listener.close()
    await expect(fetch(listener.url)).rejects.toThrow()
  })

  it.each([{ token: '' }, {}])('draws a token with the options %j', async (options) => {
    await using listener = await listen(Fastify(), createFaults({ seed: 7 }), new Stubs(), options)
    expect(listener.token).toMatch(/^[0-9a-f]{48}$/)
  })

  it('needs no token with the access "local"', async () => {
    const options = { token: 'secret', access: 'local' } as const
    await using listener = await listen(Fastify(), createFaults({ seed: 7 }), new Stubs(), options)
    expect(listener.token).toBe('secret')
    expect((await fetch(`${listener.url}/-/faults`)).status).toBe(200)
  })

  it('closes at the end of an await using block', async () => {
    let url = ''
    {
      await using listener = await listen(Fastify(), createFaults({ seed: 7 }), new Stubs(), {})
      url = listener.url
    }
    await expect(fetch(url)).rejects.toThrow()
  })
})
