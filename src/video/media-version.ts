/** What distinguishes one version of a media file from another, as far as a page may read the response. */
export interface MediaVersion {
  /** The entity tag as received, weak or strong. */
  readonly etag?: string | undefined
  /** Bytes of the whole file. */
  readonly size?: number | undefined
  /** The value of Last-Modified. */
  readonly modified?: string | undefined
  /** The value of Content-Type. */
  readonly type?: string | undefined
}

/**
 * The version that a response is of. Without CORS permission a script reads neither ETag nor Content-Range of
 * another origin, only Content-Length, Content-Type and Last-Modified.
 */
export function versionOf({ status, headers }: Pick<Response, 'status' | 'headers'>): MediaVersion {
  return {
    etag: headers.get('etag') ?? undefined,
    size: sizeOf(status, headers),
    modified: headers.get('last-modified') ?? undefined,
    type: headers.get('content-type') ?? undefined,
  }
}

/**
 * Whether two versions are one: by the strong entity tag (RFC 9110 §8.8.3.2) where either has one, otherwise
 * by all of weak tag, size and date that both have. Versions without anything to compare count as one.
 */
export function isSameVersion(a: MediaVersion, b: MediaVersion): boolean {
  if (isStrong(a.etag) || isStrong(b.etag)) return a.etag === b.etag
  return [
    [a.etag, b.etag],
    [a.size, b.size],
    [a.modified, b.modified],
  ].every(([one, other]) => one === undefined || other === undefined || one === other)
}

/** A short name of a version for people and logs: its tag, or its date and size. */
export function versionName({ etag, size, modified }: MediaVersion): string {
  const parts = [modified, size === undefined ? undefined : `${size} bytes`]
  return etag ?? (parts.filter((part) => part !== undefined).join(', ') || 'unknown')
}

/** Browsers have checked the form of a field; the parsers of the server would double the size of this part. */
function isStrong(etag: string | undefined): boolean {
  return etag?.startsWith('"') === true
}

function sizeOf(status: number, headers: Headers): number | undefined {
  const [, total] = /\/(\d+)$/.exec(headers.get('content-range') ?? '') ?? []
  // The length of a 206 without a readable Content-Range is that of the part.
  const size = total ?? (status === 206 ? null : headers.get('content-length'))
  return size === null ? undefined : Number(size)
}
