import https from 'node:https'
import { describe, expect, it } from 'vitest'
import { secureHttp } from '../../src/transport/secure-http.js'

describe('secureHttp', () => {
  it('is node:https', () => {
    expect(secureHttp()).toBe(https)
  })
})
