/** Flags of `sign`. */
export interface SignFlags {
  readonly key: string
  readonly expires: string
  readonly ip?: string
  readonly etag?: string
  readonly scope?: string
}
