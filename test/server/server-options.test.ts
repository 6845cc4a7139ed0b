import pino from 'pino'
import { describe, expect, it } from 'vitest'
import { LOGGER, TLS } from '../../src/server/server-options.js'

const pem = Buffer.from('-----BEGIN CERTIFICATE-----')

describe('The expectation of a logger', () => {
  it('accepts the logger of pino', () => {
    expect(LOGGER.accepts(pino({ level: 'silent' }))).toBe(true)
  })

  it.each([[{}], [{ info() {} }], [console], [pino], [true], [null]])('refuses %o', (logger) => {
    expect(LOGGER.accepts(logger)).toBe(false)
  })
})

describe('The expectation of TLS', () => {
  it.each([
    [{ cert: pem, key: pem }],
    [{ cert: String(pem), key: String(pem) }],
    [{ cert: new Uint8Array(pem), key: pem }],
  ])('accepts %o', (tls) => {
    expect(TLS.accepts(tls)).toBe(true)
  })

  it.each([
    [{}],
    [{ cert: pem }],
    [{ cert: '', key: pem }],
    [{ cert: 1, key: pem }],
    [pem],
    [null],
  ])('refuses %o', (tls) => {
    expect(TLS.accepts(tls)).toBe(false)
  })
})
