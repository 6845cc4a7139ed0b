import type { Check } from '../subject/check-definition.js'
import { cacheNoStore } from './cache-no-store.js'
import { cacheNoTransform } from './cache-no-transform.js'
import { codingOnMedia } from './coding-on-media.js'
import { corsExposesFields } from './cors-exposes-fields.js'
import { lengthKnown } from './length-known.js'
import { mp4MoovFirst } from './mp4-moov-first.js'

export const ADVICE_CHECKS: readonly Check[] = [
  corsExposesFields,
  cacheNoTransform,
  cacheNoStore,
  codingOnMedia,
  mp4MoovFirst,
  lengthKnown,
]
