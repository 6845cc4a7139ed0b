import type { Check } from '../subject/check-definition.js'
import { resumeLikeAria2 } from './resume-like-aria2.js'
import { resumeLikeChromium } from './resume-like-chromium.js'
import { resumeLikeCurl } from './resume-like-curl.js'
import { resumeLikeFirefox } from './resume-like-firefox.js'
import { resumeLikeLastbyte } from './resume-like-lastbyte.js'
import { resumeLikeSafari } from './resume-like-safari.js'
import { resumeLikeUndici } from './resume-like-undici.js'
import { resumeLikeWget } from './resume-like-wget.js'

export const DRILL_CHECKS: readonly Check[] = [
  resumeLikeCurl,
  resumeLikeWget,
  resumeLikeAria2,
  resumeLikeChromium,
  resumeLikeFirefox,
  resumeLikeSafari,
  resumeLikeUndici,
  resumeLikeLastbyte,
]
