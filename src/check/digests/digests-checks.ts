import type { Check } from '../subject/check-definition.js'
import { contentDigestSlice } from './content-digest-slice.js'
import { contentDigestWhole } from './content-digest-whole.js'
import { digestAnnounced } from './digest-announced.js'
import { legacyDigest } from './legacy-digest.js'
import { metalinkDigest } from './metalink-digest.js'
import { reprDigestOn206 } from './repr-digest-on-206.js'
import { reprDigestWhole } from './repr-digest-whole.js'
import { unencodedDigest } from './unencoded-digest.js'

export const DIGEST_CHECKS: readonly Check[] = [
  digestAnnounced,
  reprDigestWhole,
  reprDigestOn206,
  contentDigestSlice,
  contentDigestWhole,
  legacyDigest,
  unencodedDigest,
  metalinkDigest,
]
