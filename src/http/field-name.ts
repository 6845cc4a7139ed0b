/** Names that responses often have, and those with other capitals than the first letter after each hyphen. */
const SPELLINGS: ReadonlyMap<string, string> = new Map(
  [
    ...['Accept', 'Accept-Encoding', 'Accept-Ranges', 'Age', 'Allow', 'Cache-Control'],
    ...[
      'Connection',
      'Content-Digest',
      'Content-Disposition',
      'Content-Encoding',
      'Content-Language',
    ],
    ...['Content-Length', 'Content-Range', 'Content-Type', 'Date', 'Digest', 'Expires', 'Host'],
    ...['If-Match', 'If-Range', 'Last-Modified', 'Link', 'Location', 'Range', 'Repr-Digest'],
    ...['Retry-After', 'Server', 'Set-Cookie', 'Trailer', 'Transfer-Encoding', 'User-Agent'],
    ...['Unencoded-Digest', 'Vary', 'Via', 'Want-Repr-Digest'],
    ...['X-Accel-Buffering', 'X-Content-Type-Options'],
    ...[
      'A-IM',
      'ALPN',
      'CDN-Cache-Control',
      'CDN-Loop',
      'Content-DPR',
      'Content-MD5',
      'DNT',
      'DPR',
    ],
    ...['DPoP', 'ECT', 'ETag', 'Expect-CT', 'HTTP2-Settings', 'IM', 'NEL', 'P3P', 'RTT', 'SLUG'],
    ...['SOAPAction', 'Sec-CH-UA', 'Sec-CH-UA-Mobile', 'Sec-CH-UA-Platform', 'Sec-GPC'],
    ...['Sec-WebSocket-Accept', 'Sec-WebSocket-Extensions', 'Sec-WebSocket-Key'],
    ...['Sec-WebSocket-Protocol', 'Sec-WebSocket-Version', 'SourceMap', 'TE', 'TTL'],
    ...['WWW-Authenticate', 'X-DNS-Prefetch-Control', 'X-HTTP-Method-Override'],
    ...['X-UA-Compatible', 'X-XSS-Protection', 'Last-Event-ID', 'MIME-Version'],
    // WebDAV (RFC 4918 §10) and its clients.
    ...['DASL', 'DAV', 'MS-Author-Via'],
    // DLNA, whose devices compare them as they are.
    ...['contentFeatures.dlna.org', 'getcontentFeatures.dlna.org', 'transferMode.dlna.org'],
    ...['TimeSeekRange.dlna.org', 'getAvailableSeekRange.dlna.org', 'PlaySpeed.dlna.org'],
    ...['availableSeekRange.dlna.org', 'realTimeInfo.dlna.org', 'scid.dlna.org'],
  ].map((name) => [name.toLowerCase(), name]),
)

/**
 * The usual spelling of a field name in HTTP/1.1: `content-type` becomes `Content-Type`, `etag` becomes
 * `ETag`. Names are case-insensitive (RFC 9110 §5.1), but clients of embedded devices compare them as they
 * are. A name with a capital stays as it is: its sender has chosen the spelling. Those of Icecast are in lower case.
 */
export function canonicalName(name: string): string {
  return SPELLINGS.get(name) ?? (/[A-Z]|^icy-/.test(name) ? name : capitalized(name))
}

function capitalized(name: string): string {
  return name.replace(/(?<![^-])[a-z]/g, (letter) => letter.toUpperCase())
}
