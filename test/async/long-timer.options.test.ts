import { once } from 'node:events'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { download, readFrames, resumableStream } from '../../src/client/index.js'
import { failover } from '../../src/source/failover.js'
import { upstreamSource } from '../../src/source/upstream/upstream-source.js'
import { faultServer } from '../../src/testing/fault-server.js'
import { serverWith } from '../fixture/application.js'
import { Folder, pattern } from '../fixture/files.js'

/** Node truncates longer delays to 1 ms, with this warning. */
const warnings: string[] = []
const onWarning = ({ name, message }: Error) => void warnings.push(`${name}: ${message}`)

beforeEach(() => void process.on('warning', onWarning))
afterEach(() => void process.off('warning', onWarning))

const DAYS_30 = 30 * 86_400_000
const CONTENT = pattern(300_000)
const CLIENT = { stall: DAYS_30, retryFor: DAYS_30 }
const RETRIES = { stall: DAYS_30, retryFor: DAYS_30, openFor: DAYS_30 }
const LIMITS = { stallTimeout: DAYS_30, sourceTimeout: DAYS_30, shutdownGrace: DAYS_30 }
const streams = {
  heartbeat: DAYS_30,
  openAfter: DAYS_30,
  followIdle: DAYS_30,
  reauthorize: () => true,
  reauthorizeInterval: DAYS_30,
}

it('Server, proxy, sources and client take every time of 30 days as such', async () => {
  using folder = new Folder({ f: CONTENT })
  await using origin = await serverWith({ root: folder.path, ...LIMITS, streams })
  const upstream = upstreamSource({ origin: origin.url, ...RETRIES })
  const source = failover([upstream], { ...RETRIES, restFor: DAYS_30 })
  await using proxy = await serverWith({ source, ...LIMITS, streams })
  for (const { url } of [origin, proxy]) {
    const { body } = await resumableStream(`${url}/f`, CLIENT)
    expect((await new Response(body).arrayBuffer()).byteLength).toBe(CONTENT.length)
    await download(`${url}/f`, { to: folder.at('copy'), ...CLIENT })
    const frames: string[] = []
    for await (const { type } of readFrames(`${url}/f`, CLIENT)) frames.push(type)
    expect(frames.at(-1)).toBe('end')
  }
  const following = readFrames(`${origin.url}/f?follow=1&start=299990`, CLIENT)
  expect((await following.next()).value).toMatchObject({ offset: 299_990 })
  await following.return()
  await proxy.app.close()
  await new Promise((resolve) => setImmediate(resolve))
  expect(warnings.filter((text) => text.startsWith('TimeoutOverflow'))).toEqual([])
})

it('Faults that wait for 30 days wait until the client has left', async () => {
  using folder = new Folder({ f: CONTENT })
  const server = await faultServer({ root: folder.path })
  try {
    for (const fault of [
      { kind: 'latency', ms: DAYS_30 },
      { kind: 'latency', ms: DAYS_30, jitter: DAYS_30 },
      { kind: 'stall', at: 5, ms: DAYS_30 },
      { kind: 'slice', size: 10, ms: DAYS_30 },
    ] as const) {
      server.faults.arm({ fault, times: 1 })
      const signal = AbortSignal.timeout(200)
      const reading = fetch(`${server.url}/f`, { signal }).then((response) =>
        response.arrayBuffer(),
      )
      await expect(reading).rejects.toMatchObject({ name: 'TimeoutError' })
    }
  } finally {
    await server.close()
  }
  expect(warnings.filter((text) => text.startsWith('TimeoutOverflow'))).toEqual([])
})

it('A timer of the platform would run such a time at once', async () => {
  const warned = once(process, 'warning')
  clearTimeout(setTimeout(() => {}, DAYS_30))
  await warned
  expect(warnings.join()).toContain('TimeoutOverflowWarning')
})
