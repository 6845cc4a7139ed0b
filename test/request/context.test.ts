import Fastify from 'fastify'
import { describe, expect, it, vi } from 'vitest'
import { COPYING_GUARDS } from '../../src/delivery/send-guard.js'
import * as bindings from '../../src/native/bindings.js'
import { createContext } from '../../src/request/context.js'
import { CONTEXT_SETTINGS } from '../fixture/delivery.js'

describe('createContext', () => {
  it('uses one transfer registry for all registrations of an application', async () => {
    const app = Fastify()
    const [one, other] = [
      createContext(app, CONTEXT_SETTINGS),
      createContext(app, CONTEXT_SETTINGS),
    ]
    expect(one.transfers).toBe(other.transfers)
    expect(app.transfers).toBe(one.transfers)
    expect(createContext(Fastify(), CONTEXT_SETTINGS).transfers).not.toBe(one.transfers)
    await app.close()
  })

  it('ends running transfers when the application closes', async () => {
    const app = Fastify()
    const { transfers } = createContext(app, CONTEXT_SETTINGS)
    expect(transfers.draining).toBe(false)
    await app.close()
    expect(transfers.draining).toBe(true)
  })

  it.skipIf(bindings.loadBindings().kind === 'none')(
    'loads the native bindings with zeroCopy: off, too, which then only copy',
    () => {
      const context = createContext(Fastify(), CONTEXT_SETTINGS)
      expect(context.zeroCopy).toMatchObject({ guards: COPYING_GUARDS })
    },
  )

  it('throws BAD_SETTING with the reason where zeroCopy: on is not available', () => {
    const none = { kind: 'none', reason: 'there is no binary for this machine' } as const
    vi.spyOn(bindings, 'loadBindings').mockReturnValue(none)
    expect(() => createContext(Fastify(), { ...CONTEXT_SETTINGS, zeroCopy: 'on' })).toThrow(
      /zeroCopy: .*there is no binary for this machine/,
    )
    expect(
      createContext(Fastify(), { ...CONTEXT_SETTINGS, zeroCopy: 'auto' }).zeroCopy,
    ).toBeUndefined()
    vi.restoreAllMocks()
  })
})
