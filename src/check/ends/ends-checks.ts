import type { Check } from '../subject/check-definition.js'
import { endFramed } from './end-framed.js'
import { endKeptAlive } from './end-kept-alive.js'
import { expiringUrl } from './expiring-url.js'
import { http10Framing } from './http-1-0-framing.js'
import { http10Range } from './http-1-0-range.js'
import { http2End } from './http-2-end.js'
import { redirectKeepsRange } from './redirect-keeps-range.js'
import { tlsCloseNotify } from './tls-close-notify.js'
import { wholeComplete } from './whole-complete.js'

export const END_CHECKS: readonly Check[] = [
  wholeComplete,
  endFramed,
  endKeptAlive,
  http10Range,
  http10Framing,
  http2End,
  tlsCloseNotify,
  redirectKeepsRange,
  expiringUrl,
]
