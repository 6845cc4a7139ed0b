/** Status and header fields of a response. */
export interface ResponseHead {
  readonly status: number
  /** The value of a field by its lower-case name; several field lines are joined with a comma. */
  readonly field: (name: string) => string | undefined
}
