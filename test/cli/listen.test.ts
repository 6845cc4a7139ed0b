import type { FastifyInstance } from 'fastify'
import { describe, expect, it, vi } from 'vitest'
import { listen } from '../../src/cli/listen.js'

/** An application whose `listen` fails with this code. */
function failing(code: string) {
  const close = vi.fn(async () => {})
  const error = Object.assign(new Error(`listen ${code}`), { code })
  const app = { listen: () => Promise.reject(error), close }
  return { app: app as unknown as FastifyInstance, close }
}

describe('listen', () => {
  it.each([
    ['EADDRINUSE', 'PORT: expected a free port; 80 on h is in use (0 takes any that is free)'],
    [
      'EACCES',
      'PORT: expected a port above 1023, or the capability CAP_NET_BIND_SERVICE, for port 80',
    ],
    ['EADDRNOTAVAIL', 'HOST: expected an address of this machine; received "h"'],
    ['ENOTFOUND', 'HOST: expected an address of this machine; received "h"'],
    ['EAI_AGAIN', 'HOST: expected an address of this machine; received "h"'],
    ['EMFILE', 'HOST, PORT: listen EMFILE'],
  ])('closes the application and names the setting for %s', async (code, message) => {
    const { app, close } = failing(code)
    const error = { code: 'BAD_SETTING', message }
    await expect(listen(app, { HOST: 'h', PORT: 80 })).rejects.toMatchObject(error)
    expect(close).toHaveBeenCalledOnce()
  })

  it('passes HOST and PORT on, and returns where it listens', async () => {
    const listening = vi.fn(async () => '')
    const bound = { address: '192.0.2.1', port: 80, family: 'IPv4' }
    const app = { listen: listening, addresses: () => [bound, '/run/a.sock'] }
    const settings = { HOST: 'h', PORT: 80 }
    expect(await listen(app as unknown as FastifyInstance, settings)).toEqual([bound])
    expect(listening).toHaveBeenCalledWith({ host: 'h', port: 80 })
  })
})
