/** Public exports whose docstring has no example yet. Only remove lines here. */
export const WITHOUT_EXAMPLE: readonly string[] = []
