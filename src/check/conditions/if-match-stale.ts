import { conditionCheck } from './condition-check.js'
import { nearTags, OTHER_TAG } from './sent-validators.js'

export const ifMatchStale = conditionCheck({
  id: 'if-match-stale',
  requirement: 'A Range with an If-Match of another version is answered with 412.',
  section: 'RFC 9110 §13.1.1',
  strength: 'MUST',
  level: 'safe',
  harm: 'A client that pins the version by If-Match gets bytes of another version, and joins them if it does not compare the ETag: undici, VLC.',
  needs: ['etag'],
  most: 4,
  requests: (facts) => [
    ...[OTHER_TAG, ...nearTags(facts)].map((tag) => ({
      slice: [2, 4] as const,
      fields: { 'if-match': tag },
      allows: ['refused'] as const,
    })),
    // As Firefox continues a download.
    { slice: [2], fields: { 'if-match': OTHER_TAG }, allows: ['refused'] },
  ],
})
