import { parseEntityTag } from '../../http/entity-tag.js'
import { conditionCheck } from './condition-check.js'

export const ifNoneMatchWeak = conditionCheck({
  id: 'if-none-match-weak',
  requirement:
    'An If-None-Match compares weakly: the current ETag with W/ added or removed is answered with 304.',
  section: 'RFC 9110 §13.1.2, §8.8.3.2',
  strength: 'MUST',
  harm: 'A cache behind a proxy that weakens ETags, such as nginx with gzip, downloads the file again.',
  needs: ['etag'],
  requests: ({ etag }) => {
    const tag = parseEntityTag(etag)
    if (tag === undefined) return []
    const toggled = `${tag.weak ? '' : 'W/'}"${tag.opaque}"`
    return [{ slice: [1, 4], fields: { 'if-none-match': toggled }, allows: ['not-modified'] }]
  },
})
