/** The members of a source's entry that a listing shows. */
export interface ListedEntry {
  readonly name: string
  readonly kind: 'file' | 'directory'
  /** Bytes. */
  readonly size: number
  /** ms since the epoch. */
  readonly lastModified: number
  /** The URL of the page that plays the file; undefined for none. */
  readonly watch?: string | undefined
  /** The URL of a picture of the entry; undefined for none. */
  readonly poster?: string | undefined
}
