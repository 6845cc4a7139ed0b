import { conditionCheck } from './condition-check.js'
import { COMMA_TAG, OTHER_TAG, opaqueOf } from './sent-validators.js'

export const ifNoneMatchList = conditionCheck({
  id: 'if-none-match-list',
  requirement:
    'An If-None-Match with several ETags, which may contain commas, is answered with 304 exactly if one of them is the current one.',
  section: 'RFC 9110 §13.1.2, §8.8.3',
  strength: 'MUST',
  harm: 'A cache that has several versions downloads one of them again, or keeps one that was replaced.',
  needs: ['etag'],
  most: 2,
  requests: (facts) => {
    const opaque = opaqueOf(facts)
    if (opaque === undefined) return []
    const listed = `${OTHER_TAG}, ${COMMA_TAG}, ${facts.etag}`
    const unlisted = `${OTHER_TAG}, "of-no,${opaque}"`
    return [
      { slice: [0, 2], fields: { 'if-none-match': listed }, allows: ['not-modified'] },
      { slice: [0, 3], fields: { 'if-none-match': unlisted }, allows: ['slice', 'whole'] },
    ]
  },
})
